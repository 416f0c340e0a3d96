"""Every view: its name, its version, the topics it needs, and who keeps it."""

from functools import partial
from typing import Final

from sqlalchemy import Engine

from ledger.facts import FACTS
from projections.keeping.fulltext import Fts5, FullText, Tsvector
from projections.keeping.keeper import Keeper, View
from projections.keeping.records import RecordKeeper
from projections.keeping.search import SearchKeeper
from projections.keeping.statistics import StatisticsKeeper
from projections.keeping.timeline import TimelineKeeper
from projections.stories import ENTITY_TOPICS, TOPICS
from projections.tables import (
    SearchTables,
    entity_tables,
    search_tables,
    statistics_tables,
    timeline_tables,
)


def _records(collection: str, _engine: Engine, generation: int) -> Keeper:
    return RecordKeeper(collection, entity_tables(collection, generation))


def _timeline(_engine: Engine, generation: int) -> Keeper:
    return TimelineKeeper(timeline_tables("timeline", generation))


def _search(engine: Engine, generation: int) -> Keeper:
    tables = search_tables("search", generation, on_postgres=is_postgres(engine))
    return SearchKeeper(tables, full_text(tables, on_postgres=is_postgres(engine)))


def _statistics(_engine: Engine, generation: int) -> Keeper:
    return StatisticsKeeper(statistics_tables("statistics", generation))


def full_text(tables: SearchTables, *, on_postgres: bool) -> FullText:
    return Tsvector(tables.words) if on_postgres else Fts5(tables.words)


def is_postgres(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


VIEWS: Final = (
    *(View(name, 1, topics, partial(_records, name)) for name, topics in TOPICS.items()),
    View("timeline", 2, frozenset(FACTS), _timeline),
    View("search", 1, ENTITY_TOPICS, _search),
    View("statistics", 1, ENTITY_TOPICS, _statistics),
)
