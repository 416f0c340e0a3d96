"""Keeps every view up with the ledger while the program runs: opens, follows, rebuilds, closes."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final

import structlog
from sqlalchemy import Connection, Engine, func, select

from ledger.clock import Clock, utc_now
from ledger.config import Settings
from ledger.service import Ledger
from ledger.store.codec import decode
from ledger.store.port import Store
from projections.building import Build, Progress
from projections.catalogue import VIEWS, is_postgres
from projections.claims import Claims, Everything, open_claims
from projections.database import BEGINNING, open_engine
from projections.generations import (
    BUILDING,
    LIVE,
    Tail,
    begin_generation,
    caught_up,
    create_generations,
    drop_retired,
    open_tail,
)
from projections.keeping.keeper import View
from projections.reading import SqlViews
from projections.streams import Decode
from projections.sweeping import Sweeper
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
        claims: Claims | None = None,
        report: Report | None = None,
    ) -> None:
        self.trouble: str | None = None
        self.views = SqlViews(engine, lambda: store.head().position, clock, lambda: self.trouble)
        self._engine, self._store, self._decode = engine, store, decode
        self._writing = engine.execution_options(begin="IMMEDIATE")
        self._catalogue = {view.name: view for view in catalogue}
        self._worker = Worker(engine, store, decode, ())
        self._sweeper = Sweeper(engine)
        self._turn = asyncio.Lock()
        self._woken = asyncio.Event()
        self._waiting = Waiting()
        self._report = report
        self._claims = claims or Everything()
        self._claimed: frozenset[str] = frozenset()
        self._builds: set[Build] = set()
        self._builder: asyncio.Task[None] | None = None
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

    async def open(self) -> None:
        """Take up what is there; what has to be built first is built while `follow` runs."""
        self._worker.tails = await asyncio.to_thread(self._open)
        self._announce()

    def _open(self) -> list[Tail]:
        """The views of an empty ledger need no building."""
        with self._alone() as connection:
            create_generations(connection)
            drop_retired(connection)
            if self._store.head().position == 0:
                for view in self._catalogue.values():
                    if open_tail(connection, self._engine, view, LIVE) is None:
                        begin_generation(connection, self._engine, view, LIVE)
            return self._served(connection, self._catalogue)

    def _served(self, connection: Connection, names: Iterable[str]) -> list[Tail]:
        found = (open_tail(connection, self._engine, self._catalogue[name], LIVE) for name in names)
        return [tail for tail in found if tail is not None]

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """Two processes never begin the same tables at the same time."""
        with self._writing.begin() as connection:
            if is_postgres(self._engine):
                connection.execute(select(func.pg_advisory_xact_lock(BEGINNING)))
            yield connection

    def _begin(self, views: Sequence[View]) -> list[Tail]:
        with self._alone() as connection:
            return [begin_generation(connection, self._engine, view, BUILDING) for view in views]

    def _take_up(self, views: Sequence[View]) -> list[Tail]:
        """Where a build was cut short, it goes on."""
        with self._alone() as connection:
            return [
                open_tail(connection, self._engine, view, BUILDING)
                or begin_generation(connection, self._engine, view, BUILDING)
                for view in views
            ]

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
            self._more = await asyncio.to_thread(self._work)
        self._announce()
        self._build_missing()

    def _work(self) -> bool:
        """Fold a batch of what is ours to fold; see how far others are with the rest."""
        self._claimed = self._claims.mine(self._catalogue)
        self._worker.tails = self._refreshed(self._worker.tails)
        more = self._worker.round(self._claimed)
        if not more:
            erased, self._worker.erased = self._worker.erased, False
            self._sweeper.look(erased=erased)
        return more

    def _refreshed(self, tails: Sequence[Tail]) -> list[Tail]:
        ours = [tail for tail in tails if tail.view.name in self._claimed]
        others = [tail for tail in tails if tail.view.name not in self._claimed]
        missing = self._catalogue.keys() - {tail.view.name for tail in tails}
        if not others and not missing:
            return ours
        with self._engine.begin() as connection:
            theirs = caught_up(connection, self._engine, others)
            return [*ours, *theirs, *self._served(connection, sorted(missing))]

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

    async def close(self) -> None:
        """Wait until what `stop` asked for has happened."""
        if self._builder is not None:
            await self._builder
        await asyncio.to_thread(self._claims.close)
        self.views.close()

    # --- building

    def _build_missing(self) -> None:
        """Build those of our views that nothing serves yet; a failure is tried again next time."""
        served = {tail.view.name for tail in self._worker.tails}
        missing = [self._catalogue[name] for name in sorted(self._claimed - served)]
        if missing and not self._closing and (self._builder is None or self._builder.done()):
            self._builder = asyncio.create_task(self._try(missing), name="projections.builder")

    async def _try(self, views: Sequence[View]) -> None:
        (failure,) = await asyncio.gather(self._first_build(views), return_exceptions=True)
        if isinstance(failure, Exception):
            log.error("views.build_failed", exc_info=failure)

    async def _first_build(self, views: Sequence[View]) -> None:
        """What is built first is served even if a fact stalls it."""
        tails = await asyncio.to_thread(self._take_up, views)
        await self._build(tails, _nobody, even_stalled=True)

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
        self._worker.erased = True


def _nobody(_view: str, _done: int, _total: int) -> None:
    """Nobody watches the progress."""


@asynccontextmanager
async def open_projector(
    settings: Settings, store: Store, clock: Clock = utc_now, report: Report | None = None
) -> AsyncIterator[Projector]:
    """Every view of the ledger, kept up with the store until the end of the block."""
    engine = await asyncio.to_thread(open_engine, settings)
    claims = open_claims(settings)
    projector = Projector(engine, store, clock, claims=claims, report=report)
    try:
        await projector.open()
        async with woken_by_others(settings, projector.wake):
            follower = asyncio.create_task(projector.follow(), name="projections.worker")
            try:
                yield projector
            finally:
                projector.stop()
                await follower
    finally:
        await projector.close()
        engine.dispose()


@asynccontextmanager
async def open_views(
    settings: Settings, ledger: Ledger, clock: Clock = utc_now
) -> AsyncIterator[Projector]:
    """Every view of the ledger, folded in a thread of this process as soon as it commits."""
    async with open_projector(settings, ledger.store, clock) as projector:
        ledger.listen(projector.wake)
        yield projector
