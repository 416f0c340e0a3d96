"""Views kept up by a process of their own, so that folding never takes a recorder's turn.

The process is started, told of every commit through its standard input, heard through its standard
output, and started again when it dies. Its input ends when this process does, and so does it.
"""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ledger.clock import Clock, utc_now
from ledger.config import Settings
from ledger.service import Ledger
from ledger.store.sqlite_module import sqlite
from projections.messages import NEWS, read_report, write_settings
from projections.opening import open_reading
from projections.port import ViewUnavailable
from projections.reading import SqlViews
from projections.waiting import Listener, Waiting

FIRST_PAUSE: Final = 0.1
LAST_PAUSE: Final = 5.0
OPENING_SECONDS: Final = 30.0
ENDING_SECONDS: Final = 3.0
LONGEST_REPORT: Final = 1024 * 1024

log = structlog.get_logger()


class Apart:
    """Implements `projections.following.Follower` over a worker process."""

    def __init__(self, views: SqlViews, command: Sequence[str], settings: Settings) -> None:
        self.views = views
        self.trouble: str | None = None
        self.heard = asyncio.Event()
        self._command, self._settings = command, settings
        self._waiting = Waiting()
        self._process: Process | None = None
        self._pause = FIRST_PAUSE
        self._closing = False

    async def wait(
        self, position: int, seconds: float, views: Collection[str] | None = None
    ) -> bool:
        """As `Follower.wait`."""
        return await self._waiting.until(position, seconds, views)

    def listen(self, callback: Listener) -> None:
        """As `Follower.listen`."""
        self._waiting.listen(callback)

    def wake(self, _position: int = 0) -> None:
        """Facts have come. A worker that is away will see them when it starts."""
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(NEWS)

    async def keep(self) -> None:
        """Until `stop`: have a worker at work."""
        while not self._closing:
            end = await self._run()
            if not self._closing:
                self.trouble = f"the process that keeps the views {end}"
                log.error("worker.died", end=end, pause=self._pause)
                await asyncio.sleep(self._pause)
                self._pause = min(LAST_PAUSE, self._pause * 2)

    async def _run(self) -> str:
        """One process from its start to its end, which is told in words."""
        try:
            return f"ended with {await self._worked()}"
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            return f"could not be started or understood: {type(error).__name__}"

    async def _worked(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, limit=LONGEST_REPORT
        )
        self._process = process
        try:
            await self._hear(process)
        finally:
            self._process = None
            await _end(process)
        return process.returncode or 0

    async def _hear(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None:
            return
        process.stdin.write(write_settings(self._settings))
        async for line in process.stdout:
            reached, self.trouble = read_report(line)
            self._waiting.update(reached)
            self._pause = FIRST_PAUSE
            self.heard.set()

    def stop(self) -> None:
        """Ask the worker to end after the batch that it is writing."""
        self._closing = True
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def ended(self, keeper: asyncio.Task[None]) -> None:
        """After `stop`. A worker that stands still neither speaks nor ends by itself."""
        await asyncio.wait([keeper], timeout=ENDING_SECONDS)
        if self._process is not None:
            log.warning("worker.killed", pid=self._process.pid)
            with suppress(ProcessLookupError):
                self._process.kill()
        elif not keeper.done():
            keeper.cancel()
        await asyncio.wait([keeper])


async def _end(process: Process) -> None:
    """Wait for it; one that does not end by itself is ended: its batch comes again."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(ENDING_SECONDS):
            await process.wait()
    except TimeoutError:
        log.warning("worker.killed", pid=process.pid)
        process.kill()
        await process.wait()


@asynccontextmanager
async def open_views_apart(
    settings: Settings, ledger: Ledger, command: Sequence[str], clock: Clock = utc_now
) -> AsyncIterator[Apart]:
    """Every view of the ledger, kept up by the process that `command` starts.

    The block begins at once where views can be read as they were left; else once the worker has
    opened them, or after half a minute without it.
    """
    async with open_reading(settings, ledger, clock, lambda: apart.trouble) as views:
        apart = Apart(views, command, settings)
        apart.listen(views.expect)
        ledger.listen(apart.wake)
        keeper = asyncio.create_task(apart.keep(), name="projections.apart")
        try:
            if not await asyncio.to_thread(_can_be_read, views):
                with suppress(TimeoutError):
                    async with asyncio.timeout(OPENING_SECONDS):
                        await apart.heard.wait()
            yield apart
        finally:
            apart.stop()
            await apart.ended(keeper)


def _can_be_read(views: SqlViews) -> bool:
    try:
        views.position()
    except (ViewUnavailable, SQLAlchemyError, sqlite.Error):
        return False
    return True
