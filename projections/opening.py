"""Opens the views for a process that reads them, from the primary and from a replica, if any."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ledger.clock import Clock
from ledger.config import Settings
from ledger.service import Ledger
from projections.database import open_engine, open_replica
from projections.reading import SqlViews


@asynccontextmanager
async def open_reading(
    settings: Settings, ledger: Ledger, clock: Clock, trouble: Callable[[], str | None]
) -> AsyncIterator[SqlViews]:
    """What readers may ask, until the end of the block; `trouble` keeps the views from moving."""
    engine = await asyncio.to_thread(open_engine, settings)
    replica = open_replica(settings)
    views = SqlViews(engine, lambda: ledger.store.head().position, clock, trouble, replica=replica)
    try:
        yield views
    finally:
        views.close()
        for each in (engine, replica):
            if each is not None:
                each.dispose()
