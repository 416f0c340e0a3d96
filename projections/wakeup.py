"""Who wakes the worker: this process's own commits, other processes', and a slow poll regardless.

Nothing here has to be reliable: a wake-up that is lost costs the time of one slow poll.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    closing,
    suppress,
)
from pathlib import Path
from typing import Final

import psycopg
import structlog

from ledger.config import Settings
from ledger.store.sqlite_module import sqlite

SLOW_POLL: Final = 1.0
DATA_VERSION_POLL: Final = 0.05
RECONNECT: Final = 1.0
STORED: Final = "LISTEN stored_events"
"""The channel that the store notifies in PostgreSQL."""

MOVED: Final = "LISTEN views_moved"
"""The channel that whoever folds notifies."""

log = structlog.get_logger()
Wake = Callable[[], None]


def woken_by_others(settings: Settings, wake: Wake) -> AbstractAsyncContextManager[None]:
    """Call `wake` on the loop when another process may have recorded or folded something."""
    return _woken(settings, "ledger.db", wake)


def woken_by_folding(settings: Settings, wake: Wake) -> AbstractAsyncContextManager[None]:
    """Call `wake` on the loop when another process may have folded something."""
    return _woken(settings, "views.db", wake)


@asynccontextmanager
async def _woken(settings: Settings, file: str, wake: Wake) -> AsyncIterator[None]:
    if settings.on_postgres:
        watching = _listen(settings.url, wake)
    else:
        watching = _watch(settings.data_dir / file, wake)
    task = asyncio.create_task(watching, name="projections.wakeup")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(path: Path, wake: Wake) -> None:
    """A file that is not there yet may come."""
    while True:
        with suppress(sqlite.OperationalError):
            await _watch_once(path, wake)
        await asyncio.sleep(RECONNECT)


async def _watch_once(path: Path, wake: Wake) -> None:
    """SQLite counts what other connections commit; asking takes microseconds."""
    with closing(sqlite.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        seen = None
        while True:
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            if version != seen:
                seen = version
                wake()
            await asyncio.sleep(DATA_VERSION_POLL)


async def _listen(url: str, wake: Wake) -> None:
    while True:
        try:
            await _listen_once(url, wake)
        except psycopg.OperationalError as error:
            log.warning("wakeup.lost", error=str(error))
        await asyncio.sleep(RECONNECT)


async def _listen_once(url: str, wake: Wake) -> None:
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
    async with connection:
        await connection.execute(STORED)
        await connection.execute(MOVED)
        wake()
        async for _ in connection.notifies():
            wake()
