"""Asks one witness over HTTP (C2SP tlog-witness), and waits no longer than it is told to."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from time import monotonic
from typing import Final

from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError, ResponseError
from urllib3.exceptions import TimeoutError as HTTPTimeoutError

from ledger.log.notes import NoteError, Signature, parse_signatures
from ledger.log.submissions import Submission, parse_size

LONGEST: Final = 1 << 17
PIECE: Final = 1 << 14
HEADERS: Final = {"User-Agent": "commitments"}
SENTENCE: Final = 200
LATE: Final = "did not answer within a second"
MEANINGS: Final = {403: "does not know the key of this log", 404: "does not know this log"}
SIZE: Final = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Lines:
    """Signature lines, which nobody has checked yet."""

    lines: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The witness cosigned a checkpoint of this size last."""

    size: int


@dataclass(frozen=True, slots=True)
class Disbelief:
    """The witness says that the checkpoint does not continue what it has seen."""

    why: str


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer, or one that says nothing about the log."""

    why: str


Answer = Lines | Elsewhere | Disbelief | Silence


class Client:
    """Blocking; one thread at a time. Keeps its connection; neither retries nor is redirected."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._pool = PoolManager(maxsize=1, headers=HEADERS, retries=False)

    def submit(self, submission: Submission, until: float) -> Answer:
        """Ask for a cosignature; `until` is of the monotonic clock."""
        body = str(submission).encode()
        try:
            answer, told = self._request("POST", f"{self._url}/add-checkpoint", body, until)
        except (TimeoutError, HTTPTimeoutError):
            return Silence(LATE)
        except HTTPError as error:
            return Silence(f"cannot be reached ({type(error).__name__})")
        return _meant(answer.status, answer.headers.get("Content-Type", ""), told)

    def latest(self, origin: str, until: float) -> bytes | None:
        """The newest checkpoint that it cosigned of a log, if it shows it."""
        place = f"{self._url}/{sha256(origin.encode()).hexdigest()}/checkpoint"
        try:
            answer, told = self._request("GET", place, None, until)
        except (HTTPError, TimeoutError):
            return None
        return told if answer.status == HTTPStatus.OK else None

    def _request(
        self, method: str, url: str, body: bytes | None, until: float
    ) -> tuple[BaseHTTPResponse, bytes]:
        answer = self._pool.request(
            method,
            url,
            body=body,
            timeout=Timeout(total=_left(until)),
            preload_content=False,
        )
        try:
            told = _read(answer, until)
        except BaseException:
            answer.close()
            raise
        answer.release_conn()
        return answer, told

    def close(self) -> None:
        """Let go of the connection."""
        self._pool.clear()


def _left(until: float) -> float:
    """Raise TimeoutError where no time is left."""
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(answer: BaseHTTPResponse, until: float) -> bytes:
    """Piece by piece, so that a witness that drips does not hold anybody up."""
    told = bytearray()
    while piece := answer.read1(PIECE):
        told += piece
        if len(told) > LONGEST:
            raise ResponseError("longer than any answer")
        _left(until)
    return bytes(told)


def _meant(status: int, kind: str, told: bytes) -> Answer:
    try:
        if status == HTTPStatus.OK:
            return Lines(parse_signatures(told.decode()))
        if status == HTTPStatus.CONFLICT and kind.partition(";")[0] == SIZE:
            return Elsewhere(parse_size(told.decode().removesuffix("\n")))
    except (NoteError, UnicodeDecodeError):
        return Silence("answers what is no answer")
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return Disbelief(told[:SENTENCE].decode(errors="replace").strip())
    return Silence(MEANINGS.get(status, f"answers {status}"))
