"""What a read address means: request → documents, whatever form they are then written in."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import web

from api.edge import paging
from api.edge.parse import Asked, bad_parameter, moment, parameters
from api.edge.problems import refuse
from api.parts import PARTS, Parts
from api.public.absence import no_record, refuse_later
from projections.port import COLLECTIONS

if TYPE_CHECKING:
    from projections.port import Page, Query

Document = Mapping[str, object]

WORDS: Final = "The words to look for."
KINDS: Final = {"kind": f"Only what is found in one of {', '.join(COLLECTIONS)}."}
"""What a search can be narrowed by."""

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_NUMBER: Final = re.compile(r"[1-9]\d{0,14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Loaded:
    """`kind` is the collection of the documents, or facts, hits, cells; one item is a list.

    What was `found` is documents, or finished JSON of documents.
    """

    kind: str
    found: Sequence[Document | bytes]
    position: int
    asked: Asked
    single: bool = False
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def items(self) -> Sequence[Document]:
        return [orjson.loads(one) if isinstance(one, bytes) else one for one in self.found]

    @property
    def printed(self) -> Sequence[bytes]:
        return [one if isinstance(one, bytes) else orjson.dumps(one) for one in self.found]


Load = Callable[[web.Request], Awaitable[Loaded]]


def page_of(collection: str) -> Load:
    """A page of a collection."""

    async def load(request: web.Request) -> Loaded:
        parts = request.app[PARTS]
        views = parts.views
        asked = await moment(request)
        query = paging.query(
            request, asked.moment, views.filters(collection), views.orders(collection)
        )
        read = parts.scan if "text" in query.filters else parts.read
        page = await read(views.printed, collection, query)
        return _paged(request, parts, collection, page, asked)

    return load


def item_of(collection: str) -> Load:
    """One record at the moment asked about."""

    async def load(request: web.Request) -> Loaded:
        parts = request.app[PARTS]
        parameters(request)
        asked = await moment(request)
        ident = identifier(request)
        document = await parts.read(parts.views.item, collection, ident, asked.moment)
        if document is None:
            raise await no_record(request, collection, ident, asked.moment)
        position = await _position(parts, asked)
        return Loaded(collection, (document,), position, asked, single=True)

    return load


def history_of(collection: str) -> Load:
    """Every fact of one record, oldest first."""

    async def load(request: web.Request) -> Loaded:
        parts = request.app[PARTS]
        parameters(request)
        asked = await moment(request)
        ident = identifier(request)
        facts = await parts.read(parts.views.history, ident, asked.moment)
        if not facts or facts[0]["subject"]["kind"] != collection:
            raise await no_record(request, collection, ident, asked.moment)
        return Loaded("facts", facts, await _position(parts, asked), asked)

    return load


async def facts(request: web.Request) -> Loaded:
    """A page of everything that happened."""
    parts = request.app[PARTS]
    asked = await moment(request)
    filters, orders = parts.views.filters("facts"), parts.views.orders("facts")
    query = paging.query(request, asked.moment, filters, orders)
    page = await parts.read(parts.views.facts, query)
    return _paged(request, parts, "facts", page, asked)


async def fact(request: web.Request) -> Loaded:
    """The fact at a position."""
    parts = request.app[PARTS]
    parameters(request)
    asked = await moment(request)
    text = request.match_info["position"]
    if _NUMBER.fullmatch(text) is None:
        raise refuse("not-found")
    document = await parts.read(parts.views.fact, int(text))
    if document is None:
        raise refuse("not-found")
    refuse_later(request, document, asked.moment)
    return Loaded("facts", (document,), await _position(parts, asked), asked, single=True)


async def search(request: web.Request) -> Loaded:
    """Full-text search, newest first."""
    parts = request.app[PARTS]
    asked = await moment(request)
    query = searched(request, asked)
    text = request.query.get("q", "").strip()
    if not text:
        raise bad_parameter("q", "`q` holds the words to look for.")
    page = await parts.scan(parts.views.search, text, query)
    return _paged(request, parts, "hits", page, asked)


def searched(request: web.Request, asked: Asked) -> Query:
    """The page of results asked for; the words themselves are no filter."""
    query = paging.query(request, asked.moment, {"q": WORDS, **KINDS})
    narrowed = {name: text for name, text in query.filters.items() if name in KINDS}
    return replace(query, filters=narrowed)


async def matrix(request: web.Request) -> Loaded:
    """Who promised whom."""
    parts = request.app[PARTS]
    parameters(request)
    asked = await moment(request)
    cells = await parts.scan(parts.views.matrix, asked.moment)
    return Loaded("cells", cells, await _position(parts, asked), asked)


async def statistics(request: web.Request) -> Loaded:
    """Totals."""
    parts = request.app[PARTS]
    parameters(request)
    asked = await moment(request)
    totals = await parts.scan(parts.views.statistics, asked.moment)
    return Loaded("statistics", (totals,), await _position(parts, asked), asked, single=True)


def identifier(request: web.Request) -> str:
    """The `id` of the path; what cannot be one is not found, like one that is not there."""
    text = request.match_info["id"]
    if _ID.fullmatch(text) is None:
        raise refuse("not-found")
    return text


async def _position(parts: Parts, asked: Asked) -> int:
    known = await parts.read(parts.views.position)
    return known if asked.moment.as_of is None else asked.moment.as_of


def _paged(request: web.Request, parts: Parts, kind: str, page: Page[Any], asked: Asked) -> Loaded:
    as_of = asked.moment.as_of
    position = page.position if as_of is None else as_of
    links = paging.links(request, parts.public_url, page.next)
    return Loaded(kind, page.items, position, asked, links=links)
