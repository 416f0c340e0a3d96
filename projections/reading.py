"""What readers may ask, answered from the tables: blocking, from any thread."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Engine, func, select

from ledger.clock import Clock, utc_now
from projections.asking.composing import COLUMNS, compose, compose_fact
from projections.asking.facts import FACT_FILTERS, find_facts
from projections.asking.filters import FILTERS, ORDERS
from projections.asking.hits import find_hits
from projections.asking.pages import Found, find
from projections.asking.resolver import Resolver
from projections.asking.snapshot import Snapshot, holding
from projections.asking.totals import count_matrix, count_statistics
from projections.documents import FactView, Hit, MatrixCell, Statistics
from projections.port import (
    COLLECTIONS,
    NOW,
    Entity,
    Moment,
    Page,
    Query,
    ViewStatus,
    ViewUnavailable,
)
from projections.status import read_status
from projections.views.sources import TEXT


class SqlViews:
    """Implements `projections.port.Views`. One connection a thread, one transaction a question.

    `head` tells the newest position of the ledger; `clock` what day it is.
    """

    def __init__(self, engine: Engine, head: Callable[[], int], clock: Clock = utc_now) -> None:
        self._engine, self._head, self._clock = engine, head, clock
        self._local = threading.local()
        self._opened: list[Connection] = []

    def close(self) -> None:
        """Release every thread's connection."""
        while self._opened:
            self._opened.pop().close()

    # --- records

    def item(self, collection: str, ident: str, moment: Moment = NOW) -> Entity | None:
        with self._snapshot(moment) as snapshot:
            rows = snapshot.records(collection).rows
            question = select(*(rows.c[name] for name in COLUMNS)).where(
                rows.c.stream == ident, *holding(rows, moment)
            )
            row = snapshot.connection.execute(question).first()
            return None if row is None else _item(snapshot, collection, row)

    def page(self, collection: str, query: Query) -> Page[Entity]:
        with self._snapshot(query.moment) as snapshot:
            found = find(snapshot, collection, query)
            return Page(
                _composed(snapshot, collection, found), found.next, snapshot.position(collection)
            )

    def filters(self, collection: str) -> Mapping[str, str]:
        known = FACT_FILTERS if collection == "facts" else FILTERS[collection]
        return {name: each.sentence for name, each in known.items()}

    def orders(self, collection: str) -> Mapping[str, str]:
        known = ORDERS["sources"] if collection == "facts" else ORDERS[collection]
        return {name: order.sentence for name, order in known.items()}

    # --- facts

    def facts(self, query: Query) -> Page[FactView]:
        with self._snapshot(query.moment) as snapshot:
            found = find_facts(snapshot, query)
            return Page(
                _told(snapshot, found.rows), found.next, snapshot.position("timeline")
            )

    def history(self, ident: str, moment: Moment = NOW) -> Sequence[FactView]:
        with self._snapshot(moment) as snapshot:
            facts = snapshot.timeline().facts
            question = select(facts).where(facts.c.stream == ident).order_by(facts.c.position)
            if moment.as_of is not None:
                question = question.where(facts.c.position <= moment.as_of)
            if moment.on is not None:
                question = question.where(facts.c.day <= moment.on.toordinal())
            return _told(snapshot, snapshot.connection.execute(question).all())

    def fact(self, position: int) -> FactView | None:
        with self._snapshot(NOW) as snapshot:
            facts = snapshot.timeline().facts
            question = select(facts).where(facts.c.position == position)
            return next(iter(_told(snapshot, snapshot.connection.execute(question).all())), None)

    # --- across records

    def search(self, text: str, query: Query) -> Page[Hit]:
        with self._snapshot(query.moment) as snapshot:
            return find_hits(snapshot, text, query)

    def matrix(self, moment: Moment = NOW) -> Sequence[MatrixCell]:
        with self._snapshot(moment) as snapshot:
            return count_matrix(snapshot)

    def statistics(self, moment: Moment = NOW) -> Statistics:
        with self._snapshot(moment) as snapshot:
            return count_statistics(snapshot)

    # --- where the views are

    def position(self) -> int:
        with self._snapshot(NOW) as snapshot:
            return min((snapshot.position(name) for name in _NAMES), default=0)

    def position_at(self, instant: datetime) -> int:
        with self._snapshot(NOW) as snapshot:
            facts = snapshot.timeline().facts
            milliseconds = int(instant.astimezone(UTC).timestamp() * 1000)
            question = select(func.max(facts.c.position)).where(
                facts.c.at
                == select(func.max(facts.c.at)).where(facts.c.at <= milliseconds).scalar_subquery()
            )
            return snapshot.connection.scalar(question) or 0

    def recorded_at(self, position: int) -> datetime | None:
        with self._snapshot(NOW) as snapshot:
            facts = snapshot.timeline().facts
            at = snapshot.connection.scalar(select(facts.c.at).where(facts.c.position == position))
            return None if at is None else datetime.fromtimestamp(at / 1000, UTC)

    def status(self) -> Sequence[ViewStatus]:
        head = self._head()
        with self._connected() as connection, connection.begin():
            return read_status(connection, head)

    # --- connections

    @contextmanager
    def _snapshot(self, moment: Moment) -> Iterator[Snapshot]:
        with self._connected() as connection, connection.begin():
            yield Snapshot(connection, moment, self._today)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            connection = self._engine.connect()
            self._local.connection = connection
            self._opened.append(connection)
        yield connection

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()
