"""A file to a reader: whole or a range of it (RFC 9110, section 14), with an ETag of its content.

aiohttp's own file response names an edition by when it was written, and does not know an ETag in
`If-Range`, so that a download that is resumed after the file was replaced would mix two files.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from aiohttp import ETag, hdrs, web

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ANY: Final = "*"
_NO_BYTES: Final = re.compile(r"bytes=-0+", re.IGNORECASE)
"""The last none of the bytes, which cannot be sent."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Bytes of a file of `size` bytes; `asked` says that a range of it was asked for."""

    start: int
    count: int
    size: int
    asked: bool = False

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.start + self.count - 1}/{self.size}"


async def send(
    request: web.Request, place: Path, tag: str, headers: Mapping[str, str]
) -> web.StreamResponse:
    """Raise FileNotFoundError. `tag` is a strong ETag without its quotation marks."""
    named = {"ETag": f'"{tag}"', hdrs.ACCEPT_RANGES: "bytes", **headers}
    if request.if_match is not None and not _among(tag, request.if_match, weak=False):
        return web.Response(status=412, headers=named)
    if request.if_none_match is not None and _among(tag, request.if_none_match, weak=True):
        return web.Response(status=304, headers=named)
    file = await asyncio.to_thread(place.open, "rb")
    try:
        return await _opened(request, file, tag, named)
    finally:
        await asyncio.to_thread(file.close)


def _among(tag: str, tags: tuple[ETag, ...], *, weak: bool) -> bool:
    return any(each.value in {tag, ANY} for each in tags if weak or not each.is_weak)


async def _opened(
    request: web.Request, file: BinaryIO, tag: str, headers: Mapping[str, str]
) -> web.StreamResponse:
    size = await asyncio.to_thread(file.seek, 0, 2)
    found = wanted(request, tag, size)
    if found is None:
        return web.Response(status=416, headers={**headers, hdrs.CONTENT_RANGE: f"bytes */{size}"})
    response = web.StreamResponse(status=206 if found.asked else 200, headers=headers)
    response.content_length = found.count
    if found.asked:
        response.headers[hdrs.CONTENT_RANGE] = found.content_range
    await response.prepare(request)
    if request.method == hdrs.METH_GET and found.count:
        await _stream(request, file, found)
    await response.write_eof()
    return response


def wanted(request: web.Request, tag: str, size: int) -> Slice | None:
    """The whole where no range counts; None for a range that holds none of it.

    A range that cannot be read, several at once, and one of another edition do not count.
    """
    whole = Slice(0, size, size)
    if hdrs.RANGE not in request.headers or not _same_edition(request, tag):
        return whole
    try:
        asked = request.http_range
    except ValueError:
        return whole
    if asked.start is None:
        return whole
    if _NO_BYTES.fullmatch(request.headers[hdrs.RANGE]):
        return None
    start = max(0, size + asked.start) if asked.start < 0 else asked.start
    end = size if asked.stop is None else min(asked.stop, size)
    return Slice(start, end - start, size, asked=True) if start < size else None


def _same_edition(request: web.Request, tag: str) -> bool:
    """A date never proves it: several datasets may be made in a second."""
    return request.headers.get(hdrs.IF_RANGE, f'"{tag}"') == f'"{tag}"'


async def _stream(request: web.Request, file: BinaryIO, found: Slice) -> None:
    """By the kernel, straight from the file; a reader who leaves is no error."""
    transport = request.transport
    if transport is None:
        return
    with suppress(ConnectionError):
        await asyncio.get_running_loop().sendfile(transport, file, found.start, found.count)
