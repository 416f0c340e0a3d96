"""Views that other processes keep: this one only reads them, and hears how far they are."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog

from ledger.clock import Clock, utc_now
from ledger.config import Settings
from ledger.service import Ledger
from projections.bus import hearing
from projections.opening import open_reading
from projections.reading import SqlViews
from projections.waiting import Listener, Reached, Waiting
from projections.wakeup import SLOW_POLL, woken_by_folding

NOBODY: Final = "no process folds facts into views: start one with `commitments work`"
PATIENCE: Final = 10

log = structlog.get_logger()


class Watcher:
    """Implements `projections.following.Follower` over what the views' tables say."""

    def __init__(self, views: SqlViews) -> None:
        self.views = views
        self.trouble: str | None = None
        self._waiting = Waiting()
        self._woken = asyncio.Event()
        self._idle = 0
        self._closing = False

    async def wait(
        self, position: int, seconds: float, views: Collection[str] | None = None
    ) -> bool:
        """As `Follower.wait`."""
        return await self._waiting.until(position, seconds, views)

    def listen(self, callback: Listener) -> None:
        """As `Follower.listen`."""
        self._waiting.listen(callback)

    def wake(self) -> None:
        """The views may have moved."""
        self._woken.set()

    async def keep(self) -> None:
        """Until `stop`: look whenever woken, and at every slow poll."""
        while not self._closing:
            self._woken.clear()
            (failure,) = await asyncio.gather(self._look(), return_exceptions=True)
            if isinstance(failure, Exception):
                self.trouble = f"{type(failure).__name__}: {failure}"
                log.warning("views.away", error=self.trouble)
            with suppress(TimeoutError):
                async with asyncio.timeout(SLOW_POLL):
                    await self._woken.wait()

    def stop(self) -> None:
        """Ask `keep` to end after the look that it has."""
        self._closing = True
        self.wake()

    async def _look(self) -> None:
        """Views that stay behind for many looks, all at once, have nobody who folds."""
        status = await asyncio.to_thread(self.views.status)
        reached = {
            each.name: Reached(each.position, stalled=each.stalled_at is not None)
            for each in status
        }
        moved = self._waiting.update(reached)
        behind = all(each.behind and each.stalled_at is None for each in status)
        self._idle = self._idle + 1 if behind and not moved else 0
        self.trouble = NOBODY if self._idle > PATIENCE else None


@asynccontextmanager
async def open_views_elsewhere(
    settings: Settings, ledger: Ledger, clock: Clock = utc_now
) -> AsyncIterator[Watcher]:
    """Every view of the ledger, as other processes keep it."""
    async with open_reading(settings, ledger, clock, lambda: watcher.trouble) as views:
        watcher = Watcher(views)
        watcher.listen(views.expect)
        async with (
            woken_by_folding(settings, watcher.wake),
            hearing(settings.nats_url, watcher.wake),
        ):
            keeper = asyncio.create_task(watcher.keep(), name="projections.watcher")
            try:
                yield watcher
            finally:
                watcher.stop()
                await keeper
