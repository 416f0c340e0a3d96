"""The page of the log: what it has signed last, with which keys, and how to check all of it.

Neither form is kept for longer than a checkpoint: the next one may be a second away.
"""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from api.edge import parse
from api.edge.parse import Asked
from api.parts import PARTS
from api.public.log import MOVING
from api.public.log_witnesses import witnesses_of
from api.public.pages.frame import framed
from api.public.pages.visit import Sheet, printed_sheet
from projections.port import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.parts import Parts
    from ledger.log.notes import VerifierKey


async def show_log(request: web.Request) -> web.Response:
    """For people."""
    parse.parameters(request)
    parts = request.app[PARTS]
    frame = await framed(request, parts, Asked(NOW, settled=False))
    witnesses = await asyncio.to_thread(witnesses_of, parts.log) if parts.log else None
    context = {
        "log": told(parts),
        "begun": parts.log is not None,
        "witnesses": witnesses,
        "site_url": parts.public_url,
    }
    body = printed_sheet(request, frame, Sheet("log.html", context))
    return _answer(body, "text/html")


async def tell_log(request: web.Request) -> web.Response:
    """For programs; `data` is null where there is no log, or nothing was signed yet."""
    parse.parameters(request)
    return _answer(orjson.dumps({"data": told(request.app[PARTS])}), "application/json")


def told(parts: Parts) -> Mapping[str, object] | None:
    """What the newest checkpoint says, and whose it is."""
    published = parts.log.published if parts.log else None
    if published is None:
        return None
    signed = published.checkpoint
    return {
        "origin": signed.origin,
        "size": signed.size,
        "root": signed.root.hex(),
        "checkpoint": str(published.note),
        "keys": [_key(each) for each in published.keys],
    }


def _key(key: VerifierKey) -> Mapping[str, str]:
    """`fingerprint` is the SHA-256 of the public key's 32 bytes, in hex: short enough for print."""
    return {"key": str(key), "id": key.id.hex(), "fingerprint": sha256(key.public).hexdigest()}


def _answer(body: bytes, media: str) -> web.Response:
    headers = {"Cache-Control": MOVING}
    return web.Response(body=body, content_type=media, charset="utf-8", headers=headers)
