"""Server-sent events: each fact once, in order, from wherever the reader left off."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from aiohttp import HttpVersion11, hdrs, web

from api.edge.connection import Connection
from api.edge.limits import ALLOWANCE, bucket
from api.edge.operation import Operation, Parameter
from api.edge.parse import bad_parameter, parameters
from api.edge.problems import refuse
from api.parts import PARTS
from api.public.hub import Hub, Watcher, event, named
from api.public.operations import VITAL
from ledger.epochs import Bookmark, read_bookmark, shared

if TYPE_CHECKING:
    from projections.port import Views

MEDIA: Final = "text/event-stream"
RETRY_MILLISECONDS: Final = 2000
AFTER: Final = (
    "Begin after this position, or after this event's id, as the header Last-Event-ID does. "
    "Left out: only what comes."
)

HUB: Final = web.AppKey("hub", Hub)
_NUMBER: Final = re.compile(r"\d{1,15}", re.ASCII)


def operations(views: Views) -> Sequence[Operation]:
    """The stream with every filter of the facts."""
    place = {"type": "string", "pattern": r"^([0-9a-f]{16}-)?[0-9]{1,15}$"}
    filters = [Parameter(name, "query", text) for name, text in views.filters("facts").items()]
    return (
        Operation(
            path="/api/v1/stream",
            handler=stream,
            name="stream",
            summary="Every new fact as a server-sent event; its id is the epoch and the position.",
            tag="facts",
            parameters=(*filters, Parameter("after", "query", AFTER, place)),
            media=MEDIA,
            problems=("bad-parameter",),
        ),
    )


def open_streams(app: web.Application) -> None:
    """The hub lives as long as the application; streams end when it begins to shut down."""
    app.cleanup_ctx.append(_hub)
    app.on_shutdown.append(_end)


async def _hub(app: web.Application) -> AsyncIterator[None]:
    app[HUB] = Hub(app[PARTS])
    app[VITAL].extend(app[HUB].tasks)
    yield
    await app[HUB].close()


async def _end(app: web.Application) -> None:
    app[HUB].end()


async def stream(request: web.Request) -> web.StreamResponse:
    """Answers until the reader goes or the service stops."""
    hub = request.app[HUB]
    if hub.ending:
        raise refuse("busy", "The service is stopping.", headers={"Retry-After": "5"})
    filters = named(_filters(request))
    with hub.seats.seat(bucket(request.app[ALLOWANCE].asker(request))):
        start = await _start(request, await hub.head(filters))
        if request.method == hdrs.METH_HEAD:
            return web.Response(headers=_HEADERS)
        return await _watch(request, hub, filters, start)


_HEADERS: Final[Mapping[str, str]] = {
    "Content-Type": MEDIA,
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


@dataclass(frozen=True, slots=True)
class Start:
    """Where a reader begins; `reset` says that it has facts beyond, which are no more."""

    place: Bookmark
    reset: bool = False

    @property
    def greeting(self) -> bytes:
        """Gives the reader a bookmark at once, so that it has one before the first fact comes."""
        hello = f"id: {self.place}\nretry: {RETRY_MILLISECONDS}\n\n".encode()
        told = {"epoch": self.place.epoch, "position": self.place.position}
        return hello + event("reset", self.place, told) if self.reset else hello


async def _watch(
    request: web.Request, hub: Hub, filters: tuple[tuple[str, str], ...], start: Start
) -> web.StreamResponse:
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    await response.write(start.greeting)
    connection = cast("Connection", request.protocol)
    transport = request.transport
    if transport is None:
        return response
    gone = asyncio.get_running_loop().create_future()
    framed = request.version >= HttpVersion11
    watcher = Watcher(response, transport, framed, start.place.position, gone)
    connection.when_lost(watcher.leave)
    channel = await hub.join(watcher, filters)
    try:
        await gone
    finally:
        hub.leave(watcher, channel)
    return response


def _filters(request: web.Request) -> Mapping[str, str]:
    known = request.app[PARTS].views.filters("facts")
    given = parameters(request, (*known, "after"))
    for name in ("as_of", "on", "wait_for"):
        if name in given:
            raise bad_parameter(name, "A stream shows what is new, never a past.")
    return {name: text for name, text in given.items() if name in known}


async def _start(request: web.Request, head: int) -> Start:
    """Last-Event-ID wins: a browser that reconnects repeats its first address."""
    ledger = request.app[PARTS].ledger
    text = request.headers.get("Last-Event-ID") or request.query.get("after")
    if text is None:
        return Start(Bookmark(ledger.epoch, head))
    had = _bookmark(text, ledger.epoch)
    known = shared(ledger.epochs, had.epoch)
    if known is not None and had.position > known:
        return Start(Bookmark(ledger.epoch, known), reset=True)
    if had.position > head and had.position > (await ledger.head()).position:
        raise bad_parameter("after", "The ledger holds no such fact yet.")
    return Start(Bookmark(ledger.epoch, had.position))


def _bookmark(text: str, epoch: str) -> Bookmark:
    """A number alone is taken for a position of the present epoch."""
    found = Bookmark(epoch, int(text)) if _NUMBER.fullmatch(text) else read_bookmark(text)
    if found is None:
        raise bad_parameter("after", "`after` is a position, or the id of an event.")
    return found
