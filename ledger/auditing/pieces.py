"""A published log in order, up to 256 facts at once, read ahead of whoever checks them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import Final, NamedTuple, Protocol

from ledger.auditing.lies import LieError
from ledger.auditing.lines import read_part_line
from ledger.auditing.places import MissingError, Place, TooLongError
from ledger.log.bundles import ENTRY_LIMIT, unpack
from ledger.log.hashing import HASH_BYTES
from ledger.log.leaves import Salted
from ledger.log.tiles import WIDTH, Span, hashes_of, spans

AHEAD: Final = 8
"""Pieces that are fetched while one is checked."""
THREADS: Final = 4
LARGE: Final = 8 << 20
"""Bytes of parts, above which they are read when it is their turn, and not before."""
LARGEST: Final = 512 << 20
SWELLING: Final = 6
"""Bytes of JSON for a byte of text at the most."""
PART_FRAME: Final = 256
"""Bytes of JSON around a part at the most, its salt among them."""
_SIZES: Final = re.compile(rb'"n":(\d{1,15})[,}]')
UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)


class Piece(NamedTuple):
    """Facts after the first `start`: as the log tells them, and nothing of it is believed."""

    start: int
    leaves: Sequence[bytes]
    hashes: Sequence[bytes]
    parts: Sequence[Mapping[str, Salted]]

    def without(self, position: int, name: str) -> Piece:
        """The same, but for a part, if it is here."""
        index = position - self.start - 1
        if not 0 <= index < len(self.parts):
            return self
        parts = list(self.parts)
        parts[index] = {each: part for each, part in parts[index].items() if each != name}
        return self._replace(parts=parts)

    def after(self, position: int) -> Piece:
        """Without the facts up to a position."""
        known = max(0, position - self.start)
        return Piece(
            self.start + known, self.leaves[known:], self.hashes[known:], self.parts[known:]
        )


class Source(Protocol):
    """Where facts come from in order."""

    def pieces(self, after: int, size: int) -> Iterator[Piece]:
        """Every fact up to `size`, from a piece on that holds the one after `after`."""


class Tiles:
    """The layout that a ledger serves: C2SP's tiles and entry bundles, parts beside them."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def pieces(self, after: int, size: int) -> Iterator[Piece]:
        """Raise LieError, MissingError, UnreachableError."""
        wanted = (span for span in spans(size, after // WIDTH))
        return (raw.piece() for raw in _ahead(wanted, self._fetched))

    def _fetched(self, span: Span) -> _Raw:
        entries = fetch(self._place, "entries", span, span.width * (2 + ENTRY_LIMIT))
        hashes = fetch(self._place, "0", span, span.width * HASH_BYTES)
        raw = _Raw(self._place, span, _leaves(span, entries), _hashes(span, hashes))
        with suppress(TooLongError):
            return raw.with_parts(LARGE)
        return raw


def fetch(place: Place, kind: str, span: Span, limit: int) -> bytes:
    """A file; where the log has grown past a partial one and dropped it, the full one.

    Raise MissingError, UnreachableError.
    """
    try:
        return place.read(f"tile/{kind}/{span.path}", limit)
    except MissingError:
        if span.width == WIDTH:
            raise
        return _cut(kind, place.read(f"tile/{kind}/{Span(span.n).path}", limit * WIDTH), span)


def _cut(kind: str, full: bytes, span: Span) -> bytes:
    match kind:
        case "entries":
            end = sum(2 + len(entry) for entry in unpack(full)[: span.width])
            return full[:end]
        case "parts":
            return b"".join(full.splitlines(keepends=True)[: span.width])
        case _:
            return full[: span.width * HASH_BYTES]


class _Raw(NamedTuple):
    """A piece on its way: parts are None as long as they are not read."""

    place: Place
    span: Span
    leaves: list[bytes]
    hashes: list[bytes]
    parts: bytes | None = None

    def with_parts(self, limit: int) -> _Raw:
        return self._replace(parts=fetch(self.place, "parts", self.span, limit))

    def piece(self) -> Piece:
        raw = self if self.parts is not None else self.with_parts(self._largest())
        told = _parts(self.span, raw.parts or b"")
        return Piece(self.span.start, self.leaves, self.hashes, told)

    def _largest(self) -> int:
        """What the leaves say that parts hold bounds what they may be as JSON."""
        sizes = [int(size) for leaf in self.leaves for size in _SIZES.findall(leaf)]
        told = SWELLING * sum(sizes) + PART_FRAME * (len(sizes) + self.span.width)
        return min(LARGEST, max(LARGE, told))


def _leaves(span: Span, told: bytes) -> list[bytes]:
    path = f"tile/entries/{span.path}"
    try:
        leaves = unpack(told)
    except ValueError as error:
        raise LieError(f"{path} cannot be read: {error}") from error
    if len(leaves) != span.width:
        raise LieError(
            f"the log was cut: {path} holds {len(leaves)} facts and must hold {span.width}"
        )
    return leaves


def _hashes(span: Span, told: bytes) -> list[bytes]:
    if len(told) != span.width * HASH_BYTES:
        raise LieError(f"tile/0/{span.path} does not hold {span.width} hashes")
    return hashes_of(told)


def _parts(span: Span, told: bytes) -> list[dict[str, Salted]]:
    """A line for each fact, in order."""
    path, parts = f"tile/parts/{span.path}", list[dict[str, Salted]]()
    try:
        for line in told.split(b"\n")[:-1]:
            position, found = read_part_line(line)
            parts.append(found)
            if position != span.start + len(parts):
                raise ValueError(f"line {len(parts)} is of fact {position!r}")
    except UNREADABLE as error:
        raise LieError(f"{path} cannot be read: {error}") from error
    if len(parts) != span.width:
        raise LieError(f"{path} tells of {len(parts)} facts and must tell of {span.width}")
    return parts


def _ahead(wanted: Iterator[Span], read: Callable[[Span], _Raw]) -> Iterator[_Raw]:
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = deque(pool.submit(read, span) for span in islice(wanted, AHEAD))
        try:
            while waiting:
                raw = waiting.popleft().result()
                waiting.extend(pool.submit(read, span) for span in islice(wanted, 1))
                yield raw
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
