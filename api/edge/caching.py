"""Bytes are made once per edition of the views, kept, and answered for nothing until the next."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2s
from typing import Final

from aiohttp import web

from api.edge.negotiation import admits_gzip, choose
from api.edge.problems import refuse
from api.edge.replies import EDITION
from api.edge.shelf import SHELF, Printed

PACK_FROM: Final = 1024
PACK_APART: Final = 64 * 1024
CURRENT: Final = "no-cache"
SETTLED: Final = "public, max-age=300"
"""A settled past changes only when words are redacted, which readers must learn in minutes."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a handler made: the position it had, whether that past is settled, further headers."""

    body: bytes
    position: int
    settled: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


Render = Callable[[web.Request], Awaitable[Rendering]]


async def printed(request: web.Request, media: str, render: Render) -> web.StreamResponse:
    """304 if the reader has this edition, else the kept bytes, else what `render` makes now."""
    if choose(request.headers.get("Accept", ""), (media,)) is None:
        raise refuse("not-acceptable", f"This address has one form: {media}.")
    if _waits(request):
        return await _fresh(request, media, render)
    return await _kept(request, media, render)


def _waits(request: web.Request) -> bool:
    return "wait_for" in request.query_string or "X-Ledger-Position" in request.headers


async def _fresh(request: web.Request, media: str, render: Render) -> web.StreamResponse:
    """Somebody waits for a position: nothing kept can tell whether it has been reached.

    The edition is named first: an old name for a new body costs a request, the other way round a
    reader would be told forever that what it has is the newest.
    """
    tag = _tag(await request.app[SHELF].edition(), media)
    return (await _print(await render(request), media, tag, packed=False)).response()


async def _kept(request: web.Request, media: str, render: Render) -> web.StreamResponse:
    """What is asked for a second time is shelved, and may be kept whole, before the parser."""
    shelf = request.app[SHELF]
    edition = await shelf.edition()
    tag = _tag(edition, media)
    if tag.removeprefix("W/") in request.headers.get("If-None-Match", ""):
        request[EDITION] = edition
        return not_modified(tag)
    packed = admits_gzip(request.headers.get("Accept-Encoding", ""))
    place = (request.raw_path, media, packed)
    page = shelf.take(place)
    if page is None:
        page = await _print(await render(request), media, tag, packed=packed)
    if shelf.is_wanted(place):
        shelf.put(edition, place, page)
        request[EDITION] = edition
    return page.response()


def not_modified(tag: str) -> web.Response:
    return web.Response(status=304, headers={"ETag": tag, "Cache-Control": CURRENT, "Vary": VARY})


VARY: Final = "Accept, Accept-Encoding"


@lru_cache(256)
def _tag(edition: str, media: str) -> str:
    """Weak, because packed and unpacked bytes share it."""
    form = blake2s(media.encode(), digest_size=3).hexdigest()
    return f'W/"{edition}-{form}"'


async def _print(rendering: Rendering, media: str, tag: str, *, packed: bool) -> Printed:
    headers = {
        "Content-Type": media if media.startswith("image/") else f"{media}; charset=utf-8",
        "ETag": tag,
        "Cache-Control": SETTLED if rendering.settled else CURRENT,
        "Vary": VARY,
        "X-Ledger-Position": str(rendering.position),
        **rendering.headers,
    }
    if packed and len(rendering.body) >= PACK_FROM:
        return Printed(await _pack(rendering.body), {**headers, "Content-Encoding": "gzip"})
    return Printed(rendering.body, headers)


async def _pack(body: bytes) -> bytes:
    """Long bodies are packed in a thread: zlib lets the loop run meanwhile."""
    if len(body) > PACK_APART:
        return await asyncio.to_thread(_gzip, body)
    return _gzip(body)


def _gzip(body: bytes) -> bytes:
    """zlib level 5 in a gzip frame without a time stamp: the same body gives the same bytes."""
    packer = zlib.compressobj(5, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()
