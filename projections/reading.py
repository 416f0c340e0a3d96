"""What readers may ask, answered from the tables: blocking, from any thread."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

import orjson
import structlog
from sqlalchemy import BigInteger, Engine, bindparam, select
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from ledger.clock import Clock, utc_now
from projections.asking.composing import compose_fact
from projections.asking.facts import FACT_FILTERS, find_facts
from projections.asking.filters import FILTERS, ORDERS
from projections.asking.hits import find_hits
from projections.asking.lines import Lines
from projections.asking.memory import Memory
from projections.asking.pages import find
from projections.asking.printing import print_records
from projections.asking.resolver import Resolver
from projections.asking.served import Served
from projections.asking.snapshot import (
    AS_OF,
    ON,
    Asked,
    Shape,
    Snapshot,
    holding,
    identified,
)
from projections.asking.totals import count_matrix, count_statistics
from projections.documents import FactView, Hit, MatrixCell, Statistics
from projections.port import (
    NOW,
    Entity,
    Moment,
    Page,
    Query,
    ViewStatus,
)
from projections.status import read_status
from projections.tables import TEXT as TEXT_TYPE
from projections.views.sources import TEXT

REPLICA_PAUSE: Final = 5.0
"""Seconds for which a replica that failed is left alone."""

log = structlog.get_logger()
Answer = TypeVar("Answer")


class Behind(Exception):
    """A replica has not yet heard what this process has told its readers."""


class SqlViews:
    """Implements `projections.port.Views`. One connection a thread, one transaction a question.

    `head` tells the newest position of the ledger, `clock` what day it is, `trouble` what keeps
    the worker from working. A `replica` is asked first, and the primary when that is behind or
    away: no answer is older than one before it.
    """

    def __init__(
        self,
        engine: Engine,
        head: Callable[[], int],
        clock: Clock = utc_now,
        trouble: Callable[[], str | None] = lambda: None,
        *,
        replica: Engine | None = None,
    ) -> None:
        self._head, self._clock, self._trouble = head, clock, trouble
        self._primary = Lines(engine)
        self._replica = None if replica is None else Lines(replica)
        self._back = float("-inf")
        self._floor = 0
        self._memory = Memory()
        driver = engine.dialect.loaded_dbapi
        self._gone = driver.ProgrammingError, driver.OperationalError

    def close(self) -> None:
        """Release every thread's connection."""
        self._primary.close()
        if self._replica is not None:
            self._replica.close()

    def expect(self, position: int) -> None:
        """From now on answer nothing that is older: somebody was told of this position."""
        self._floor = max(self._floor, position)

    # --- records

    def item(self, collection: str, ident: str, moment: Moment = NOW) -> Entity | None:
        return self._ask(moment, lambda snapshot: _item(snapshot, collection, ident))

    def page(self, collection: str, query: Query) -> Page[Entity]:
        printed = self.printed(collection, query)
        return Page([orjson.loads(item) for item in printed.items], printed.next, printed.position)

    def printed(self, collection: str, query: Query) -> Page[bytes]:
        return self._ask(query.moment, lambda snapshot: _printed(snapshot, collection, query))

    def filters(self, collection: str) -> Mapping[str, str]:
        return _filters(collection)

    def orders(self, collection: str) -> Mapping[str, str]:
        return _orders(collection)

    # --- facts

    def facts(self, query: Query) -> Page[FactView]:
        return self._ask(query.moment, lambda snapshot: _facts(snapshot, query))

    def history(self, ident: str, moment: Moment = NOW) -> Sequence[FactView]:
        return self._ask(moment, lambda snapshot: _told(snapshot, _stream(snapshot, ident)))

    def fact(self, position: int) -> FactView | None:
        told = self._ask(NOW, lambda snapshot: _told(snapshot, _line(snapshot, position)))
        return next(iter(told), None)

    # --- across records

    def search(self, text: str, query: Query) -> Page[Hit]:
        return self._ask(query.moment, lambda snapshot: find_hits(snapshot, text, query))

    def matrix(self, moment: Moment = NOW) -> Sequence[MatrixCell]:
        return self._ask(moment, count_matrix)

    def statistics(self, moment: Moment = NOW) -> Statistics:
        return self._ask(moment, count_statistics)

    # --- where the views are

    def position(self) -> int:
        state = None if self._replica else self._primary.here().standing.glance()
        return (state or self._ask(NOW, lambda snapshot: snapshot.state)).lowest()

    def position_at(self, instant: datetime) -> int:
        milliseconds = int(instant.astimezone(UTC).timestamp() * 1000)
        return self._ask(NOW, lambda snapshot: _position_at(snapshot, milliseconds))

    def recorded_at(self, position: int) -> datetime | None:
        rows = self._ask(NOW, lambda snapshot: _line(snapshot, position))
        return next((datetime.fromtimestamp(row.at / 1000, UTC) for row in rows), None)

    def status(self) -> Sequence[ViewStatus]:
        head, trouble = self._head(), self._trouble()
        return self._twice(lambda: self._status(head, trouble))

    def _status(self, head: int, trouble: str | None) -> Sequence[ViewStatus]:
        connection = self._primary.here().connection
        with connection.begin():
            return read_status(connection, head, trouble)

    # --- where to ask

    def _ask(self, moment: Moment, answer: Callable[[Snapshot], Answer]) -> Answer:
        if self._replica is not None and time.monotonic() >= self._back:
            try:
                return self._answer(self._replica, moment, answer, self._floor)
            except Behind:
                pass
            except (DBAPIError, *self._gone) as error:
                self._back = time.monotonic() + REPLICA_PAUSE
                log.warning("replica.away", error=str(error))
        return self._twice(lambda: self._answer(self._primary, moment, answer))

    def _twice(self, answer: Callable[[], Answer]) -> Answer:
        """A rebuild may drop tables between our look and our question; a connection may break."""
        try:
            return answer()
        except (ProgrammingError, OperationalError, *self._gone):
            return answer()

    def _answer(
        self, lines: Lines, moment: Moment, answer: Callable[[Snapshot], Answer], floor: int = 0
    ) -> Answer:
        line = lines.here()
        with line.connection.begin():
            snapshot = Snapshot(line.connection, moment, self._today, self._memory, line.standing)
            folded = snapshot.state.folded or 0
            if folded < floor:
                raise Behind
            answered = answer(snapshot)
        self.expect(folded)
        return answered

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()


