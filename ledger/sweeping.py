"""Sees to it that erased words leave the database's files too, and tries until they have."""

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from ledger.errors import LedgerError
from ledger.store.port import Store

FIRST_PAUSE: Final = 0.5
LAST_PAUSE: Final = 60.0
"""Seconds: a reader is in the way, or the disk is too full for a second copy."""

log = structlog.get_logger()


class Sweeping:
    """Made on the loop. It looks once at the start, for what was left due by a crash."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._due, self._clean = asyncio.Event(), asyncio.Event()
        self._pause = FIRST_PAUSE
        self._closing = False
        self.begin()
        self._task = asyncio.create_task(self._run(), name="sweeping")

    def begin(self) -> None:
        """Something was erased."""
        self._clean.clear()
        self._due.set()

    async def clean(self) -> None:
        """Wait until nothing that was erased is left in the files."""
        await self._clean.wait()

    async def close(self) -> None:
        """Give what is due one more try."""
        self._closing = True
        self._due.set()
        await self._task

    async def _run(self) -> None:
        while not (self._closing and not self._due.is_set()):
            await self._wait()
            self._due.clear()
            done = await asyncio.to_thread(self._swept)
            self._pause = FIRST_PAUSE if done else min(LAST_PAUSE, self._pause * 2)
            if done and not self._due.is_set():
                self._clean.set()

    async def _wait(self) -> None:
        """Until something is due; what could not be done is due again after a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if self._clean.is_set() else self._pause):
                await self._due.wait()

    def _swept(self) -> bool:
        try:
            done = self._store.sweep()
        except LedgerError:
            log.exception("erased.not_swept")
            return False
        if not done:
            log.info("erased.not_swept_yet", pause=self._pause)
        return done
