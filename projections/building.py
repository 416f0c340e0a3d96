"""Builds views anew beside what is being served: bulk first, indexes after the load, then the flip.

A crash before the flip leaves a building generation that the next start goes on with; the flip is
one transaction; a crash after it leaves a retired generation that the next start drops.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from sqlalchemy import Engine

from ledger.store.port import Store
from projections.generations import Tail, drop_retired, flip, retire
from projections.streams import Decode
from projections.worker import Worker

BATCH: Final = 1_000

log = structlog.get_logger()
Progress = Callable[[str, int, int], None]


class RebuildFailedError(Exception):
    """A fact would not fold; the view goes on being served from what it had."""


class Build:
    """One run over the ledger for several views at once."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        decode: Decode,
        tails: Sequence[Tail],
        progress: Progress,
    ) -> None:
        self.tails = list(tails)
        self._writing = engine.execution_options(begin="IMMEDIATE")
        self._store, self._progress = store, progress
        self._worker = Worker(engine, store, decode, tails, batch=BATCH)
        self._stopped = False

    def stop(self) -> None:
        """End after the batch that is being written."""
        self._stopped = True

    async def run(self) -> None:
        """Until nothing is left but what comes in meanwhile."""
        await self.catch_up()
        if not self._stopped:
            await asyncio.to_thread(self._index)
            await self.catch_up()

    async def catch_up(self) -> None:
        more = True
        while more and not self._stopped:
            more = await asyncio.to_thread(self._worker.round)
            await self._report()

    async def _report(self) -> None:
        head = await asyncio.to_thread(self._store.head)
        for tail in self.tails:
            self._progress(tail.view.name, tail.position, head.position)

    def _index(self) -> None:
        for tail in self.tails:
            with self._writing.begin() as connection:
                tail.keeper.index(connection)

    def install(self, *, even_stalled: bool) -> None:
        """Serve what was built. Raise RebuildFailedError, serving nothing, if a fact stalled it."""
        stalled = [tail for tail in self.tails if tail.stalled_at is not None]
        with self._writing.begin() as connection:
            for tail in self.tails:
                if stalled and not even_stalled:
                    retire(connection, tail)
                else:
                    flip(connection, tail)
        self._clear_away()
        if stalled and not even_stalled:
            tail = stalled[0]
            raise RebuildFailedError(f"{tail.view.name} at fact {tail.stalled_at}: {tail.error}")
        for tail in self.tails:
            log.info("view.built", view=tail.view.name, position=tail.position)

    def _clear_away(self) -> None:
        with self._writing.begin() as connection:
            drop_retired(connection)
