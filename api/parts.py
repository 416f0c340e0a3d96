"""What a handler may use: one frozen value, put into each application by the composition root."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.clock import Clock
    from ledger.config import Settings
    from ledger.publishing.log import Log
    from ledger.service import Ledger
    from projections.following import Follower
    from projections.port import Views

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Parts:
    """`public_url` and `desk_url` are what readers and officials type: no slash at the end.

    `log` is None where none was begun.

    Nothing here opens drafts or accounts, so the public application cannot either.
    """

    settings: Settings
    ledger: Ledger
    log: Log | None
    follower: Follower
    views: Views
    clock: Clock
    public_url: str
    desk_url: str

    async def read(
        self, call: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs
    ) -> Answer:
        """Call a view that answers in under a millisecond: an item, a page, a look-up.

        SQLite answers from this process's memory, so a thread would cost more than the read.
        PostgreSQL is a network away and must not hold the loop.
        """
        if self.settings.on_postgres:
            return await asyncio.to_thread(call, *args, **kwargs)
        return call(*args, **kwargs)

    async def scan(
        self, call: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs
    ) -> Answer:
        """Call a view that may take long, a search or a total: always in a thread."""
        return await asyncio.to_thread(call, *args, **kwargs)


PARTS: Final = web.AppKey("parts", Parts)
