"""Reading a request's body: bounded in length, packed length and time."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Sequence
from typing import Final

from aiohttp import web

from api.edge import strict_json
from api.edge.problems import refuse

JSON: Final = "application/json"
MAX_BYTES: Final = 1024 * 1024
SECONDS: Final = 10.0

_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS


async def read_body(request: web.Request, *accepted: str) -> bytes:
    """The unpacked bytes of a body; 400 empty, 408 slow, 413 long, 415 not in UTF-8.

    `accepted` are media types that will do besides application/json.
    """
    _check_media(request, (JSON, *accepted))
    coding = _coding(request)
    if (request.content_length or 0) > MAX_BYTES:
        raise refuse("too-large")
    body = await _read_in_time(request)
    if coding == "gzip":
        body = _unpack(body)
    if not body:
        raise refuse("bad-json", "The body is empty.")
    return body


async def read_json(request: web.Request) -> object:
    """The body as one strict JSON text."""
    return parse_json(await read_body(request))


def parse_json(body: bytes) -> object:
    """Raise 400 with the reason unless the body is one strict JSON text."""
    try:
        return strict_json.read(body)
    except strict_json.NotStrictJson as error:
        detail = f"The body is not acceptable JSON: {error}."
        raise refuse("bad-json", detail) from None


def _check_media(request: web.Request, accepted: Sequence[str]) -> None:
    charset = (request.charset or "utf-8").strip('"').lower()
    if request.content_type not in accepted or charset not in ("utf-8", "utf8"):
        raise refuse("unsupported-media-type", headers={"Accept": ", ".join(accepted)})


def _coding(request: web.Request) -> str:
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip"):
        detail = "Content-Encoding may be gzip, or left out."
        raise refuse("unsupported-media-type", detail, headers={"Accept-Encoding": "gzip"})
    return coding


async def _read_in_time(request: web.Request) -> bytes:
    """Most bodies come in one piece with their headers: there is no time to watch then."""
    if request.content.is_eof():
        return _bounded(request.content.read_nowait(-1))
    try:
        async with asyncio.timeout(SECONDS):
            return await _read_bounded(request)
    except TimeoutError:
        raise refuse("timeout", headers={"Connection": "close"}) from None


def _bounded(body: bytes) -> bytes:
    if len(body) > MAX_BYTES:
        raise refuse("too-large")
    return body


async def _read_bounded(request: web.Request) -> bytes:
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.content.iter_any():
        length += len(chunk)
        if length > MAX_BYTES:
            raise refuse("too-large", headers={"Connection": "close"})
        chunks.append(chunk)
    return b"".join(chunks)


def _unpack(packed: bytes) -> bytes:
    """One gzip member, never more than MAX_BYTES of output in memory."""
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        body = unpacker.decompress(packed, MAX_BYTES + 1)
    except zlib.error:
        raise refuse("bad-request", "The body is not gzip, as its Content-Encoding says.") from None
    if len(body) > MAX_BYTES:
        raise refuse("too-large", "Unpacked, the body is longer than 1 MiB.")
    if not unpacker.eof or unpacker.unused_data:
        raise refuse("bad-request", "The gzip body is cut off, or something follows it.")
    return body
