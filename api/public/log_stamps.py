"""When checkpoints were there already, by the word of an outside authority (RFC 3161)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypedDict

import orjson
from aiohttp import hdrs, web

from api.desk.receipts import instant
from api.edge import parse
from api.edge.problems import refuse
from api.parts import PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.publishing.log import Log
    from ledger.stamping.stamps import Stamp, Stamps

LISTED: Final = 100
MOVING: Final = "public, max-age=60"
FIXED: Final = "public, max-age=31536000, immutable"
REPLY: Final = "application/timestamp-reply"
NO_LOG: Final = "This ledger has no log: its operator has not begun one."
NO_STAMP: Final = "No checkpoint of this size was stamped."


class StampLine(TypedDict):
    """`checkpoint` is the text that was stamped, `response` the address of the authority's answer.

    `stamped_at` is the time by the ledger's clock; the authority's own is in the answer.
    """

    size: int
    stamped_at: str
    checkpoint: str
    response: str


class StampsDocument(TypedDict):
    """The newest stamps, at most a hundred, newest first. `trouble` says why none is added."""

    stamps: list[StampLine]
    trouble: str


def routes() -> Sequence[web.AbstractRouteDef]:
    return (
        web.get("/log/stamps", list_stamps),
        web.get(r"/log/stamps/{size:[1-9]\d{0,15}}.tsr", send_stamp),
    )


def _log(request: web.Request) -> Log:
    parse.parameters(request)
    log = request.app[PARTS].log
    if log is None:
        raise refuse("not-found", NO_LOG)
    return log


async def list_stamps(request: web.Request) -> web.Response:
    """Which checkpoints were stamped when."""
    body = orjson.dumps(await asyncio.to_thread(stamps_of, _log(request).stamps))
    headers = {hdrs.CACHE_CONTROL: MOVING}
    return web.Response(body=body, content_type="application/json", headers=headers)


def stamps_of(stamps: Stamps) -> StampsDocument:
    """What a page or a program needs to know; blocking, raise StorageError."""
    return {"stamps": [_line(each) for each in stamps.newest(LISTED)], "trouble": stamps.trouble}


def _line(stamp: Stamp) -> StampLine:
    return {
        "size": stamp.size,
        "stamped_at": instant(stamp.at),
        "checkpoint": stamp.text,
        "response": f"/log/stamps/{stamp.size}.tsr",
    }


async def send_stamp(request: web.Request) -> web.Response:
    """The authority's whole answer, as `openssl ts -verify` reads it."""
    size = int(request.match_info["size"])
    stamp = await asyncio.to_thread(_log(request).stamps.of, size)
    if stamp is None:
        raise refuse("not-found", NO_STAMP)
    headers = {hdrs.CACHE_CONTROL: FIXED}
    return web.Response(body=stamp.response, content_type=REPLY, headers=headers)
