"""The verifiable log over HTTP: C2SP tlog-tiles, the parts beside each entry, proofs to keep.

What is served of the log is fixed by the newest checkpoint: nothing beyond it has an address yet.
Full tiles and bundles never change; parts do when words in them are redacted.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import hdrs, web

from api.edge import parse
from api.edge.negotiation import admits_gzip
from api.edge.problems import refuse
from api.exporting.facts import parts_of
from api.parts import PARTS
from ledger.log.bundles import pack
from ledger.log.receipts import SUFFIX
from ledger.log.tiles import HEIGHT, LEVELS, Span, Tile, parse_span
from ledger.publishing.log import policy_text

if TYPE_CHECKING:
    from ledger.publishing.log import Log
    from ledger.store.port import Entry, Store

MOVING: Final = "public, max-age=1"
"""A checkpoint: the next one may be a second away."""
FIXED: Final = "public, max-age=31536000, immutable"
REDACTABLE: Final = "public, max-age=300"
"""Readers must learn within minutes that words are gone."""
BINARY: Final = "application/octet-stream"
PACK_LEVEL: Final = 6
NO_LOG: Final = "This ledger has no log: its operator has not begun one."
BEYOND: Final = "The newest checkpoint does not go that far."


def routes() -> Sequence[web.AbstractRouteDef]:
    return (
        web.get("/checkpoint", show_checkpoint),
        web.get("/log-policy", show_policy),
        web.get(r"/tile/entries/{place:.+}", send_entries),
        web.get(r"/tile/parts/{place:.+}", send_parts),
        web.get(r"/tile/{level:\d+}/{place:.+}", send_tile),
        web.get(rf"/facts/{{position:\d+}}{SUFFIX}", send_proof),
    )


def _log(request: web.Request) -> Log:
    parse.parameters(request)
    log = request.app[PARTS].log
    if log is None:
        raise refuse("not-found", NO_LOG)
    return log


async def show_checkpoint(request: web.Request) -> web.Response:
    """What the log has signed last, with the cosignatures it was given."""
    published = _log(request).published
    if published is None:
        raise refuse("not-found", BEYOND)
    return _text(str(published.note), MOVING)


async def show_policy(request: web.Request) -> web.Response:
    """The log's keys in the form that verifiers read (C2SP tlog-policy)."""
    log, url = _log(request), request.app[PARTS].public_url
    return _text(policy_of(log, url), MOVING)


def policy_of(log: Log, url: str) -> str:
    """The text of the policy that a log asks to be checked by."""
    return policy_text(log.published, url) if log.published else "quorum none\n"


async def send_tile(request: web.Request) -> web.Response:
    """Hashes side by side."""
    log, level = _log(request), _level(request.match_info["level"])
    span = _within(log.size >> (HEIGHT * level), request)
    body = await asyncio.to_thread(log.tiles.read, Tile(level, span))
    return web.Response(body=body, content_type=BINARY, headers={hdrs.CACHE_CONTROL: FIXED})


def _level(told: str) -> int:
    level = int(told[:3])
    if str(level) != told or level >= LEVELS:
        raise refuse("not-found", f"A level is a number from 0 to {LEVELS - 1}.")
    return level


def _within(count: int, request: web.Request) -> Span:
    """The span in the address, if all of it is among the first `count`."""
    try:
        span = parse_span(request.match_info["place"])
    except ValueError as error:
        raise refuse("not-found", f"{str(error).capitalize()}.") from error
    if span.start + span.width > count:
        raise refuse("not-found", BEYOND)
    return span


async def send_entries(request: web.Request) -> web.Response:
    """The leaves of facts, as they were hashed: they hold no words."""
    return await _of_entries(request, BINARY, FIXED, _bundle)


async def send_parts(request: web.Request) -> web.Response:
    """What the leaves bind: a line of JSON for each fact, with the salts to check it by."""
    return await _of_entries(request, "application/jsonl", REDACTABLE, parts_lines)


async def _of_entries(
    request: web.Request, media: str, caching: str, make: Callable[[Store, Span], bytes]
) -> web.Response:
    span = _within(_log(request).size, request)
    packed = admits_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
    store = request.app[PARTS].ledger.store
    body = await asyncio.to_thread(_made, make, store, span, packed=packed)
    headers = {hdrs.CACHE_CONTROL: caching, hdrs.VARY: hdrs.ACCEPT_ENCODING}
    if packed:
        headers[hdrs.CONTENT_ENCODING] = "gzip"
    return web.Response(body=body, content_type=media, headers=headers)


def _made(make: Callable[[Store, Span], bytes], store: Store, span: Span, *, packed: bool) -> bytes:
    body = make(store, span)
    return gzip.compress(body, PACK_LEVEL, mtime=0) if packed else body


def _bundle(store: Store, span: Span) -> bytes:
    return pack(leaf.leaf for leaf in store.leaves(after=span.start, limit=span.width))


def parts_lines(store: Store, span: Span) -> bytes:
    """{"position", "parts": [{"name", "salt" (hex), "content"}]}; redacted parts are left out."""
    return b"".join(map(_line, store.entries(after=span.start, limit=span.width)))


def _line(entry: Entry) -> bytes:
    told = {"position": entry.position, "parts": parts_of(entry)}
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


async def send_proof(request: web.Request) -> web.Response:
    """Shows that one fact is in the log (C2SP tlog-proof), under the newest checkpoint."""
    log, position = _log(request), int(request.match_info["position"][:18])
    if not 1 <= position <= log.size:
        raise refuse("not-found", BEYOND)
    (proof,) = await asyncio.to_thread(log.prove, [position])
    return _text(str(proof), MOVING)


def _text(body: str, caching: str) -> web.Response:
    headers = {hdrs.CACHE_CONTROL: caching}
    return web.Response(text=body, content_type="text/plain", charset="utf-8", headers=headers)
