"""One consistent look at the views: which tables serve them, at which moment they are read.

Questions are written once for each set of tables and each shape of a moment, and only their
parameters change from reader to reader: writing SQL costs more than asking it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Result,
    Select,
    bindparam,
    select,
)

from projections.asking.memory import Memory
from projections.catalogue import VIEWS, full_text, is_postgres
from projections.days import utc_day
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
class Served:
    """The generation that serves each view; the tables are made from that alone."""

    generations: tuple[tuple[str, int], ...]
    on_postgres: bool

    def generation(self, view: str) -> int:
        """Raise ViewUnavailable."""
        for name, generation in self.generations:
            if name == view:
                return generation
        raise ViewUnavailable(f"the view of {view} is being built for the first time")

    def records(self, collection: str) -> EntityTables:
        return _records(collection, self.generation(collection))

    def timeline(self) -> TimelineTables:
        return _timeline("timeline", self.generation("timeline"))

    def statistics(self) -> StatisticsTables:
        return _statistics("statistics", self.generation("statistics"))

    def search(self) -> tuple[SearchTables, FullText]:
        return _search(self.generation("search"), on_postgres=self.on_postgres)


Asked = Select[*tuple[Any, ...]]
Answered = Result[*tuple[Any, ...]]


class Shape(NamedTuple):
    """Which of its clocks a moment sets."""

    as_of: bool
    on: bool


class Snapshot:
    """Reads inside one transaction; `names` are what was looked up in this state already."""

    def __init__(
        self,
        connection: Connection,
        moment: Moment,
        today: Callable[[], date],
        memory: Memory | None = None,
    ) -> None:
        self._connection, self._today = connection, today
        self.moment = moment
        self.shape = Shape(moment.as_of is not None, moment.on is not None)
        self._clocks = {"as_of": moment.as_of, "on": moment.on and moment.on.toordinal()}
        rows = [
            (name, generation, position)
            for name, version, generation, position in connection.execute(_LIVE)
            if _VERSIONS.get(name) == version
        ]
        self._positions: Mapping[str, int] = {name: position for name, _, position in rows}
        self.served = Served(
            tuple(sorted((name, generation) for name, generation, _ in rows)),
            is_postgres(connection.engine),
        )

        state = (
            self.served,
            tuple(self._positions.get(view) for view in ("stakeholders", "sources")),
        )
        self.names = (memory or Memory()).recall(state)

    def position(self, view: str) -> int:
        """What the view has folded; raise ViewUnavailable."""
        self.served.generation(view)
        return self._positions[view]

    def ask(self, question: Asked, **parameters: object) -> Answered:
        """The answer to a question, whose clocks are those of the moment."""
        return self._connection.execute(question, {**self._clocks, **parameters})

    @cached_property
    def day(self) -> date:
        """`on`; else the day on which `as_of` was recorded; else today (all in UTC)."""
        if self.moment.on is not None:
            return self.moment.on
        if self.moment.as_of is None or self.moment.as_of >= self.position("timeline"):
            return self._today()
        recorded_at = self.ask(recorded_question(self.served), position=self.moment.as_of).scalar()
        return self._today() if recorded_at is None else utc_day(recorded_at)


@lru_cache(8)
def recorded_question(served: Served) -> Select[tuple[int]]:
    """When the fact at `position` was recorded, in ms."""
    facts = served.timeline().facts
    return select(facts.c.at).where(facts.c.position == bindparam("position", type_=BigInteger))


AS_OF: Final = bindparam("as_of", type_=BigInteger)
ON: Final = bindparam("on", type_=Integer)


def known(table: FromClause, shape: Shape) -> list[ColumnElement[bool]]:
    """Rows that the ledger knew at the moment, whatever day they are about."""
    if shape.as_of:
        return [table.c.pos_from <= AS_OF, table.c.pos_to > AS_OF]
    return [table.c.pos_to == OPEN]


def identified(facets: FromClause, idents: BindParameter[Any]) -> list[ColumnElement[bool]]:
    """Leads from ids to `born`: a record bears its id at every moment, so today's facet will do."""
    return [facets.c.facet == "id", facets.c.value.in_(idents), facets.c.pos_to == OPEN]


def holding(table: FromClause, shape: Shape) -> list[ColumnElement[bool]]:
    """Rows that the ledger knew at the moment, and that are about its day."""
    if shape.on:
        return [*known(table, shape), table.c.day_from <= ON, table.c.day_to > ON]
    return [*known(table, shape), table.c.day_to == FOREVER]
