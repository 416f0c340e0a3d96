"""The keepers of one log, each as a service would have it, in one test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ledger.clock import Clock, utc_now
from ledger.config import Settings
from ledger.publishing.log import Log
from ledger.publishing.opening import open_log
from ledger.service import Ledger, open_ledger
from ledger.store.committer import milliseconds
from tests.integration.log.waiting import until
from tests.integration.store.units import stored, unit

PATIENCE = 20


@dataclass(frozen=True)
class Kept:
    """A ledger and its log; `clock` is the ledger's."""

    ledger: Ledger
    log: Log
    clock: Clock

    def record(self, count: int = 1) -> int:
        """Give the last position."""
        now = milliseconds(self.clock())
        return stored(self.ledger.store, *[unit() for _ in range(count)], now=now)[-1].position

    async def reach(self, position: int) -> None:
        assert await self.log.reach(position, PATIENCE), self.log.trouble

    async def says(self, words: str) -> str:
        """Wait until its trouble or damage holds these words; give all of it."""
        await until(lambda: words in self._said())
        return self._said()

    def _said(self) -> str:
        return self.log.trouble or self.log.damage or ""


@asynccontextmanager
async def keeping(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Kept]:
    async with open_ledger(settings, clock) as ledger, open_log(settings, ledger, clock) as log:
        assert log is not None
        yield Kept(ledger, log, clock)
