"""The way of every page: tidy the address, find the moment, ask the views, render, keep."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aiohttp_jinja2
from aiohttp import web

from api.edge import caching, parse
from api.parts import PARTS
from api.public.absence import no_record
from api.public.pages.frame import framed

if TYPE_CHECKING:
    from api.edge.caching import Rendering
    from api.edge.parse import Asked
    from api.parts import Parts
    from api.public.pages.frame import Frame
    from projections.port import Entity, Moment

HTML: Final = "text/html"


@dataclass(frozen=True, slots=True)
class Visit:
    """One reader at one address, at the moment asked about."""

    request: web.Request
    parts: Parts
    asked: Asked
    frame: Frame

    @property
    def moment(self) -> Moment:
        return self.asked.moment

    @property
    def ident(self) -> str:
        """The record that the address names."""
        return self.request.match_info["id"]

    async def record(self, collection: str) -> Entity:
        """404 where the ledger knew of no such record then; it says if it knows of it now."""
        views = self.parts.views
        found = await self.parts.read(views.item, collection, self.ident, self.moment)
        if found is None:
            raise await no_record(self.request, collection, self.ident, self.moment)
        return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """A template, what it needs, where the page stands, and its other forms as links."""

    template: str
    context: Mapping[str, object]
    trail: tuple[tuple[str, str], ...] = ()
    alternates: tuple[tuple[str, str, str], ...] = ()


Show = Callable[[Visit], Awaitable[Sheet]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def page(show: Show) -> Handler:
    """The handler of a page, from the function that says what stands on it."""

    async def render(request: web.Request) -> Rendering:
        asked = await parse.moment(request)
        parts = request.app[PARTS]
        frame = await framed(request, parts, asked)
        sheet = await show(Visit(request, parts, asked, frame))
        body = printed_sheet(request, frame, sheet)
        return caching.Rendering(body, frame.position, asked.settled)

    async def handle(request: web.Request) -> web.StreamResponse:
        if not all(request.query.values()):
            return tidied(request)
        return await caching.printed(request, HTML, render)

    return handle


def printed_sheet(request: web.Request, frame: Frame, sheet: Sheet) -> bytes:
    context = {
        **sheet.context,
        "frame": frame,
        "trail": sheet.trail,
        "alternates": sheet.alternates,
    }
    return aiohttp_jinja2.render_string(sheet.template, request, context).encode()


def tidied(request: web.Request) -> web.Response:
    """A form sends the fields that were left empty: on to the address that says the same."""
    said = [(name, text) for name, text in request.query.items() if text]
    return web.Response(status=303, headers={"Location": str(request.rel_url.with_query(said))})
