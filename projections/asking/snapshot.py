"""One consistent look at the views: which tables serve them, at which moment they are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, Connection, FromClause, select

from projections.catalogue import VIEWS, full_text, is_postgres
from projections.keeping.fulltext import FullText
from projections.port import Moment, ViewUnavailable
from projections.spans import FOREVER
from projections.tables import (
    GENERATIONS,
    OPEN,
    EntityTables,
    SearchTables,
    StatisticsTables,
    TimelineTables,
    entity_tables,
    search_tables,
    statistics_tables,
    timeline_tables,
)
from projections.views.pieces import utc_day

_records: Final = lru_cache(64)(entity_tables)
_timeline: Final = lru_cache(8)(timeline_tables)
_statistics: Final = lru_cache(8)(statistics_tables)


@lru_cache(8)
def _search(generation: int, *, on_postgres: bool) -> tuple[SearchTables, FullText]:
    tables = search_tables("search", generation, on_postgres=on_postgres)
    return tables, full_text(tables, on_postgres=on_postgres)


_VERSIONS: Final = {view.name: view.version for view in VIEWS}

_LIVE: Final = select(
    GENERATIONS.c.view, GENERATIONS.c.version, GENERATIONS.c.generation, GENERATIONS.c.position
).where(GENERATIONS.c.state == "live")


@dataclass(frozen=True, slots=True)
class Live:
    """The tables that serve a view, and how far they are."""

    generation: int
    position: int


class Snapshot:
    """Reads inside one transaction; `day` is the day that derived flags look at."""

    def __init__(self, connection: Connection, moment: Moment, today: Callable[[], date]) -> None:
        self.connection, self.moment = connection, moment
        self._today = today
        self.live: Mapping[str, Live] = {
            name: Live(generation, position)
            for name, version, generation, position in connection.execute(_LIVE)
            if _VERSIONS.get(name) == version
        }

    def position(self, view: str) -> int:
        """What the view has folded; raise ViewUnavailable."""
        return self._live(view).position

    def _live(self, view: str) -> Live:
        if view not in self.live:
            message = f"the view of {view} is being built for the first time"
            raise ViewUnavailable(message)
        return self.live[view]

    def records(self, collection: str) -> EntityTables:
        return _records(collection, self._live(collection).generation)

    def timeline(self) -> TimelineTables:
        return _timeline("timeline", self._live("timeline").generation)

    def statistics(self) -> StatisticsTables:
        return _statistics("statistics", self._live("statistics").generation)

    def search(self) -> tuple[SearchTables, FullText]:
        on_postgres = is_postgres(self.connection.engine)
        return _search(self._live("search").generation, on_postgres=on_postgres)

    def day(self) -> date:
        """`on`; else the day on which `as_of` was recorded; else today (all in UTC)."""
        if self.moment.on is not None:
            return self.moment.on
        if self.moment.as_of is None:
            return self._today()
        return self._recorded_on(self.moment.as_of) or self._today()

    def _recorded_on(self, position: int) -> date | None:
        if position >= self.position("timeline"):
            return None
        facts = self.timeline().facts
        at = self.connection.scalar(select(facts.c.at).where(facts.c.position == position))
        return None if at is None else utc_day(at)


def known(table: FromClause, moment: Moment) -> list[ColumnElement[bool]]:
    """Rows that the ledger knew at the moment, whatever day they are about."""
    columns = table.c
    if moment.as_of is None:
        return [columns.pos_to == OPEN]
    return [columns.pos_from <= moment.as_of, columns.pos_to > moment.as_of]


def holding(table: FromClause, moment: Moment) -> list[ColumnElement[bool]]:
    """Rows that the ledger knew at the moment, and that are about its day."""
    columns = table.c
    if moment.on is None:
        return [*known(table, moment), columns.day_to == FOREVER]
    day = moment.on.toordinal()
    return [*known(table, moment), columns.day_from <= day, columns.day_to > day]
