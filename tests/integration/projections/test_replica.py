"""Readers are answered from a replica, and never with less than they were told of."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from ledger.config import Settings
from ledger.service import Ledger, open_ledger
from projections import database
from projections.port import Query
from projections.projector import open_views
from projections.watching import Watcher, open_views_elsewhere
from tests.integration.projections.keeping import record, stream_of
from tests.support.postgres import PostgresServer, running_postgres
from tests.unit.projections.telling import recorded, stream

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(240)]


@pytest.fixture
def servers() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """A primary and its standby."""
    with (
        running_postgres(on_disk=False) as primary,
        running_postgres(on_disk=False, standby_of=primary) as standby,
    ):
        yield primary, standby


@pytest.fixture
async def ledger(
    servers: tuple[PostgresServer, PostgresServer], tmp_path: Path
) -> AsyncIterator[tuple[Ledger, Watcher]]:
    """A ledger that somebody folds, and a node that reads from the standby."""
    primary, standby = servers
    settings = Settings(data_dir=tmp_path, url=primary.url(), read_url=standby.url())
    async with (
        open_ledger(settings) as opened,
        open_views(settings, opened),
        open_views_elsewhere(settings, opened) as node,
    ):
        yield opened, node


def replay(standby: PostgresServer, statement: str) -> None:
    with closing(psycopg.connect(standby.url(), autocommit=True)) as connection:
        connection.execute(statement.encode())


def promise(ledger: Ledger, number: int) -> int:
    return record(ledger.store, stream_of(stream(0x3000 + number), [recorded()]))


async def until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if await asyncio.to_thread(true):
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


async def test_what_was_told_is_read_from_the_primary_while_the_replica_is_behind(
    servers: tuple[PostgresServer, PostgresServer], ledger: tuple[Ledger, Watcher]
) -> None:
    (_, standby), (opened, node) = servers, ledger
    assert await node.wait(promise(opened, 1), 30)
    await asyncio.to_thread(replay, standby, "SELECT pg_wal_replay_pause()")

    position = promise(opened, 2)

    assert await node.wait(position, 30)
    page = await asyncio.to_thread(node.views.page, "commitments", Query())
    assert (len(page.items), page.position) == (2, position)


async def test_readers_are_answered_by_the_replica_when_the_primary_is_gone(
    servers: tuple[PostgresServer, PostgresServer], ledger: tuple[Ledger, Watcher]
) -> None:
    (primary, standby), (opened, node) = servers, ledger
    position = promise(opened, 1)
    assert await node.wait(position, 30)
    with closing(psycopg.connect(standby.url(), autocommit=True)) as heard:
        await until(lambda: _folded(heard) >= position)

    await asyncio.to_thread(primary.kill)

    page = await asyncio.to_thread(node.views.page, "commitments", Query())
    assert (len(page.items), page.position) == (1, position)
    await asyncio.to_thread(primary.start)


async def test_readers_are_answered_by_the_primary_when_the_replica_hangs(
    servers: tuple[PostgresServer, PostgresServer],
    ledger: tuple[Ledger, Watcher],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (_, standby), (opened, node) = servers, ledger
    position = promise(opened, 1)
    assert await node.wait(position, 30)
    with closing(psycopg.connect(standby.url(), autocommit=True)) as heard:
        await until(lambda: _folded(heard) >= position)
    monkeypatch.setattr(database, "REPLICA_SILENCE_SECONDS", 0.2)
    one_thread = ThreadPoolExecutor(1)
    ask = partial(node.views.page, "commitments", Query())
    await asyncio.wrap_future(one_thread.submit(ask))

    standby.pause()
    try:
        page = await asyncio.wrap_future(one_thread.submit(ask))
    finally:
        standby.resume()
        one_thread.shutdown()

    assert (len(page.items), page.position) == (1, position)


def test_a_replica_gives_up_a_question_that_takes_too_long(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "REPLICA_QUESTION_SECONDS", 1)
    url = postgres_server.url()
    engine = database.open_replica(Settings(data_dir=tmp_path, url=url, read_url=url))
    assert engine is not None
    with (
        closing(engine.connect()) as connection,
        pytest.raises(OperationalError, match="statement timeout"),
    ):
        connection.exec_driver_sql("SELECT pg_sleep(60)")
    engine.dispose()


def _folded(connection: psycopg.Connection[tuple[int]]) -> int:
    row = connection.execute("SELECT min(position) FROM views.generations").fetchone()
    return 0 if row is None else row[0] or 0
