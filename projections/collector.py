"""Python's cycle collector, for processes that fold: facts become rows without circles.

Looking for circles among the many long-lived values costs half as much again as the folding, and
finds none; what libraries leave behind is little and can wait.
"""

import asyncio
import gc
from typing import Final

COLLECT_SECONDS: Final = 300.0


def collect_by_hand() -> None:
    """Once, by whoever owns the process."""
    gc.freeze()
    gc.disable()


async def collect_now_and_then() -> None:
    """Until cancelled."""
    while True:
        await asyncio.sleep(COLLECT_SECONDS)
        gc.collect()
