"""What readers may ask, answered from the tables: blocking, from any thread."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, TypeVar

import orjson
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from ledger.clock import Clock, utc_now
from projections.asking.facts import FACT_FILTERS
from projections.asking.filters import FILTERS, ORDERS
from projections.asking.history import line_rows, page_of_facts, position_at, stream_rows, tell
from projections.asking.hits import find_hits
from projections.asking.items import find_item, print_page
from projections.asking.lines import Lines
from projections.asking.memory import Memory
from projections.asking.snapshot import (
    Snapshot,
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
        return self._ask(moment, lambda snapshot: find_item(snapshot, collection, ident))

    def page(self, collection: str, query: Query) -> Page[Entity]:
        printed = self.printed(collection, query)
        return Page([orjson.loads(item) for item in printed.items], printed.next, printed.position)

    def printed(self, collection: str, query: Query) -> Page[bytes]:
        return self._ask(query.moment, lambda snapshot: print_page(snapshot, collection, query))

    def filters(self, collection: str) -> Mapping[str, str]:
        return _filters(collection)

    def orders(self, collection: str) -> Mapping[str, str]:
        return _orders(collection)

    # --- facts

    def facts(self, query: Query) -> Page[FactView]:
        return self._ask(query.moment, lambda snapshot: page_of_facts(snapshot, query))

    def history(self, ident: str, moment: Moment = NOW) -> Sequence[FactView]:
        return self._ask(moment, lambda snapshot: tell(snapshot, stream_rows(snapshot, ident)))

    def fact(self, position: int) -> FactView | None:
        found = self._ask(NOW, lambda snapshot: tell(snapshot, line_rows(snapshot, position)))
        return next(iter(found), None)

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
        return self._ask(NOW, lambda snapshot: position_at(snapshot, milliseconds))

    def recorded_at(self, position: int) -> datetime | None:
        rows = self._ask(NOW, lambda snapshot: line_rows(snapshot, position))
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
