"""Keeps the dataset under `/data` fresh: a process of its own makes it, now and then.

It is made when facts have come and the time is up, and at once when words in it were redacted.
"""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from api.exporting.dataset import REDACTIONS
from api.exporting.orders import Done, Order, read_done, write_order
from api.exporting.placing import clear_leftovers
from api.exporting.shelf import Dataset, Shelf
from projections.port import Query, Views, ViewUnavailable

COMMAND: Final = (sys.executable, "-m", "api.exporting")
FIRST_PAUSE: Final = 15.0
"""A service that has just started answers first."""
LOOKS_EVERY: Final = 5.0
AGAIN_AFTER: Final = 60.0
ENDING_SECONDS: Final = 1.0

log = structlog.get_logger()


class Exporter:
    """`trouble` is why the last try failed, None while all is well."""

    def __init__(self, order: Order, views: Views, command: Sequence[str] = COMMAND) -> None:
        self.shelf = Shelf(order.folder)
        self.trouble: str | None = None
        self._order, self._views, self._command = order, views, command
        self._next = 0.0
        self._blind = False

    @property
    def seconds(self) -> float:
        return self._order.settings.export_seconds

    async def keep(self, first_pause: float = FIRST_PAUSE) -> None:
        """Until cancelled: look whether a dataset is due, and have it made."""
        await asyncio.sleep(first_pause)
        while True:
            await self.look()
            await asyncio.sleep(min(LOOKS_EVERY, self.seconds))

    async def look(self) -> None:
        """Once. Views that cannot be asked are trouble until they can."""
        try:
            due = await asyncio.to_thread(self.due)
        except (SQLAlchemyError, OSError) as error:
            self.trouble, self._blind = f"the views cannot be asked: {error}", True
            return
        if self._blind:
            self.trouble, self._blind = None, False
        if due:
            await self.make()

    def due(self) -> bool:
        """Whether the dataset lacks facts and it is time, or holds words that were redacted."""
        try:
            dataset, position = self.shelf.newest(), self._views.position()
            if dataset is None or self.outdated(dataset):
                return self.trouble is None or time.monotonic() >= self._next
            return position > dataset.position and time.monotonic() >= self._next
        except ViewUnavailable:
            return False

    def outdated(self, dataset: Dataset) -> bool:
        """Whether words that it may hold were redacted since it was made."""
        newest = self._views.facts(Query(filters=REDACTIONS, limit=1)).items
        return any(fact["position"] > dataset.position for fact in newest)

    async def make(self) -> None:
        """Have a dataset made now; what goes wrong is told in `trouble` and tried again."""
        began = time.monotonic()
        done = await self._made()
        self.trouble = done.trouble
        if done.trouble is None:
            self._next = began + self.seconds
            spent = round(time.monotonic() - began, 1)
            log.info("dataset.made", position=done.position, seconds=spent)
        else:
            self._next = time.monotonic() + min(self.seconds, AGAIN_AFTER)
            log.error("dataset.failed", trouble=done.trouble)

    async def _made(self) -> Done:
        try:
            return await self._asked()
        except (OSError, ValueError) as error:
            return Done(None, f"the process that makes the dataset cannot be asked: {error}")

    async def _asked(self) -> Done:
        process = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE)
        try:
            told, _ = await process.communicate(write_order(self._order))
        finally:
            await _end(process)
        if process.returncode or not told:
            return Done(None, f"the process that makes the dataset ended with {process.returncode}")
        return read_done(told)

    def told_of_end(self, keeping: asyncio.Task[None]) -> None:
        """A keeper that has died is trouble that stays."""
        if not keeping.cancelled() and (error := keeping.exception()) is not None:
            self.trouble = f"nobody makes datasets any more: {error!r}"
            log.error("exporter.died", exc_info=error)

    async def open(self) -> None:
        """Sweep away what a crash left."""
        with suppress(OSError):
            await asyncio.to_thread(clear_leftovers, self._order.folder)


EXPORTER: Final = web.AppKey("exporter", Exporter)


async def _end(process: Process) -> None:
    """One that is still at work when the service stops leaves only what the next start sweeps."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(ENDING_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


@asynccontextmanager
async def open_exporter(
    order: Order, views: Views, command: Sequence[str] = COMMAND
) -> AsyncIterator[Exporter]:
    """Datasets are made in the block, unless the settings say never."""
    exporter = Exporter(order, views, command)
    await exporter.open()
    if not exporter.seconds:
        yield exporter
        return
    keeping = asyncio.create_task(exporter.keep(), name="exporting")
    keeping.add_done_callback(exporter.told_of_end)
    try:
        yield exporter
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
