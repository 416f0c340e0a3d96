"""A feed beside every list, with every filter of it, and beside every record's history.

Each feed is a page of its list; `next` leads to older ones (RFC 5005, paged feeds).
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web
from yarl import URL

from api.edge.caching import Render, Rendering
from api.parts import PARTS
from api.public import loading
from api.public.data import handler, rendering
from api.public.entries import entry, printable
from api.public.feed_forms import FORMS, Feed, Write
from api.public.loading import Load, Loaded
from projections.port import COLLECTIONS


def routes() -> Sequence[web.AbstractRouteDef]:
    """A feed in each form beside every list and every history."""
    lists = [(f"/{name}", loading.page_of(name)) for name in COLLECTIONS]
    histories = [
        (f"/{name}/{{id:[^/.]+}}/history", loading.history_of(name)) for name in COLLECTIONS
    ]
    return [
        web.get(f"{path}{ending}", handler(media, _render(load, ending, write)))
        for path, load in (*lists, *histories, ("/facts", loading.facts))
        for ending, (media, write) in FORMS.items()
    ]


def _render(load: Load, ending: str, write: Write) -> Render:
    async def render(request: web.Request) -> Rendering:
        loaded = await load(request)
        return rendering(loaded, write(feed_of(request, loaded, ending)))

    return render


def feed_of(request: web.Request, loaded: Loaded, ending: str) -> Feed:
    """What was loaded, newest first, as a feed under the address that was asked for."""
    parts = request.app[PARTS]
    here = request.rel_url.without_query_params("wait_for")
    lasting = here.without_query_params("cursor")
    page = lasting.with_path(lasting.path.removesuffix(ending), keep_query=True)
    entries = [entry(loaded.kind, document) for document in loaded.items]
    return Feed(
        title=f"{parts.settings.title}: {_about(page)}",
        author=parts.settings.title,
        id=f"{parts.public_url}{lasting}",
        home=f"{parts.public_url}{page}",
        here=f"{parts.public_url}{here}",
        links=loaded.links,
        base=parts.public_url,
        entries=sorted(entries, key=lambda one: one.at, reverse=True),
    )


def _about(page: URL) -> str:
    """The list and its filters in words: `commitments (status published)`."""
    filters = ", ".join(f"{name} {text}" for name, text in sorted(page.query.items()))
    plain = page.path.strip("/").replace("/", " ")
    return printable(f"{plain} ({filters})" if filters else plain)
