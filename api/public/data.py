"""The JSON API, and the same data at the addresses of the pages: `.json` and `.csv`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from api.edge import paging
from api.edge.caching import Render, Rendering, printed
from api.edge.operation import MOMENT, Operation, Parameter, Schema, identity, listing
from api.edge.schemas import Enveloped
from api.public import loading, tables
from api.public.loading import Load, Loaded
from api.public.vocabulary import Vocabulary, vocabulary
from projections import documents
from projections.port import COLLECTIONS, Views

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

JSON: Final = "application/json"
CSV: Final = "text/csv"

_DOCUMENTS: Final[Mapping[str, tuple[object, object]]] = {
    "commitments": (documents.Commitment, list[documents.Commitment]),
    "stakeholders": (documents.Stakeholder, list[documents.Stakeholder]),
    "meetings": (documents.Meeting, list[documents.Meeting]),
    "statements": (documents.Statement, list[documents.Statement]),
    "sources": (documents.Source, list[documents.Source]),
    "outcomes": (documents.Outcome, list[documents.Outcome]),
}
"""Collection → what an item and what a page of it holds."""

_ONE: Final = ("bad-parameter", "not-found", "not-there-yet")
_PAGE: Final = ("bad-parameter", "bad-cursor", "not-there-yet")
_TOTAL: Final = ("bad-parameter", "not-there-yet")


def operations(views: Views) -> Sequence[Operation]:
    """Every JSON read, described and served by the same values."""
    collections = [one for name in COLLECTIONS for one in _of_collection(name, views)]
    return (*collections, *_of_facts(views), *_of_totals(), _search())


def _of_collection(name: str, views: Views) -> Sequence[Operation]:
    item, page = _DOCUMENTS[name]
    one = name.removesuffix("s")
    place = (identity(one), *MOMENT)
    told = "Every fact about it, oldest first: who recorded what, for whom, why and when."
    listed = _read(
        f"/{name}",
        loading.page_of(name),
        f"list_{name}",
        summary=f"A page of {name}.",
        parameters=listing(views.filters(name), views.orders(name)),
        data=page,
        problems=_PAGE,
    )
    found = _read(
        f"/{name}/{{id}}",
        loading.item_of(name),
        f"get_{one}",
        summary=f"One {one}.",
        parameters=place,
        data=item,
    )
    history = _read(
        f"/{name}/{{id}}/history",
        loading.history_of(name),
        f"history_of_{one}",
        summary=told,
        parameters=place,
        data=list[documents.FactView],
    )
    return tuple(replace(operation, tag=name) for operation in (listed, found, history))


def _of_facts(views: Views) -> Sequence[Operation]:
    number = Parameter(
        "position",
        "path",
        "Its place in the ledger.",
        {"type": "integer", "minimum": 1},
        required=True,
    )
    listed = _read(
        "/facts",
        loading.facts,
        "list_facts",
        summary="Everything that happened.",
        parameters=listing(views.filters("facts"), views.orders("facts")),
        data=list[documents.FactView],
        problems=_PAGE,
    )
    found = _read(
        "/facts/{position}",
        loading.fact,
        "get_fact",
        summary="One fact.",
        parameters=(number, *MOMENT),
        data=documents.FactView,
    )
    return tuple(replace(operation, tag="facts") for operation in (listed, found))


def _of_totals() -> Sequence[Operation]:
    return (
        _read(
            "/matrix",
            loading.matrix,
            "get_matrix",
            summary="Who promised whom, fullest cells first.",
            data=list[documents.MatrixCell],
            problems=_TOTAL,
        ),
        _read(
            "/statistics",
            loading.statistics,
            "get_statistics",
            summary="How many of what.",
            data=documents.Statistics,
            problems=_TOTAL,
        ),
        _read(
            "/vocabulary",
            vocabulary,
            "get_vocabulary",
            summary="Every term with its definition, and other trackers' words for ours.",
            data=Vocabulary,
            problems=_TOTAL,
        ),
    )


def _search() -> Operation:
    words: Schema = {"type": "string", "minLength": 1, "maxLength": 500}
    looked_for = Parameter("q", "query", loading.WORDS, words, required=True)
    return _read(
        "/search",
        loading.search,
        "search",
        summary="Full-text search, newest first.",
        parameters=(looked_for, *listing(loading.KINDS)),
        data=list[documents.Hit],
        problems=_PAGE,
    )


def _read(
    path: str,
    load: Load,
    name: str,
    *,
    summary: str,
    data: object,
    parameters: Sequence[Parameter] = MOMENT,
    problems: Sequence[str] = _ONE,
) -> Operation:
    return Operation(
        path=f"/api/v1{path}",
        handler=handler(JSON, _json(load)),
        name=name,
        summary=summary,
        tag="totals",
        parameters=parameters,
        returns=Enveloped(data),
        problems=problems,
    )


def handler(media: str, render: Render) -> Handler:
    """A GET handler that prints what `render` makes."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await printed(request, media, render)

    return handle


def _json(load: Load) -> Render:
    async def render(request: web.Request) -> Rendering:
        loaded = await load(request)
        return rendering(loaded, envelope(loaded))

    return render


def _csv(load: Load) -> Render:
    async def render(request: web.Request) -> Rendering:
        loaded = await load(request)
        return rendering(loaded, tables.csv(loaded.kind, loaded.items))

    return render


def rendering(loaded: Loaded, body: bytes) -> Rendering:
    """Bytes with what the edge must know about them."""
    headers = {"Link": paging.link_header(loaded.links)} if loaded.links else {}
    return Rendering(body, loaded.position, loaded.asked.settled, headers)


def envelope(loaded: Loaded) -> bytes:
    """`data`, and which past it shows: finished documents are copied once."""
    moment = loaded.asked.moment
    shown = orjson.dumps(
        {
            "position": loaded.position,
            "as_of": moment.as_of,
            "on": moment.on,
            "links": loaded.links,
        }
    )
    pieces = list(loaded.printed) or [b""]
    begin, end = (b'{"data":', b",") if loaded.single else (b'{"data":[', b"],")
    pieces[0] = begin + pieces[0]
    pieces[-1] += end + shown[1:]
    return b",".join(pieces)


def routes() -> Sequence[web.AbstractRouteDef]:
    """The forms for machines at the addresses of the pages."""
    pages = [_forms(f"/{name}", loading.page_of(name)) for name in COLLECTIONS]
    items = [_forms(f"/{name}/{{id:[^/.]+}}", loading.item_of(name)) for name in COLLECTIONS]
    histories = [
        _forms(f"/{name}/{{id:[^/.]+}}/history", loading.history_of(name)) for name in COLLECTIONS
    ]
    rest = (
        _forms("/facts", loading.facts),
        _forms("/facts/{position:[^/.]+}", loading.fact),
        _forms("/search", loading.search),
        _forms("/matrix", loading.matrix),
        _forms("/statistics", loading.statistics),
        _forms("/glossary", vocabulary),
    )
    return [route for forms in (*pages, *items, *histories, *rest) for route in forms]


def _forms(path: str, load: Load) -> Sequence[web.AbstractRouteDef]:
    return (
        web.get(f"{path}.json", handler(JSON, _json(load))),
        web.get(f"{path}.csv", handler(CSV, _csv(load))),
    )
