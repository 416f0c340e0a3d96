"""One part of a fact, as its leaf binds it; 410 where its words were redacted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import hdrs, web

from api.edge import parse
from api.edge.problems import ProblemError, refuse
from api.parts import PARTS
from api.public.log import REDACTABLE
from api.public.presentation.calendar import instant
from api.public.presentation.terms import label
from ledger.log.leaves import ATTACHMENT_PART

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.store.port import Entry, Part
    from projections.documents import RedactionView

SALT: Final = "Part-Salt"
COMMITMENT: Final = "Part-Commitment"
RELATION: Final = "related"
_AT: Final = r"/facts/{position:[1-9]\d{0,14}}/parts/{name:[a-z]+}"


def routes() -> Sequence[web.AbstractRouteDef]:
    return (web.get(_AT, send_part),)


async def send_part(request: web.Request) -> web.Response:
    """The bytes; their salt and what the leaf says of them, both in hex, are in the headers."""
    parse.parameters(request)
    store = request.app[PARTS].ledger.store
    position, name = int(request.match_info["position"]), request.match_info["name"]
    entries = await asyncio.to_thread(store.entries, after=position - 1, limit=1)
    for entry in entries:
        for part in entry.parts:
            if part.name == name:
                return await _answer(request, entry, part)
    raise refuse("not-found", "There is no such fact, or it has no such part.")


async def _answer(request: web.Request, entry: Entry, part: Part) -> web.Response:
    if part.salt is None or part.content is None:
        raise await _gone(request, entry.position, part.name)
    headers = {
        hdrs.CACHE_CONTROL: REDACTABLE,
        SALT: part.salt.hex(),
        COMMITMENT: orjson.loads(entry.leaf)["parts"][part.name]["c"],
    }
    is_text = part.name == ATTACHMENT_PART
    media, charset = ("text/plain", "utf-8") if is_text else ("application/json", None)
    return web.Response(body=part.content, content_type=media, charset=charset, headers=headers)


async def _gone(request: web.Request, position: int, name: str) -> ProblemError:
    """Who ordered it is in the views, which may be a moment behind."""
    parts = request.app[PARTS]
    fact = await parts.read(parts.views.fact, position)
    known = [each for each in (fact["redactions"] if fact else ()) if each["part"] == name]
    headers = {"Cache-Control": REDACTABLE if known else "no-store"}
    if not known:
        return refuse("gone", headers=headers)
    links = {RELATION: f"{parts.public_url}/facts/{known[0]['position']}"}
    extra = {"redaction": known[0]}
    return refuse("gone", _told(known[0]), headers=headers, links=links, extra=extra)


def _told(redaction: RedactionView) -> str:
    return (
        f"The words were redacted by fact {redaction['position']:,}, recorded "
        f"{instant(redaction['recorded_at'])}: {label(redaction['basis'])}, by order "
        f"{redaction['authority']}."
    )
