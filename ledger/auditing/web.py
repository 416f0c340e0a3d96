"""A ledger's public address, read with patience for the honest and bounds for everybody else.

An answer may not be longer than it can truthfully be, packed or not; may not take longer than a
slow line would need for that; and may not send us elsewhere.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPException
from threading import Timer, local
from typing import Any, Final

from urllib3 import (
    BaseHTTPResponse,
    HTTPConnectionPool,
    HTTPSConnectionPool,
    PoolManager,
)
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from ledger.auditing.places import SMALL, MissingError, TooLongError, UnreachableError
from ledger.errors import LedgerError

SILENCE_SECONDS: Final = 30.0
"""Without a byte."""
SLOWEST: Final = 16 * 1024
"""Bytes a second, below which a line counts as cut."""
CONNECTIONS: Final = 4
TRIES: Final = 3
"""Of a connection that breaks: one that was kept open may have ended meanwhile."""
PATIENCE: Final = 20
"""Times to be told that the ledger is busy."""
LONGEST_PAUSE: Final = 60.0
PIECE: Final = 64 * 1024
BUSY: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
PACKINGS: Final = ("", "gzip")
HEADERS: Final = {"Accept-Encoding": "gzip", "User-Agent": "commitments-verify"}


class BusyError(LedgerError):
    """The ledger asks to be asked again later."""

    def __init__(self, pause: str) -> None:
        self.seconds = min(LONGEST_PAUSE, float(pause)) if pause.isdecimal() else 1.0
        super().__init__(f"busy for {self.seconds} s")


class Web:
    """`seconds` may pass without a byte; a long answer may take longer in all."""

    def __init__(self, url: str, seconds: float = SILENCE_SECONDS) -> None:
        self.url = url.rstrip("/")
        self._seconds = seconds
        self._pool = PoolManager(maxsize=CONNECTIONS, headers=HEADERS, timeout=seconds)
        self._pool.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def read(self, path: str, limit: int = SMALL) -> bytes:
        """As `Place.read`; a ledger that is busy is asked again when it says so."""
        address = f"{self.url}/{path}"
        for _ in range(PATIENCE):
            try:
                return self._tried(address, limit)
            except BusyError as busy:
                time.sleep(busy.seconds)
        raise UnreachableError(f"{address} is too busy to answer")

    def close(self) -> None:
        """Leave no connection open."""
        self._pool.clear()

    def _tried(self, address: str, limit: int) -> bytes:
        attempt = 0
        while True:
            attempt += 1
            deadline = _Deadline(self._seconds + limit / SLOWEST)
            try:
                with deadline.running():
                    found = self._asked(address, limit)
            except (HTTPError, HTTPException, OSError) as error:
                if attempt == TRIES and not deadline.passed:
                    raise UnreachableError(f"{address} cannot be read: {error}") from error
            else:
                if not deadline.passed:  # what was cut may look whole
                    return found
            if deadline.passed:
                raise UnreachableError(f"{address} answers too slowly")

    def _asked(self, address: str, limit: int) -> bytes:
        asked = self._pool.request(
            "GET", address, retries=False, redirect=False, preload_content=False
        )
        with closing(asked) as answer:
            _refuse_other(address, answer)
            body = _body(address, answer, limit)
            answer.release_conn()
            return body


def _refuse_other(address: str, answer: BaseHTTPResponse) -> None:
    if answer.status in GONE:
        raise MissingError(f"{address} is not there")
    if answer.status in BUSY:
        raise BusyError(answer.headers.get("Retry-After", ""))
    if answer.status != HTTPStatus.OK:
        to = answer.headers.get("Location")
        moved = f" and sends to {to[:200]}; give that address if you trust it" if to else ""
        raise UnreachableError(f"{address} answers {answer.status}{moved}")
    if (packing := answer.headers.get("Content-Encoding", "")) not in PACKINGS:
        raise UnreachableError(f"{address} is packed as nobody asked for: {packing[:40]}")


def _body(address: str, answer: BaseHTTPResponse, limit: int) -> bytes:
    """Unpacked piece by piece, so that a few bytes cannot swell into many."""
    body = bytearray()
    while piece := answer.read1(PIECE):
        body += piece
        if len(body) > limit:
            raise TooLongError(f"{address} is longer than the {limit} bytes it may have")
    return bytes(body)


# --- an end to every answer: sockets only bound the time between two bytes


class _Deadline:
    """When it passes, the connection that this thread waits for is cut."""

    current = local()

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._seconds = seconds
        self._socket: socket.socket | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        timer = Timer(self._seconds, self._cut)
        timer.daemon = True
        self.current.deadline = self
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def watch(self, connection: socket.socket) -> None:
        self._socket = connection

    def _cut(self) -> None:
        self.passed = True
        if self._socket is not None:
            with suppress(OSError):
                # The plain one: that of TLS would let the reader go on in the clear.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    def getresponse(self) -> Any:
        _Deadline.current.deadline.watch(self.sock)
        return super().getresponse()


class _SecureConnection(HTTPSConnection):
    def getresponse(self) -> Any:
        _Deadline.current.deadline.watch(self.sock)
        return super().getresponse()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
