"""The accounts as the desk asks them: off the loop, and remembered for a second."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from api.desk.opening import desk_database
from api.desk.proposals import Proposals
from api.desk.register import Register, Session
from api.desk.tokens import digest
from ledger.clock import Clock, utc_now
from ledger.config import Settings

REMEMBERED_SECONDS: Final = 1.0
"""How long a good token is taken on trust: a revoked one stops working within this time."""
_REMEMBERED: Final = 1024


class Accounts:
    """Who shows which token. Remembers digests only, and only of tokens that were good."""

    def __init__(self, register: Register, proposals: Proposals) -> None:
        self.register, self.proposals = register, proposals
        self._seen: OrderedDict[bytes, tuple[float, Session]] = OrderedDict()
        self._asked: dict[bytes, asyncio.Task[Session | None]] = {}

    async def admit(self, token: str) -> Session | None:
        """None for a token that does not hold."""
        shown = digest(token)
        seen_at, session = self._seen.get(shown, (float("-inf"), None))
        if session is not None and time.monotonic() - seen_at < REMEMBERED_SECONDS:
            return session
        return await asyncio.shield(self._asked.get(shown) or self._ask(shown, token))

    def _ask(self, shown: bytes, token: str) -> "asyncio.Task[Session | None]":
        """One look-up for all who show the token while it lasts, and for nobody after it."""
        self._seen.pop(shown, None)
        asked = asyncio.create_task(self._look_up(shown, token))
        self._asked[shown] = asked
        asked.add_done_callback(lambda _: self._asked.pop(shown))
        return asked

    async def _look_up(self, shown: bytes, token: str) -> Session | None:
        session = await asyncio.to_thread(self.register.admit, token)
        if session is not None:
            self._remember(shown, session)
        return session

    def _remember(self, shown: bytes, session: Session) -> None:
        self._seen[shown] = (time.monotonic(), session)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)


ACCOUNTS: Final = web.AppKey("accounts", Accounts)


@asynccontextmanager
async def open_accounts(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Accounts]:
    """The desk's accounts, for as long as the desk is open."""
    with desk_database(settings) as engine:
        yield Accounts(Register(engine, clock), Proposals(engine, clock))
