"""Waiting for what another thread or process does."""

import asyncio
from collections.abc import Callable

PATIENCE = 20


async def until(so: Callable[[], bool]) -> None:
    """Look again and again until it is so; TimeoutError if it never is."""
    async with asyncio.timeout(PATIENCE):
        while not so():
            await asyncio.sleep(0.02)
