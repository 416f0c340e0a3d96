"""Server-sent events: each fact once, in order, from wherever the reader left off."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from aiohttp import HttpVersion11, hdrs, web

from api.edge.connection import Connection
from api.edge.limits import ALLOWANCE, bucket
from api.edge.operation import Operation, Parameter
from api.edge.parse import bad_parameter, parameters
from api.edge.problems import refuse
from api.parts import PARTS
from api.public.hub import Hub, Watcher, named
from api.public.operations import VITAL

if TYPE_CHECKING:
    from projections.port import Views

MEDIA: Final = "text/event-stream"
RETRY: Final = b"retry: 2000\n\n"
AFTER: Final = (
    "Begin after this position; the header Last-Event-ID means the same. Left out: only what comes."
)

HUB: Final = web.AppKey("hub", Hub)
_NUMBER: Final = re.compile(r"\d{1,15}", re.ASCII)


def operations(views: Views) -> Sequence[Operation]:
    """The stream with every filter of the facts."""
    number = {"type": "integer", "minimum": 0}
    filters = [Parameter(name, "query", text) for name, text in views.filters("facts").items()]
    return (
        Operation(
            path="/api/v1/stream",
            handler=stream,
            name="stream",
            summary="Every new fact as a server-sent event; its id is the fact's position.",
            tag="facts",
            parameters=(*filters, Parameter("after", "query", AFTER, number)),
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
        after = await _after(request, await hub.head(filters))
        if request.method == hdrs.METH_HEAD:
            return web.Response(headers=_HEADERS)
        return await _watch(request, hub, filters, after)


_HEADERS: Final[Mapping[str, str]] = {
    "Content-Type": MEDIA,
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


async def _watch(
    request: web.Request, hub: Hub, filters: tuple[tuple[str, str], ...], after: int
) -> web.StreamResponse:
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    await response.write(RETRY)
    connection = cast("Connection", request.protocol)
    transport = request.transport
    if transport is None:
        return response
    gone = asyncio.get_running_loop().create_future()
    watcher = Watcher(response, transport, request.version >= HttpVersion11, after, gone)
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


async def _after(request: web.Request, head: int) -> int:
    """Last-Event-ID wins: a browser that reconnects repeats its first address."""
    text = request.headers.get("Last-Event-ID") or request.query.get("after")
    if text is None:
        return head
    if _NUMBER.fullmatch(text) is None:
        raise bad_parameter("after", "`after` is a position: a whole number.")
    if int(text) > head and int(text) > (await request.app[PARTS].ledger.head()).position:
        raise bad_parameter("after", "The ledger holds no such fact yet.")
    return int(text)
