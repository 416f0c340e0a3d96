"""The tables that serve the views."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from projections.catalogue import full_text
from projections.keeping.fulltext import FullText
from projections.port import ViewUnavailable
from projections.tables import (
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


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """The generation that serves each view; the tables are made from that alone.

    There is one value for the same generations, so questions can be remembered by its identity.
    """

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
