"""Bytes are made once per edition of the views, kept, and answered for nothing until the next.

An *edition* is named by how far every view has folded and by the day, because flags such as
`overdue` change at midnight without any fact. The name is the weak ETag.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import TYPE_CHECKING, Final

from aiohttp import web

from api.edge.negotiation import admits_gzip, choose
from api.edge.problems import refuse
from api.edge.replies import EDITION

if TYPE_CHECKING:
    from api.parts import Parts
    from projections.port import ViewStatus

SHELF_BYTES: Final = 64 * 1024 * 1024
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


@dataclass(frozen=True, slots=True)
class Printed:
    """A body in one coding, and its headers, ready to send."""

    body: bytes
    headers: Mapping[str, str]

    def response(self) -> web.Response:
        return web.Response(body=self.body, headers=self.headers)


Render = Callable[[web.Request], Awaitable[Rendering]]
Shelved = tuple[str, str, bool]
"""Raw path and query, media type, packed or not."""


class Shelf:
    """The printed bodies of the newest edition, least used out first, bounded by their bytes."""

    def __init__(self, parts: Parts, limit: int = SHELF_BYTES) -> None:
        self._parts, self._limit = parts, limit
        self._bodies: OrderedDict[Shelved, Printed] = OrderedDict()
        self._bytes = 0
        self._edition = ""
        self._settled_on = ""
        parts.ledger.listen(self._turn)
        parts.projector.listen(self._turn)

    def _turn(self, _: int) -> None:
        """A fact arrived, or the views moved: ask anew."""
        self._settled_on = ""

    def is_current(self, edition: str) -> bool:
        """Whether this is certainly the present edition, as far as can be said at once."""
        return edition == self._edition and self._settled_on == self._today()

    def _today(self) -> str:
        return self._parts.clock().date().isoformat()

    async def edition(self) -> str:
        """The name of the present edition; whatever belongs to an older one is forgotten."""
        today = self._today()
        if self._settled_on != today:
            await self._name_edition(today)
        return self._edition

    async def _name_edition(self, today: str) -> None:
        """While a view is behind or stalled, others may move without a word: ask each time."""
        self._settled_on = today
        status = await self._parts.read(self._parts.views.status)
        if any(view.behind for view in status):
            self._settled_on = ""
        edition = _named(status, today)
        if edition != self._edition:
            self._edition = edition
            self._bodies.clear()
            self._bytes = 0

    def take(self, place: Shelved) -> Printed | None:
        printed = self._bodies.get(place)
        if printed is not None:
            self._bodies.move_to_end(place)
        return printed

    def put(self, edition: str, place: Shelved, printed: Printed) -> None:
        """Keep it, unless a newer edition has come out while it was made."""
        if edition != self._edition or place in self._bodies:
            return
        self._bodies[place] = printed
        self._bytes += _weight(place, printed)
        while self._bytes > self._limit:
            self._bytes -= _weight(*self._bodies.popitem(last=False))


def _weight(place: Shelved, printed: Printed) -> int:
    """Bytes held, with an allowance for the objects around them."""
    return len(printed.body) + len(place[0]) + 1024


def _named(status: Iterable[ViewStatus], today: str) -> str:
    """Short and opaque; equal only if every view stands where it stood, on the same day."""
    place = [f"{view.name}/{view.version}/{view.position}" for view in status]
    return blake2s("\n".join((today, *place)).encode(), digest_size=9).hexdigest()


SHELF: Final = web.AppKey("shelf", Shelf)


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
    """Somebody waits for a position: nothing kept can tell whether it has been reached."""
    shelf = request.app[SHELF]
    rendering = await render(request)
    tag = _tag(await shelf.edition(), media)
    return (await _print(rendering, media, tag, packed=False)).response()


async def _kept(request: web.Request, media: str, render: Render) -> web.StreamResponse:
    shelf = request.app[SHELF]
    edition = await shelf.edition()
    tag = _tag(edition, media)
    request[EDITION] = edition
    if tag in request.headers.get("If-None-Match", ""):
        return not_modified(tag)
    packed = admits_gzip(request.headers.get("Accept-Encoding", ""))
    place = (request.raw_path, media, packed)
    page = shelf.take(place)
    if page is None:
        page = await _print(await render(request), media, tag, packed=packed)
        shelf.put(edition, place, page)
    return page.response()


def not_modified(tag: str) -> web.Response:
    return web.Response(status=304, headers={"ETag": tag, "Cache-Control": CURRENT, "Vary": VARY})


VARY: Final = "Accept, Accept-Encoding"


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
