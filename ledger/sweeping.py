"""Sees to it that erased words leave the database's files too, and tries until they have."""

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from ledger.errors import LedgerError
from ledger.store.port import Store

AGAIN_AFTER: Final = 60.0
"""Seconds: a long reader is in the way, or the disk is too full for a second copy."""

log = structlog.get_logger()


class Sweeping:
    """Made on the loop. It looks once at the start, for what was left due by a crash."""

    def __init__(self, store: Store, again_after: float = AGAIN_AFTER) -> None:
        self._store, self._again_after = store, again_after
        self._due, self._clean = asyncio.Event(), asyncio.Event()
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
            if await asyncio.to_thread(self._swept) and not self._due.is_set():
                self._clean.set()

    async def _wait(self) -> None:
        """Until something is due; what could not be done is due again after a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if self._clean.is_set() else self._again_after):
                await self._due.wait()

    def _swept(self) -> bool:
        try:
            done = self._store.sweep()
        except LedgerError:
            log.exception("erased.not_swept")
            return False
        if not done:
            log.warning("erased.not_swept_yet", again_after=self._again_after)
        return done
