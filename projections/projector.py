"""Keeps every view up with the ledger while the program runs: opens, follows, rebuilds, closes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from sqlalchemy import Engine

from ledger.clock import Clock, utc_now
from ledger.config import Settings
from ledger.service import Ledger
from ledger.store.codec import decode
from ledger.store.port import Store
from projections.building import Build, Progress
from projections.catalogue import VIEWS
from projections.database import open_engine
from projections.generations import (
    BUILDING,
    LIVE,
    Tail,
    begin_generation,
    create_generations,
    drop_retired,
    open_tail,
)
from projections.keeping.keeper import View
from projections.reading import SqlViews
from projections.streams import Decode
from projections.waiting import Listener, Reached, Waiting
from projections.wakeup import SLOW_POLL, woken_by_others
from projections.worker import Worker

FIRST_PAUSE: Final = 0.1
LAST_PAUSE: Final = 5.0

log = structlog.get_logger()
Report = Callable[[Mapping[str, Reached], str | None], None]
"""Called with how far each view is, and what keeps all of them from being folded."""


class Projector:
    """Use it on the loop, `views` from any thread. `trouble` says why the worker does not work.

    `report` is called on the loop after each round.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        clock: Clock = utc_now,
        catalogue: Sequence[View] = VIEWS,
        decode: Decode = decode,
        *,
        report: Report | None = None,
    ) -> None:
        self.trouble: str | None = None
        self.views = SqlViews(engine, lambda: store.head().position, clock, lambda: self.trouble)
        self._engine, self._store, self._decode = engine, store, decode
        self._writing = engine.execution_options(begin="IMMEDIATE")
        self._catalogue = {view.name: view for view in catalogue}
        self._worker = Worker(engine, store, decode, ())
        self._turn = asyncio.Lock()
        self._woken = asyncio.Event()
        self._waiting = Waiting()
        self._report = report
        self._builds: set[Build] = set()
        self._closing = False
        self._more = False

    # --- what others ask

    async def wait(
        self, position: int, seconds: float, views: Collection[str] | None = None
    ) -> bool:
        """Whether the named views (None: all) reached the position within so many seconds.

        A stalled view is not waited for: once the others are there, the answer is False.
        """
        return await self._waiting.until(position, seconds, views)

    def listen(self, callback: Listener) -> None:
        """Call back on the loop with each new position that every view has reached."""
        self._waiting.listen(callback)

    async def rebuild(self, view: str | None = None, progress: Progress | None = None) -> None:
        """Build a view (None: all) anew beside what is served, then serve that instead.

        `progress` is called on the loop with view, position and head. Raises
        RebuildFailedError, or KeyError for a view that does not exist.
        """
        wanted = list(self._catalogue.values()) if view is None else [self._catalogue[view]]
        tails = await asyncio.to_thread(self._begin, wanted)
        await self._build(tails, progress or _nobody, even_stalled=False)

    def wake(self, _position: int = 0) -> None:
        """Facts may have come."""
        self._woken.set()

    # --- opening

    async def open(self) -> Sequence[Tail]:
        """Take up what is there; answer the views that have to be built first."""
        live, building = await asyncio.to_thread(self._open)
        self._worker.tails = live
        self._announce()
        return building

    def _open(self) -> tuple[list[Tail], list[Tail]]:
        """The views of an empty ledger need no building."""
        fresh = LIVE if self._store.head().position == 0 else BUILDING
        with self._writing.begin() as connection:
            create_generations(connection)
            drop_retired(connection)
            live, building = (
                {
                    view.name: tail
                    for view in self._catalogue.values()
                    if (tail := open_tail(connection, self._engine, view, state))
                }
                for state in (LIVE, BUILDING)
            )
            for view in self._catalogue.values():
                if view.name not in live and view.name not in building:
                    begun = begin_generation(connection, self._engine, view, fresh)
                    (live if fresh == LIVE else building)[view.name] = begun
        return list(live.values()), [tail for name, tail in building.items() if name not in live]

    def _begin(self, views: Sequence[View]) -> list[Tail]:
        with self._writing.begin() as connection:
            return [begin_generation(connection, self._engine, view, BUILDING) for view in views]

    # --- following

    async def follow(self) -> None:
        """Until `stop`: fold what comes. When that fails, say so, pause, and go on."""
        pause = FIRST_PAUSE
        while not self._closing:
            (failure,) = await asyncio.gather(self._round(), return_exceptions=True)
            if isinstance(failure, Exception):
                self.trouble = f"{type(failure).__name__}: {failure}"
                log.error("projector.failed", exc_info=failure, pause=pause)
                self._announce()
                await self._pause(pause)
                pause, self._more = min(LAST_PAUSE, pause * 2), True
            else:
                self.trouble, pause = None, FIRST_PAUSE

    async def _round(self) -> None:
        await self._pause(0 if self._more else SLOW_POLL)
        self._woken.clear()
        async with self._turn:
            self._more = await asyncio.to_thread(self._worker.round)
        self._announce()

    async def _pause(self, seconds: float) -> None:
        """Until somebody wakes us, or so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    def _announce(self) -> None:
        missing = {name: Reached(0, stalled=False) for name in self._catalogue}
        reached = missing | {
            tail.view.name: Reached(tail.position, stalled=tail.stalled_at is not None)
            for tail in self._worker.tails
        }
        self._waiting.update(reached)
        if self._report is not None:
            self._report(reached, self.trouble)

    def stop(self) -> None:
        """Ask every task to end after the batch that is being written."""
        self._closing = True
        for build in self._builds:
            build.stop()
        self.wake()

    # --- building

    async def build_missing(self, tails: Sequence[Tail]) -> None:
        """Build the views that nothing serves yet; they are served even if a fact stalls them."""
        pause = FIRST_PAUSE
        while tails and not self._closing:
            building = self._build(tails, _nobody, even_stalled=True)
            (failure,) = await asyncio.gather(building, return_exceptions=True)
            if not isinstance(failure, Exception):
                return
            log.error("views.build_failed", exc_info=failure, pause=pause)
            await asyncio.sleep(pause)
            pause = min(LAST_PAUSE, pause * 2)

    async def _build(
        self, tails: Sequence[Tail], progress: Progress, *, even_stalled: bool
    ) -> None:
        build = Build(self._engine, self._store, self._decode, tails, progress)
        self._builds.add(build)
        try:
            await build.run()
            async with self._turn:
                await build.catch_up()
                if not self._closing:
                    await asyncio.to_thread(build.install, even_stalled=even_stalled)
                    self._take_over(tails)
        finally:
            self._builds.discard(build)
        self._announce()

    def _take_over(self, tails: Sequence[Tail]) -> None:
        built = {tail.view.name for tail in tails}
        kept = [tail for tail in self._worker.tails if tail.view.name not in built]
        self._worker.tails = [*kept, *tails]


def _nobody(_view: str, _done: int, _total: int) -> None:
    """Nobody watches the progress."""


@asynccontextmanager
async def open_projector(
    settings: Settings, store: Store, clock: Clock = utc_now, report: Report | None = None
) -> AsyncIterator[Projector]:
    """Every view of the ledger, kept up with the store until the end of the block."""
    engine = await asyncio.to_thread(open_engine, settings)
    projector = Projector(engine, store, clock, report=report)
    try:
        missing = await projector.open()
        async with woken_by_others(settings, projector.wake):
            follower = asyncio.create_task(projector.follow(), name="projections.worker")
            builder = asyncio.create_task(
                projector.build_missing(missing), name="projections.builder"
            )
            try:
                yield projector
            finally:
                projector.stop()
                await asyncio.gather(follower, builder)
    finally:
        projector.views.close()
        engine.dispose()


@asynccontextmanager
async def open_views(
    settings: Settings, ledger: Ledger, clock: Clock = utc_now
) -> AsyncIterator[Projector]:
    """Every view of the ledger, folded in a thread of this process as soon as it commits."""
    async with open_projector(settings, ledger.store, clock) as projector:
        ledger.listen(projector.wake)
        yield projector
