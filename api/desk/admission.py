"""Who is asking, and may they: 401 without a good token, 403 without the role."""

import asyncio
import re
from collections.abc import Iterable
from typing import Final

from aiohttp import hdrs, web

from api.desk.accounts import ACCOUNTS
from api.desk.register import Session
from api.desk.roles import may, roles_for
from api.edge.problems import Fault, ProblemError, refuse
from ledger.commands import Command
from ledger.facts.fact import StreamId
from ledger.store.port import Recorder

_BEARER: Final = re.compile(r"Bearer +([!-~]+) *", re.ASCII | re.IGNORECASE)
_CHALLENGE: Final = 'Bearer realm="desk"'


async def admitted(request: web.Request) -> Session:
    """Raise 401 unless the request shows a token that holds."""
    found = _BEARER.fullmatch(request.headers.get(hdrs.AUTHORIZATION, ""))
    if found is None:
        raise _unauthorized(_CHALLENGE)
    session = await request.app[ACCOUNTS].admit(found[1])
    if session is None:
        raise _unauthorized(f'{_CHALLENGE}, error="invalid_token"')
    return session


async def require(
    request: web.Request, session: Session, wanted: Iterable[tuple[type[Command], str]]
) -> None:
    """Raise 403, naming the roles that would do, for each command that is not allowed."""
    faults = [
        _lacking(command, pointer) for command, pointer in wanted if not may(session.roles, command)
    ]
    if faults:
        register = request.app[ACCOUNTS].register
        await asyncio.to_thread(register.note_refusal, session, request.path)
        raise refuse("forbidden", faults[0].detail, errors=faults)


def recorder_for(session: Session, on_behalf_of: str | None, why: str) -> Recorder:
    """Raise 403 where an account that acts for one organization speaks for another."""
    bound = session.organization
    if bound is not None and on_behalf_of not in (None, bound):
        detail = "This account acts for one organization only, and it is not this one."
        fault = Fault(detail, pointer="/recorder/on_behalf_of", allowed=(bound,))
        raise refuse("forbidden", detail, errors=[fault])
    party = StreamId(on_behalf_of) if on_behalf_of else bound
    return Recorder(by=session.account, name=session.name, on_behalf_of=party, why=why)


def _lacking(command: type[Command], pointer: str) -> Fault:
    roles = roles_for(command)
    detail = f"This takes an account and a token with the role {' or '.join(roles)}."
    return Fault(detail, pointer=pointer, allowed=roles)


def _unauthorized(challenge: str) -> ProblemError:
    return refuse("unauthorized", headers={hdrs.WWW_AUTHENTICATE: challenge})