@lru_cache(16)
def _filters(collection: str) -> Mapping[str, str]:
    known = FACT_FILTERS if collection == "facts" else FILTERS[collection]
    return {name: each.sentence for name, each in known.items()}


@lru_cache(16)
def _orders(collection: str) -> Mapping[str, str]:
    known = ORDERS["sources"] if collection == "facts" else ORDERS[collection]
    return {name: order.sentence for name, order in known.items()}


def _item(snapshot: Snapshot, collection: str, ident: str) -> Entity | None:
    """The whole record: its long text too, which lists leave out."""
    question = _item_question(snapshot.served, snapshot.shape, collection)
    born = snapshot.ask(question, idents=[ident]).scalar()
    if born is None:
        return None
    (printed,) = print_records(snapshot, collection, [born])
    document: Entity = orjson.loads(printed)
    _add_text(snapshot, collection, born, document)
    return document


@lru_cache(128)
def _item_question(served: Served, shape: Shape, collection: str) -> Asked:
    tables = served.records(collection)
    rows = tables.rows
    return (
        select(rows.c.born)
        .join(tables.facets, tables.facets.c.born == rows.c.born)
        .where(
            *identified(tables.facets, bindparam("idents", type_=TEXT_TYPE, expanding=True)),
            *holding(rows, shape),
        )
    )


def _add_text(snapshot: Snapshot, collection: str, born: int, document: Entity) -> None:
    kept = cast("dict[str, Any]", document)
    holder = {"sources": kept, "meetings": kept.get("minutes")}.get(collection)
    if holder is not None:
        question = _text_question(snapshot.served, snapshot.shape, collection)
        content = snapshot.ask(question, born=born).scalar()
        holder["text"] = None if content is None else orjson.loads(content)


@lru_cache(64)
def _text_question(served: Served, shape: Shape, collection: str) -> Asked:
    parts = served.records(collection).parts
    return select(parts.c.content).where(
        parts.c.part == TEXT,
        parts.c.born == bindparam("born", type_=BigInteger),
        *holding(parts, shape),
    )


def _printed(snapshot: Snapshot, collection: str, query: Query) -> Page[bytes]:
    found = find(snapshot, collection, query)
    documents = print_records(snapshot, collection, [row[0] for row in found.rows])
    return Page(documents, found.next, snapshot.position(collection))


def _facts(snapshot: Snapshot, query: Query) -> Page[FactView]:
    found = find_facts(snapshot, query)
    return Page(_told(snapshot, found.rows), found.next, snapshot.position("timeline"))


def _told(snapshot: Snapshot, rows: Sequence[Any]) -> list[FactView]:
    resolver = Resolver(snapshot)
    facts = [compose_fact(row, resolver) for row in rows]
    resolver.settle()
    return facts


def _stream(snapshot: Snapshot, ident: str) -> Sequence[Any]:
    return snapshot.ask(_stream_question(snapshot.served, snapshot.shape), ident=ident).all()


@lru_cache(64)
def _stream_question(served: Served, shape: Shape) -> Asked:
    tables = served.timeline()
    facts, mentions = tables.facts, tables.mentions
    ident = bindparam("ident", type_=TEXT_TYPE)
    question = (
        select(facts)
        .join(mentions, mentions.c.position == facts.c.position)
        .where(mentions.c.role == "subject", mentions.c.value == ident, facts.c.stream == ident)
    )
    if shape.as_of:
        question = question.where(facts.c.position <= AS_OF)
    if shape.on:
        question = question.where(facts.c.day <= ON)
    return question.order_by(facts.c.position)


def _line(snapshot: Snapshot, position: int) -> Sequence[Any]:
    return snapshot.ask(_line_question(snapshot.served), position=position).all()


@lru_cache(16)
def _line_question(served: Served) -> Asked:
    facts = served.timeline().facts
    return select(facts).where(facts.c.position == bindparam("position", type_=BigInteger))


def _position_at(snapshot: Snapshot, milliseconds: int) -> int:
    question = _position_question(snapshot.served)
    return snapshot.ask(question, at=milliseconds).scalar() or 0


@lru_cache(16)
def _position_question(served: Served) -> Asked:
    facts = served.timeline().facts
    return (
        select(facts.c.position)
        .where(facts.c.at <= bindparam("at", type_=BigInteger))
        .order_by(facts.c.at.desc(), facts.c.position.desc())
        .limit(1)
    )
