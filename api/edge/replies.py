"""Whole answers for whole requests: the same bytes in, in the same edition, the same bytes out.

Feed readers send the same few hundred bytes for years. The first time, a request takes the long way
through parser, router, door and handler; its answer is then kept under the request's own bytes, and
until the next edition a repetition costs a look-up and a write. Whatever is not exactly that (a
part of a request, a body, a slow reader, an allowance that is used up) takes the long way again.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import HttpVersion11, web

from api.edge.limits import Allowance
from api.edge.meters import Meter, Meters

if TYPE_CHECKING:
    from api.edge.shelf import Shelf

ACCESS: Final = "http.access"
KEPT_BYTES: Final = 32 * 1024 * 1024
LONGEST_REQUEST: Final = 4096

_CHANGING: Final = frozenset({"date", "x-request-id"})
_NEVER: Final = ("Expect", "Upgrade", "X-Request-Id", "Authorization", "Cookie")

EDITION: Final = web.RequestKey("edition", str)
"""Set by a handler whose answer follows from the request's bytes and this edition alone."""

log = structlog.get_logger(ACCESS)
_access = logging.getLogger(ACCESS)


@dataclass(frozen=True, slots=True)
class Reply:
    """`head` lacks the date, the request id and the empty line at its end."""

    head: bytes
    body: bytes
    forwarded: str
    meter: Meter
    path: str
    status: int

    @property
    def weight(self) -> int:
        return len(self.head) + len(self.body)


class Replies:
    """Kept answers of one listener, least used out first, bounded by their bytes."""

    def __init__(self, shelf: Shelf, allowance: Allowance, meters: Meters) -> None:
        self._shelf, self._allowance, self._meters = shelf, allowance, meters
        self._kept: OrderedDict[bytes, Reply] = OrderedDict()
        self._bytes = 0
        self._edition = ""

    def answer(self, raw: bytes, peer: str) -> bytes | None:
        """The bytes to send, if they are known and the peer may still ask."""
        began = time.perf_counter()
        reply = self._kept.get(raw)
        if reply is None or not self._shelf.is_current(self._edition):
            return None
        if not self._allowance.take(self._allowance.client(peer, reply.forwarded)):
            return None
        self._kept.move_to_end(raw)
        request_id = secrets.token_hex(8)
        self._told(reply, request_id, peer, time.perf_counter() - began)
        return b"%b%b%b\r\n\r\n%b" % (
            reply.head,
            _dated(int(time.time())),
            request_id.encode(),
            reply.body,
        )

    def _told(self, reply: Reply, request_id: str, peer: str, seconds: float) -> None:
        reply.meter.observe(seconds)
        if _access.isEnabledFor(logging.INFO):
            log.info(
                "http.request",
                request_id=request_id,
                method="GET",
                path=reply.path,
                status=reply.status,
                bytes=len(reply.body),
                ms=round(seconds * 1000, 2),
                remote=peer,
            )

    def keep(self, raw: bytes, request: web.Request, response: web.Response) -> None:
        """Remember the answer, if nothing about the request speaks against it."""
        edition, body = request.get(EDITION), response.body or b""
        if edition is None or not isinstance(body, bytes) or not _keepable(raw, request):
            return
        if edition != self._edition:
            self._kept.clear()
            self._edition, self._bytes = edition, 0
        reply = Reply(
            _head(response),
            body,
            request.headers.get("X-Forwarded-For", ""),
            self._meters.of(request, response.status),
            request.path,
            response.status,
        )
        self._put(raw, reply)

    def _put(self, raw: bytes, reply: Reply) -> None:
        if raw in self._kept:
            return
        self._kept[raw] = reply
        self._bytes += len(raw) + reply.weight
        while self._bytes > KEPT_BYTES:
            oldest, gone = self._kept.popitem(last=False)
            self._bytes -= len(oldest) + gone.weight


REPLIES: Final = web.AppKey("replies", Replies)


def _keepable(raw: bytes, request: web.Request) -> bool:
    """A plain GET of HTTP/1.1 with nothing after it, which leaves the connection as it was."""
    return (
        request.method == "GET"
        and request.version == HttpVersion11
        and request.keep_alive
        and not request.body_exists
        and len(raw) <= LONGEST_REQUEST
        and not any(name in request.headers for name in _NEVER)
    )


def _head(response: web.Response) -> bytes:
    """Status line and headers as aiohttp writes them."""
    lines = [f"HTTP/1.1 {response.status} {response.reason}"]
    headers = response.headers.items()
    lines += [f"{name}: {text}" for name, text in headers if name.lower() not in _CHANGING]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header holds a line break")
    return "\r\n".join(lines).encode()


@lru_cache(maxsize=2)
def _dated(second: int) -> bytes:
    """The lines that change from answer to answer, up to the request id."""
    return f"\r\nDate: {formatdate(second, usegmt=True)}\r\nX-Request-Id: ".encode()
