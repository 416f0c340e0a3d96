"""The facts of one record as a file that proves itself, at the record's address and /bundle.zip."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from api.edge import parse
from api.edge.problems import refuse
from api.parts import PARTS
from api.public.loading import identifier
from api.public.log import BEYOND, NO_LOG, REDACTABLE, policy_of
from api.public.standalone import page_of
from ledger.auditing.bundles import Bundle, BundledFact, write_bundle, zip_bundle
from ledger.store.port import salted
from projections.port import COLLECTIONS, Query

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from api.parts import Parts
    from ledger.auditing.history import Place
    from ledger.publishing.log import Log
    from ledger.store.port import Entry
    from projections.port import Views

MOST: Final = 5_000
"""Facts in a bundle."""
TOO_MANY: Final = f"A bundle holds at most {MOST} facts. Take the whole ledger from /data."
SOME: Final = 200
LATER: Final = {"Retry-After": "1"}


def routes() -> Sequence[web.AbstractRouteDef]:
    records = [
        web.get(f"/{name}/{{id:[^/.]+}}/bundle.zip", _of_record(name)) for name in COLLECTIONS
    ]
    return [*records, web.get(r"/facts/{position:\d+}/bundle.zip", _of_fact)]


def _of_record(collection: str) -> Handler:
    async def send(request: web.Request) -> web.Response:
        parse.parameters(request)
        parts, ident = request.app[PARTS], identifier(request)
        facts = await parts.read(parts.views.history, ident)
        if not facts or facts[0]["subject"]["kind"] != collection:
            raise refuse("not-found")
        return await _sent(parts, [fact["position"] for fact in facts], ident)

    return send


async def _of_fact(request: web.Request) -> web.Response:
    parse.parameters(request)
    position = int(request.match_info["position"][:15])
    parts = request.app[PARTS]
    if not 1 <= position <= (await parts.ledger.head()).position:
        raise refuse("not-found")
    return await _sent(parts, [position], f"fact-{position}")


async def _sent(parts: Parts, positions: Sequence[int], name: str) -> web.Response:
    """Signed up to the newest of them, which takes a second where it was recorded just now."""
    if parts.log is None:
        raise refuse("not-found", NO_LOG)
    if len(positions) > MOST:
        raise refuse("not-found", TOO_MANY)
    entries = await asyncio.to_thread(_with_orders, parts, positions)
    if not await parts.log.reach(entries[-1].position, parts.settings.wait_seconds):
        raise refuse("not-there-yet", BEYOND, headers=LATER)
    body = await asyncio.to_thread(_made, parts.log, parts.public_url, entries)
    headers = {
        hdrs.CACHE_CONTROL: REDACTABLE,
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}.zip"',
    }
    return web.Response(body=body, content_type="application/zip", headers=headers)


def _with_orders(parts: Parts, positions: Iterable[int]) -> list[Entry]:
    """The facts, and those that ordered away what is gone from them."""
    found = {position: _entry(parts, position) for position in positions}
    gone = {
        (entry.position, part.name)
        for entry in found.values()
        for part in entry.parts
        if part.content is None
    }
    for position in _orders(parts.views, gone):
        found[position] = _entry(parts, position)
    return [found[position] for position in sorted(found)]


def _entry(parts: Parts, position: int) -> Entry:
    (entry,) = parts.ledger.store.entries(after=position - 1, limit=1)
    return entry


def _orders(views: Views, gone: set[Place]) -> Iterable[int]:
    """Positions of the redactions that name these parts, newest first."""
    after: str | None = None
    while gone:
        page = views.facts(Query(filters={"topic": "redaction.applied"}, limit=SOME, after=after))
        for fact in page.items:
            place = int(str(fact["data"]["index"])) + 1, str(fact["data"]["part"])
            if place in gone:
                gone.discard(place)
                yield fact["position"]
        if page.next is None:
            return
        after = page.next


def _made(log: Log, url: str, entries: Sequence[Entry]) -> bytes:
    proofs = log.prove([entry.position for entry in entries])
    note, signed = proofs[0].note, proofs[0].checkpoint
    facts = [
        BundledFact(entry.position, entry.leaf, salted(entry.parts), str(proof))
        for entry, proof in zip(entries, proofs, strict=True)
    ]
    bundle = Bundle(signed.origin, policy_of(log, url), str(note), facts)
    return zip_bundle(bundle, signed.size, page_of(write_bundle(bundle)))
