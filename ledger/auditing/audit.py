"""The full audit: every leaf, tile and part of a log against its signed root.

Nothing is believed that can be computed. What is left to believe is the key, and that the same
root was shown to everybody; witnesses and a checkpoint kept from last time are against the second.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import orjson

from ledger.archive.checking import Checker
from ledger.auditing.places import Place
from ledger.errors import DamagedError, LedgerError
from ledger.facts.fact import StreamId
from ledger.log.bundles import unpack
from ledger.log.checkpoints import Checkpoint
from ledger.log.edge import Edge
from ledger.log.hashing import HASH_BYTES, leaf_hash
from ledger.log.tiles import Span, Tile, hashes_of, spans, tiles_of
from ledger.store.port import Entry, Part

AHEAD: Final = 8
"""Bundles that are fetched while one is checked."""
THREADS: Final = 4
_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)

Progress = Callable[[int], None]


class LieError(LedgerError):
    """Something in the log is not what was published; the message says what, in plain words."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What was found whole."""

    facts: int
    parts: int
    redacted: int


def audit(place: Place, signed: Checkpoint, since: Checkpoint | None, told: Progress) -> Audited:
    """Read all of it; raise LieError, MissingError, UnreachableError. `told` hears the position.

    `since` is a checkpoint kept from earlier, with which the log must begin.
    """
    with Auditor(place, since) as auditor:
        for piece in pieces(place, signed.size):
            auditor.take(piece)
            told(auditor.edge.size)
        return auditor.end(signed)


class Piece(NamedTuple):
    """Up to 256 facts as they are served: entry bundle, tile of leaf hashes, lines of parts."""

    span: Span
    entries: bytes
    hashes: bytes
    parts: bytes


def pieces(place: Place, size: int) -> Iterator[Piece]:
    """In order, some read ahead."""

    def read(span: Span) -> Piece:
        kinds = ("entries", "0", "parts")
        return Piece(span, *(place.read(f"tile/{kind}/{span.path}") for kind in kinds))

    with ThreadPoolExecutor(THREADS) as pool:
        left = spans(size)
        waiting = deque(pool.submit(read, span) for span in islice(left, AHEAD))
        while waiting:
            piece = waiting.popleft().result()
            waiting.extend(pool.submit(read, span) for span in islice(left, 1))
            yield piece


class Auditor:
    """Takes a log piece by piece, from its first fact on."""

    def __init__(self, place: Place, since: Checkpoint | None) -> None:
        self.edge = Edge()
        self._place, self._since = place, since
        self._checker = Checker()
        self._upper = dict[Tile, bytes]()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._checker.__exit__(kind, error, trace)

    def take(self, piece: Piece) -> None:
        """Hold every fact of it to its hash, its parts, its neighbours and its stream."""
        leaves = _entries_of(piece)
        parts = _parts_of(piece)
        for index, (leaf, hashed) in enumerate(zip(leaves, hashes_of(piece.hashes), strict=True)):
            position = piece.span.start + index + 1
            if leaf_hash(leaf) != hashed:
                raise LieError(
                    f"fact {position} was changed after it was published: its bytes no longer have "
                    "the hash that stands in the tree"
                )
            self._hold(_entry(position, leaf, hashed, parts.get(position, {})))
        self._grow(hashes_of(piece.hashes))

    def _hold(self, entry: Entry) -> None:
        try:
            self._checker.fact(entry)
        except DamagedError as error:
            raise LieError(str(error)) from error

    def _grow(self, hashes: list[bytes]) -> None:
        """With a stop at the size of the checkpoint that was kept, to compare the two roots."""
        if self._since is not None and 0 < (ahead := self._since.size - self.edge.size) < len(
            hashes
        ):
            self._grow(hashes[:ahead])
            hashes = hashes[ahead:]
        self.edge, changed = self.edge.grown(hashes)
        self._upper |= {tile: row for tile, row in changed.items() if tile.level}
        if self._since is not None and self._since.size == self.edge.size:
            _refuse_rewritten(self._since, self.edge.root())

    def end(self, signed: Checkpoint) -> Audited:
        """There is no further fact: hold the whole to the root that was signed."""
        if self.edge.root() != signed.root:
            raise LieError(
                f"the {signed.size} facts do not add up to the root that was signed: something was "
                "changed, left out or put in"
            )
        if self._since is not None and signed.size < self._since.size:
            raise LieError(
                f"the log ends at fact {signed.size}; the checkpoint that you kept goes to fact "
                f"{self._since.size}: facts that were published are gone"
            )
        self._hold_upper(signed.size)
        try:
            self._checker.facts_end()
        except DamagedError as error:
            raise LieError(str(error)) from error
        return Audited(signed.size, self._checker.parts, self._checker.redacted)

    def _hold_upper(self, size: int) -> None:
        """The tiles above the leaves are those that the leaves make."""
        for tile in tiles_of(size):
            if tile.level and self._place.read(f"tile/{tile.path}") != self._upper[tile]:
                raise LieError(
                    f"the hashes in tile {tile.path} are not those of the facts below it"
                )


def _refuse_rewritten(since: Checkpoint, root: bytes) -> None:
    if since.root != root:
        raise LieError(
            f"history was rewritten: the first {since.size} facts are not those that you saw when "
            "you kept your checkpoint"
        )


def _entries_of(piece: Piece) -> list[bytes]:
    try:
        entries = unpack(piece.entries)
    except ValueError as error:
        raise LieError(f"tile/entries/{piece.span.path} cannot be read: {error}") from error
    if len(entries) != piece.span.width or len(piece.hashes) != piece.span.width * HASH_BYTES:
        raise LieError(f"tile/entries/{piece.span.path} does not hold as many facts as it must")
    return entries


def _parts_of(piece: Piece) -> Mapping[int, Mapping[str, Part]]:
    """Position → name → part."""
    try:
        lines = [orjson.loads(line) for line in piece.parts.splitlines()]
        return {
            line["position"]: {part["name"]: _part(part) for part in line["parts"]}
            for line in lines
        }
    except _UNREADABLE as error:
        raise LieError(f"tile/parts/{piece.span.path} cannot be read: {error!r}") from error


def _part(told: Mapping[str, str]) -> Part:
    return Part(told["name"], bytes.fromhex(told["salt"]), told["content"].encode())


def _entry(position: int, leaf: bytes, hashed: bytes, parts: Mapping[str, Part]) -> Entry:
    """What the leaf says of itself; a part that is not served must have been redacted."""
    try:
        told: dict[str, Any] = orjson.loads(leaf)
        bound = [parts.get(name, Part(name, None, None)) for name in told["parts"]]
        strange = [part for name, part in parts.items() if name not in told["parts"]]
        return Entry(
            position,
            told["at"],
            told["id"],
            StreamId(told["stream"]),
            told["ver"],
            told["type"],
            leaf,
            hashed,
            (*bound, *strange),
        )
    except _UNREADABLE as error:
        raise LieError(f"the bytes of fact {position} cannot be read: {error!r}") from error
