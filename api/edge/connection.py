"""What aiohttp does below its middlewares: unreadable requests, and clients that drip headers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiohttp import http_exceptions, web
from aiohttp.abc import AbstractAccessLogger

from api.edge.door import door
from api.edge.kinds import KINDS
from api.edge.problems import Problem, as_json
from api.edge.replies import Replies

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

log = structlog.get_logger()

HEADER_SECONDS: Final = 10.0
LINGER_SECONDS: Final = 2.0
"""How long a client that was told no may go on sending, so that it gets to read the answer."""

LINE_BYTES: Final = 8190
HEADER_LINES: Final = 100

_TOO_SLOW: Final = (
    b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n"
    b"Content-Type: application/problem+json\r\nContent-Length: 81\r\n\r\n"
    b'{"type":"/problems/timeout","title":"Too slow","status":408,"detail":"Too slow."}'
)


class Connection(web.RequestHandler):
    """Answers what the parser rejects as a problem, without repeating a byte of it.

    A request whose headers are not complete `HEADER_SECONDS` after its first byte gets 408: the
    parser itself would wait as long as the client drips.

    Invariant of `_plain`: every packet so far was one whole request and nothing else, so the next
    byte begins a request. After the first that was not, this connection never again keeps a reply
    or gets a kept one: a packet in the middle of a request may look like another one, and its
    answer must not be given to whoever sends that one in earnest.
    """

    def __init__(self, server: web.Server, replies: Replies, **kwargs: Any) -> None:
        super().__init__(server, **kwargs)
        self._replies = replies
        self._plain = True
        self._whole: bytes | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._lost: Callable[[], None] | None = None

    def when_lost(self, callback: Callable[[], None]) -> None:
        """Tell a handler that its reader has gone; aiohttp itself would let it wait on."""
        self._lost = callback

    def data_received(self, data: bytes) -> None:
        """Answer a known request at once, or let aiohttp parse it and watch the clock."""
        before = self._request_count
        idle = self._waiter is not None and not self._waiter.done()
        plain = idle and self._plain
        if plain and self._answered(data):
            return
        super().data_received(data)
        self._plain = plain and self._request_count == before + 1 and _is_whole(data)
        self._whole = data if self._plain else None
        self._watch_clock(idle=idle, complete=self._request_count != before)

    def _watch_clock(self, *, idle: bool, complete: bool) -> None:
        if complete:
            self._stop_clock()
        elif idle and self._deadline is None:
            self._deadline = self._loop.call_later(HEADER_SECONDS, self._give_up)

    def _answered(self, data: bytes) -> bool:
        """Whether a kept reply was sent: never on top of unsent bytes, nor after the end."""
        transport = self.transport
        if transport is None or self._close or transport.get_write_buffer_size():
            return False
        reply = self._replies.answer(data, self._peer())
        if reply is None:
            return False
        transport.write(reply)
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        return True

    def _peer(self) -> str:
        name = self.peername
        return str(name[0]) if name else ""

    def keep(self, request: web.Request, response: web.StreamResponse) -> None:
        """The answer to what was received in one piece, about to be sent."""
        if self._whole is not None and isinstance(response, web.Response):
            self._replies.keep(self._whole, request, response)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._stop_clock()
        if self._lost is not None:
            self._lost()
        super().connection_lost(exc)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self.transport is not None:
            self.transport.write(_TOO_SLOW)
            self.force_close()

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """What aiohttp refuses before its middlewares (an Expect) is sent through the door, too."""
        if isinstance(resp, web.HTTPException) and isinstance(request, web.Request):
            resp = await door(request, _refusing(resp))
        return await super().finish_response(request, resp, start_time)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What aiohttp would answer as text, with the reason but without the bytes."""
        del message  # it repeats the request's bytes
        if request.writer.output_size > 0:
            error = "an answer was on its way already"
            raise ConnectionError(error)
        kind = KINDS[_slug(status, exc)]
        log.log(_level(kind.status), "http.unreadable", kind=kind.slug, error=type(exc).__name__)
        response = as_json(Problem(kind, kind.meaning), secrets.token_hex(8))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.force_close()
        return response


def _refusing(error: web.HTTPException) -> Handler:
    async def refuse(_: web.Request) -> web.StreamResponse:
        raise error

    return refuse


def _slug(status: int, exc: BaseException | None) -> str:
    many = isinstance(exc, http_exceptions.BadHttpMessage) and exc.message.startswith("Too many")
    if many or isinstance(exc, http_exceptions.LineTooLong):
        return "headers-too-large"
    return "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "failed"


def _level(status: int) -> int:
    return 40 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 20


def connections(
    server: web.Server, replies: Replies, access_log: type[AbstractAccessLogger]
) -> Callable[[], Connection]:
    """The protocol factory of a listener: bounded headers, bodies left as they are packed."""

    def connect() -> Connection:
        return Connection(
            server,
            replies,
            loop=asyncio.get_running_loop(),
            max_line_size=LINE_BYTES,
            max_field_size=LINE_BYTES,
            max_headers=HEADER_LINES,
            auto_decompress=False,
            access_log_class=access_log,
            keepalive_timeout=75,
            lingering_time=LINGER_SECONDS,
        )

    return connect


def _is_whole(data: bytes) -> bool:
    """Ends where its headers end, and only there."""
    return data.find(b"\r\n\r\n") == len(data) - 4


async def offer(request: web.Request, response: web.StreamResponse) -> None:
    """The last signal before an answer is sent: its headers are complete."""
    if isinstance(request.protocol, Connection):
        request.protocol.keep(request, response)
