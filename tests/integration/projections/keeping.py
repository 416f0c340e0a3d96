"""Facts into a store and views out of it, without a loop: what the tests here share."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, MetaData, Table, inspect, select

from ledger.config import Settings
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId
from ledger.store.codec import decode, encode
from ledger.store.port import Draft, Key, Part, Receipt, Store, Unit
from projections.catalogue import VIEWS
from projections.database import open_engine
from projections.generations import LIVE, Tail, begin_generation, create_generations, open_tail
from projections.keeping.keeper import View
from projections.reading import SqlViews
from projections.streams import Decode
from projections.tables import GENERATIONS
from projections.worker import Worker
from tests.unit.projections.telling import CLERK

DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))

History = Iterable[tuple[StreamId, int, AnyFact]]
"""(stream, version, fact), in the order in which they are recorded."""


def draft(stream: StreamId, version: int, fact: AnyFact) -> Draft:
    return Draft(str(uuid4()), stream, version, fact.TOPIC, None, encode(fact, CLERK))


def unreadable(stream: StreamId, version: int, topic: str) -> Draft:
    """A fact that no code can read: its parts hold nothing that its topic needs."""
    parts = tuple(Part(name, bytes(32), b"{}") for name in ("facts", "words"))
    return Draft(str(uuid4()), stream, version, topic, None, parts)


def put(store: Store, drafts: Iterable[Draft], *, at: int = 1_717_243_200_000) -> int:
    """Store the drafts as one request; the position that it took last."""
    unit = Unit(tuple(drafts), Key(CLERK.by, str(uuid4()), b"f"))
    (outcome,) = store.append([unit], at)
    assert isinstance(outcome, Receipt)
    return outcome.position


def record(store: Store, history: History) -> int:
    return put(store, (draft(*fact) for fact in history))


def stream_of(stream: StreamId, facts: Sequence[AnyFact]) -> list[tuple[StreamId, int, AnyFact]]:
    return [(stream, version, fact) for version, fact in enumerate(facts, 1)]


@contextmanager
def views_database(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings)
    try:
        yield engine
    finally:
        engine.dispose()


def tails(engine: Engine, views: Sequence[View] = VIEWS, state: str = LIVE) -> list[Tail]:
    """The views as they stand, begun if they are missing."""
    with engine.begin() as connection:
        create_generations(connection)
        return [
            open_tail(connection, engine, view, state)
            or begin_generation(connection, engine, view, state)
            for view in views
        ]


def fold_everything(
    engine: Engine, store: Store, *, batch: int = 500, reading: Decode = decode
) -> Worker:
    worker = Worker(engine, store, reading, tails(engine), batch=batch)
    while worker.round():
        pass
    return worker


def dump(engine: Engine) -> Mapping[str, list[Any]]:
    """Every row of every table that serves a view, without the number of the generation."""
    with engine.connect() as connection:
        live = connection.execute(select(GENERATIONS).where(GENERATIONS.c.state == LIVE)).all()
        tables = inspect(connection).get_table_names()
        return {
            name.replace(f"{row.view}_{row.generation}", row.view): _rows(engine, name)
            for row in live
            for name in tables
            if (name + "_").startswith(f"{row.view}_{row.generation}_") and "_fts" not in name
        }


def _rows(engine: Engine, name: str) -> list[Any]:
    table = Table(name, MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        return sorted(map(repr, map(tuple, connection.execute(select(table)))))


@contextmanager
def reading(engine: Engine, store: Store) -> Iterator[SqlViews]:
    views = SqlViews(engine, lambda: store.head().position)
    try:
        yield views
    finally:
        views.close()
