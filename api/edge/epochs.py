"""Which epoch an answer is of: each says it in a header, and each cursor carries it.

After a restore, positions mean other facts. A reader who goes on with what it had is told, instead
of being given a page that skips or repeats.
"""

from __future__ import annotations

import re
from typing import Final

from aiohttp import web

from api.edge.problems import Fault, refuse
from api.parts import PARTS
from projections.port import BadCursor

HEADER: Final = "X-Ledger-Epoch"
RESTORED: Final = (
    "The ledger was restored from a backup since this cursor was handed out, or it is another "
    "ledger's: begin again at the first page."
)
_MARKED: Final = re.compile(r"([0-9a-f]{16})\.(.*)", re.ASCII)


async def tell(request: web.Request, response: web.StreamResponse) -> None:
    """Positions in an answer, and in its address, are those of this epoch."""
    response.headers[HEADER] = request.app[PARTS].ledger.epoch


def mark(request: web.Request, cursor: str | None) -> str | None:
    """A cursor as it is handed out."""
    return None if cursor is None else f"{request.app[PARTS].ledger.epoch}.{cursor}"


def unmark(request: web.Request, cursor: str | None) -> str | None:
    """A cursor as the views gave it. Raise BadCursor, or the refusal of another epoch's."""
    if cursor is None:
        return None
    found = _MARKED.fullmatch(cursor)
    if found is None:
        raise BadCursor("this cursor was not handed out by this ledger")
    if found[1] != request.app[PARTS].ledger.epoch:
        raise refuse("bad-cursor", RESTORED, errors=(Fault(RESTORED, parameter="cursor"),))
    return found[2]
