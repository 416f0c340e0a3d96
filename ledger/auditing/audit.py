"""The full audit: every leaf, tile and part of a log against its signed root.

Nothing is believed that can be computed. What is left to believe is the key, and that the same
root was shown to everybody; witnesses and a checkpoint kept from last time are against the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from ledger.auditing.history import History, Ordered, leaf_of
from ledger.auditing.lies import LieError
from ledger.auditing.pieces import Piece, Source, Tiles, fetch
from ledger.auditing.places import MissingError, Place, TooLongError
from ledger.errors import DamagedError
from ledger.log.checkpoints import Checkpoint
from ledger.log.edge import Edge
from ledger.log.hashing import EMPTY, HASH_BYTES, leaf_hash
from ledger.log.tiles import Tile, tiles_of

__all__ = ["Audited", "Auditor", "LieError", "audit"]

LATER: Final = 5
"""Newer checkpoints that are asked for, while words are gone and nothing says why."""

Progress = Callable[[int], None]
Newer = Callable[[Checkpoint], Checkpoint]
"""Waits a little for a checkpoint of the same log that goes further; answers the newest."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What was found whole, up to which checkpoint."""

    facts: int
    parts: int
    redacted: int
    signed: Checkpoint


def audit(
    place: Place,
    signed: Checkpoint,
    since: Checkpoint | None,
    told: Progress,
    newer: Newer = lambda signed: signed,
) -> Audited:
    """Read all of it; raise LieError, MissingError, UnreachableError. `told` hears the position.

    `since` is a checkpoint kept from earlier, with which the log must begin. Words that go while
    they are read are accounted for by a fact that only a `newer` checkpoint covers.
    """
    refuse_shrunk(signed, since)
    with Auditor(since, signed.origin) as auditor:
        read_up_to(auditor, Tiles(place), signed, told)
        for _ in range(LATER):
            if not auditor.history.withheld:
                break
            following = newer(signed)
            refuse_shrunk(following, signed)
            read_up_to(auditor, Tiles(place), following, told)
            signed = following
        auditor.upper.hold(place, signed.size)
        return auditor.end(signed)


def read_up_to(auditor: Auditor, source: Source, signed: Checkpoint, told: Progress) -> None:
    """Take the facts that a checkpoint covers, and hold them all to its root."""
    try:
        for piece in source.pieces(auditor.edge.size, signed.size):
            auditor.take(piece.after(auditor.edge.size))
            told(auditor.edge.size)
    except TooLongError as error:
        raise LieError(str(error)) from error
    except MissingError as error:
        raise MissingError(
            f"the log was cut: its checkpoint counts {signed.size} facts, and {error}"
        ) from error
    auditor.hold_root(signed)


def refuse_shrunk(signed: Checkpoint, since: Checkpoint | None) -> None:
    """Raise LieError if a checkpoint contradicts one kept from earlier, as far as both show.

    A log whose key was lost goes on under another name, over the same facts: roots tell.
    """
    if since is None:
        return
    if signed.size < since.size:
        raise LieError(
            f"the log ends at fact {signed.size}; the checkpoint that you kept goes to fact "
            f"{since.size}: facts that were published are gone"
        )
    if (signed.size == since.size and signed.root != since.root) or (
        since.size == 0 and since.root != EMPTY
    ):
        raise _rewritten(since, signed.origin)


class Auditor:
    """Takes a log piece by piece, from its first fact on."""

    def __init__(self, since: Checkpoint | None = None, origin: str = "") -> None:
        self.edge = Edge()
        self.history = History("published")
        self.upper = Upper()
        self._origin, self._since = origin, since

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave nothing behind."""
        self.history.tips.close()

    def expect(self, since: Checkpoint | None) -> None:
        """Stop at this size on the way, and compare the root."""
        self._since = since

    def take(self, piece: Piece) -> list[Ordered]:
        """Hold every fact of it to its hash, its parts, its neighbours and its stream.

        Answers what its facts order away. Raise LieError.
        """
        found = list[Ordered]()
        fact, position = self.history.fact, piece.start
        try:
            for leaf, hashed, parts in zip(piece.leaves, piece.hashes, piece.parts, strict=True):
                position += 1
                if leaf_hash(leaf) != hashed:
                    raise LieError(_not_its_hash(position, leaf, piece))
                ordered = fact(leaf_of(position, leaf), hashed, parts)
                if ordered is not None:
                    found.append(ordered)
        except DamagedError as error:
            raise LieError(str(error)) from error
        self._grow(list(piece.hashes))
        return found

    def _grow(self, hashes: list[bytes]) -> None:
        """With a stop at the size of the checkpoint that was kept, to compare the two roots."""
        ahead = self._since.size - self.edge.size if self._since is not None else 0
        if 0 < ahead < len(hashes):
            self._grow(hashes[:ahead])
            hashes = hashes[ahead:]
        self.edge, changed = self.edge.grown(hashes)
        self.upper.add(changed)
        since = self._since
        if since and since.size == self.edge.size and since.root != self.edge.root():
            raise _rewritten(since, self._origin)

    def hold_root(self, signed: Checkpoint) -> None:
        """The facts so far are those that were signed; raise LieError."""
        if self.edge.root() != signed.root or self.edge.size != signed.size:
            raise LieError(
                f"the {signed.size} facts do not add up to the root that was signed: something was "
                "changed, left out or put in"
            )

    def end(self, signed: Checkpoint) -> Audited:
        """There is no further fact: what is gone must have been ordered. Raise LieError."""
        try:
            self.history.end()
        except DamagedError as error:
            raise LieError(str(error)) from error
        return Audited(self.history.position, self.history.parts, self.history.redacted, signed)


class Upper:
    """The tiles above the leaves, each as wide as it has become."""

    def __init__(self) -> None:
        self._rows = dict[tuple[int, int], bytes]()

    def add(self, changed: Mapping[Tile, bytes]) -> None:
        """What a growing edge answers."""
        self._rows |= {(level, span.n): row for (level, span), row in changed.items() if level}

    def of(self, size: int) -> Iterator[tuple[Tile, bytes]]:
        """Those of a tree of this size, level by level."""
        for tile in tiles_of(size):
            if tile.level:
                row = self._rows[tile.level, tile.span.n]
                yield tile, row[: tile.span.width * HASH_BYTES]

    def hold(self, place: Place, size: int) -> None:
        """They are what the log serves; raise LieError, MissingError."""
        for tile, row in self.of(size):
            if fetch(place, str(tile.level), tile.span, len(row)) != row:
                raise LieError(
                    f"the hashes in tile/{tile.path} are not those of the facts below it"
                )


def _not_its_hash(position: int, leaf: bytes, piece: Piece) -> str:
    """Which of its neighbours stands here, or that it was changed."""
    hashes = list(piece.hashes)
    if (hashed := leaf_hash(leaf)) in hashes:
        other = piece.start + hashes.index(hashed) + 1
        return f"fact {other} stands in the place of fact {position}: facts were swapped"
    return (
        f"fact {position} was changed after it was published: its bytes no longer have the hash "
        "that stands in the tree"
    )


def _rewritten(since: Checkpoint, origin: str) -> LieError:
    if since.origin != origin:
        return LieError(
            f"this is the log {origin}; the checkpoint that you kept is of {since.origin}, and if "
            "this log is meant to go on from it, history was rewritten: it begins with other facts"
        )
    return LieError(
        f"history was rewritten: the first {since.size} facts are not those that you saw when "
        "you kept your checkpoint"
    )
