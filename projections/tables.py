"""The tables of the views: one set for each view and generation, made by the functions below.

Every table but `generations` is named for its view and generation, so that a rebuild stands beside
what is being read. `born` is the position of a record's first fact: it names the record inside its
view, and lists are ordered by it. A range of positions or days is [from, to); OPEN and FOREVER
stand for "still". A record's rows at one position have different days, so `(born, pos_to, day_to)`
is unique, and a current row is one look-up away. A record's id is a facet of it, which never
changes, where an index over every row would change with each fact.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Ordered by code point in both databases."""

OPEN: Final = 2**62
"""The end of a range of positions that no later fact has closed."""


def generations_table(metadata: MetaData) -> Table:
    """Which tables serve each view, how far they are, and what they stumbled over."""
    return Table(
        "generations",
        metadata,
        Column("view", TEXT, primary_key=True),
        Column("generation", Integer, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("state", TEXT, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("stalled_at", BigInteger),
        Column("error", TEXT),
    )


GENERATIONS: Final = generations_table(MetaData())


@dataclass(frozen=True, slots=True)
class EntityTables:
    """A collection: its rows, what they can be found by, and their long or many parts."""

    metadata: MetaData
    rows: Table
    facets: Table
    parts: Table


@dataclass(frozen=True, slots=True)
class TimelineTables:
    """Every fact, and whom or what it mentions."""

    metadata: MetaData
    facts: Table
    mentions: Table


@dataclass(frozen=True, slots=True)
class SearchTables:
    """Words with their ranges; the full-text index beside them is the dialect's own."""

    metadata: MetaData
    words: Table


@dataclass(frozen=True, slots=True)
class StatisticsTables:
    """`deltas` by position and day, for both clocks; `totals` as they stood after a position."""

    metadata: MetaData
    deltas: Table
    totals: Table


def _ranges() -> list[Column[int]]:
    return [
        Column("pos_from", BigInteger, nullable=False),
        Column("pos_to", BigInteger, nullable=False),
        Column("day_from", Integer, nullable=False),
        Column("day_to", Integer, nullable=False),
    ]


def entity_tables(view: str, generation: int) -> EntityTables:
    metadata = MetaData()
    name = table_name(view, generation)
    return EntityTables(
        metadata, _rows(name, metadata), _facets(name, metadata), _parts(name, metadata)
    )


def table_name(view: str, generation: int) -> str:
    return f"{view}_{generation}"


def _rows(name: str, metadata: MetaData) -> Table:
    return Table(
        name,
        metadata,
        Column("born", BigInteger, primary_key=True, autoincrement=False),
        Column("pos_from", BigInteger, nullable=False),
        Column("pos_to", BigInteger, primary_key=True, autoincrement=False),
        Column("day_from", Integer, nullable=False),
        Column("day_to", Integer, primary_key=True, autoincrement=False),
        Column("stream", TEXT, nullable=False),
        Column("title", TEXT),
        Column("kind", TEXT, nullable=False),
        Column("refers", TEXT),
        Column("document", LargeBinary, nullable=False),
        Column("day", Integer),
        Column("due", Integer),
        Column("open_due", Integer),
        Column("review", Integer),
        Column("looked", Integer),
    )


def _facets(name: str, metadata: MetaData) -> Table:
    return Table(
        f"{name}_facets",
        metadata,
        Column("facet", TEXT, primary_key=True),
        Column("value", TEXT, primary_key=True),
        Column("born", BigInteger, primary_key=True, autoincrement=False),
        Column("pos_from", BigInteger, primary_key=True, autoincrement=False),
        Column("pos_to", BigInteger, nullable=False),
        Column("day_from", Integer, primary_key=True, autoincrement=False),
        Column("day_to", Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def _parts(name: str, metadata: MetaData) -> Table:
    return Table(
        f"{name}_parts",
        metadata,
        Column("part", TEXT, primary_key=True),
        Column("born", BigInteger, primary_key=True, autoincrement=False),
        Column("pos_from", BigInteger, primary_key=True, autoincrement=False),
        Column("pos_to", BigInteger, nullable=False),
        Column("day_from", Integer, primary_key=True, autoincrement=False),
        Column("day_to", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Index(f"{name}_parts_born", "born"),
    )


def timeline_tables(view: str, generation: int) -> TimelineTables:
    metadata = MetaData()
    name = table_name(view, generation)
    facts = Table(
        name,
        metadata,
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("at", BigInteger, nullable=False),
        Column("stream", TEXT, nullable=False),
        Column("topic", TEXT, nullable=False),
        Column("day", Integer, nullable=False),
        Column("document", LargeBinary, nullable=False),
        Index(f"{name}_topic", "topic", "position"),
        Index(f"{name}_at", "at", "position"),
    )
    mentions = Table(
        f"{name}_mentions",
        metadata,
        Column("role", TEXT, primary_key=True),
        Column("value", TEXT, primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    return TimelineTables(metadata, facts, mentions)


def search_tables(view: str, generation: int, *, on_postgres: bool) -> SearchTables:
    """`id` grows with `born`, so that newest first is the order of the index itself."""
    metadata = MetaData()
    name = table_name(view, generation)
    words = Table(
        name,
        metadata,
        Column("id", BigInteger if on_postgres else Integer, primary_key=True, autoincrement=False),
        Column("born", BigInteger, nullable=False),
        Column("piece", TEXT, nullable=False),
        *_ranges(),
        Column("stream", TEXT, nullable=False),
        Column("kind", TEXT, nullable=False),
        Column("words", TEXT, nullable=False),
        Index(f"{name}_born", "born", "pos_to"),
    )
    if on_postgres:
        vector = "to_tsvector('simple', words)"
        words.append_column(Column("vector", TSVECTOR, Computed(vector, persisted=True)))
        Index(f"{name}_vector", words.c.vector, postgresql_using="gin")
    return SearchTables(metadata, words)


def statistics_tables(view: str, generation: int) -> StatisticsTables:
    metadata = MetaData()
    name = table_name(view, generation)
    deltas = Table(
        name,
        metadata,
        Column("dimension", TEXT, primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("code", TEXT, primary_key=True),
        Column("day", Integer, primary_key=True, autoincrement=False),
        Column("delta", Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    totals = Table(
        f"{name}_totals",
        metadata,
        Column("dimension", TEXT, primary_key=True),
        Column("code", TEXT, primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("count", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    return StatisticsTables(metadata, deltas, totals)
