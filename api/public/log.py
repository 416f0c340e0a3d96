"""The verifiable log over HTTP: C2SP tlog-tiles, the parts beside each entry, proofs to keep.

What is served of the log is fixed by the newest checkpoint: nothing beyond it has an address yet.
Full tiles and bundles never change; parts do when words in them are redacted.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator, Sequence
from functools import partial
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
FEW: Final = 16
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
        web.get(r"/facts/{position:\d+}/leaf", send_leaf),
        web.get(r"/facts/{position:\d+}/parts.json", send_parts_of_fact),
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
    """The log's keys, its witnesses and how many are enough, for verifiers (C2SP tlog-policy)."""
    log, url = _log(request), request.app[PARTS].public_url
    return _text(policy_of(log, url), MOVING)


def policy_of(log: Log, url: str) -> str:
    """Its keys, its witnesses and how many of them are enough (C2SP tlog-policy)."""
    return policy_text(log.published.keys if log.published else (), url, log.policy)


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
    span = _within(_log(request).size, request)
    packed = _packs(request)
    body = await asyncio.to_thread(_bundle, request.app[PARTS].ledger.store, span, packed=packed)
    headers = {hdrs.CACHE_CONTROL: FIXED, hdrs.VARY: hdrs.ACCEPT_ENCODING}
    if packed:
        headers[hdrs.CONTENT_ENCODING] = "gzip"
    return web.Response(body=body, content_type=BINARY, headers=headers)


def _packs(request: web.Request) -> bool:
    return admits_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, ""))


def _bundle(store: Store, span: Span, *, packed: bool) -> bytes:
    body = pack(leaf.leaf for leaf in store.leaves(after=span.start, limit=span.width))
    return gzip.compress(body, PACK_LEVEL, mtime=0) if packed else body


async def send_parts(request: web.Request) -> web.StreamResponse:
    """What the leaves bind: a line of JSON for each fact, with the salts to check it by.

    A fact can hold a megabyte of archived text, so a few at a time are read and sent.
    """
    span = _within(_log(request).size, request)
    headers = {hdrs.CACHE_CONTROL: REDACTABLE, hdrs.VARY: hdrs.ACCEPT_ENCODING}
    answer = web.StreamResponse(headers=headers)
    answer.content_type = "application/jsonl"
    if _packs(request):
        answer.enable_compression(web.ContentCoding.gzip)
    await answer.prepare(request)
    if request.method != hdrs.METH_HEAD:
        for some in _few(span):
            read = partial(parts_lines, request.app[PARTS].ledger.store, some)
            await answer.write(await asyncio.to_thread(read))
    return answer


def _few(span: Span) -> Iterator[range]:
    end = span.start + span.width
    for start in range(span.start, end, FEW):
        yield range(start, min(start + FEW, end))


def parts_lines(store: Store, indices: range) -> bytes:
    """{"position", "parts": [{"name", "salt" (hex), "content"}]}; redacted parts are left out."""
    return b"".join(map(_line, store.entries(after=indices.start, limit=len(indices))))


def _line(entry: Entry) -> bytes:
    told = {"position": entry.position, "parts": parts_of(entry)}
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


async def send_proof(request: web.Request) -> web.Response:
    """Shows that one fact is in the log (C2SP tlog-proof), under the newest checkpoint."""
    position = _position(request)
    (proof,) = await asyncio.to_thread(_log(request).prove, [position])
    return _text(str(proof), MOVING)


async def send_leaf(request: web.Request) -> web.Response:
    """The bytes of one fact, as they were hashed."""
    store, position = request.app[PARTS].ledger.store, _position(request)
    (found,) = await asyncio.to_thread(partial(store.leaves, after=position - 1, limit=1))
    return _json(found.leaf, FIXED)


async def send_parts_of_fact(request: web.Request) -> web.Response:
    """The parts that its leaf binds, as in the lines of `/tile/parts/N`."""
    store, position = request.app[PARTS].ledger.store, _position(request)
    (found,) = await asyncio.to_thread(partial(store.entries, after=position - 1, limit=1))
    return _json(_line(found), REDACTABLE)


def _position(request: web.Request) -> int:
    """Of a fact that the newest checkpoint covers."""
    position = int(request.match_info["position"][:18])
    if not 1 <= position <= _log(request).size:
        raise refuse("not-found", BEYOND)
    return position


def _json(body: bytes, caching: str) -> web.Response:
    headers = {hdrs.CACHE_CONTROL: caching}
    return web.Response(body=body, content_type="application/json", headers=headers)


def _text(body: str, caching: str) -> web.Response:
    headers = {hdrs.CACHE_CONTROL: caching}
    return web.Response(text=body, content_type="text/plain", charset="utf-8", headers=headers)
