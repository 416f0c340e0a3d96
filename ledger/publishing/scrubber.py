"""The scrubber: reads every fact and every tile again, from the first to the last, over and over.

What a start looks at is the end of the log. A bit that turns over in the middle is found here,
before a reader finds it: a tile is made anew from the facts; over a changed fact nothing is signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import structlog

from ledger.archive.checking import hold_alone
from ledger.errors import DamagedError
from ledger.log.edge import Edge
from ledger.log.hashing import HASH_BYTES, leaf_hash
from ledger.log.tiles import WIDTH, Tile
from ledger.publishing.publisher import DAMAGE, LogStoppedError, Publisher, rebuilt
from ledger.publishing.tile_store import MissingTileError
from ledger.store.port import Entry

STATED: Final = "fact {} is not the one that was signed: it was changed in the database. " + DAMAGE

FEW: Final = 16

log = structlog.get_logger()


class Scrubber:
    """`scrubbed` counts facts since the start.

    `damage` says what was found, in this pass or the one before it, that the tree cannot tell:
    words that no longer match their leaf. Those are not signed, so signing goes on.
    """

    def __init__(self) -> None:
        self.scrubbed = 0
        self.damage: str | None = None
        self._found: str | None = None
        self._edge = Edge()

    def step(self, publisher: Publisher) -> bool:
        """Read up to 256 facts again; True at the end of a pass.

        Raise LogStoppedError for a fact that is not the one that was signed, StorageError.
        """
        start, size = self._edge.size, publisher.edge.size
        end = min(start + WIDTH, size)
        hashes = [self._held(each, at) for at, each in enumerate(_few(publisher, start, end), 1)]
        if start + len(hashes) < end:
            raise LogStoppedError(f"fact {start + len(hashes) + 1} is missing. {DAMAGE}")
        edge, made = self._edge.grown(hashes)
        self._compare(publisher, made)
        self._edge = edge
        self.scrubbed += len(hashes)
        return self._edge.size == size and self._end(publisher)

    def _held(self, entry: Entry, turn: int) -> bytes:
        """The hash of a leaf; what stands beside it, and its parts, are looked at, too."""
        position = self._edge.size + turn
        if entry.position != position:
            raise LogStoppedError(f"fact {position} is missing. {DAMAGE}")
        try:
            hold_alone(entry)
        except DamagedError as error:
            self._tell(str(error))
        return leaf_hash(entry.leaf)

    def _tell(self, damage: str) -> None:
        if damage != self.damage and self._found is None:
            log.critical("log.damage", error=damage)
        self._found = self._found or damage
        self.damage = self._found

    def _compare(self, publisher: Publisher, made: Mapping[Tile, bytes]) -> None:
        for tile, row in made.items():
            if self._stored(publisher, tile) != row:
                self._judge(publisher, tile, row)
                return

    def _stored(self, publisher: Publisher, tile: Tile) -> bytes:
        try:
            return publisher.tiles.read(tile)
        except MissingTileError:
            return b""

    def _judge(self, publisher: Publisher, tile: Tile, row: bytes) -> None:
        """Facts and tiles differ: the facts are right if they have the root that was signed."""
        stored = self._stored(publisher, tile)
        try:
            rebuilt(publisher.store, publisher.tiles, publisher.signed)
        except LogStoppedError as error:
            if tile.level or len(stored) != len(row):
                raise
            position = tile.span.start + _first_difference(stored, row) + 1
            raise LogStoppedError(STATED.format(position)) from error
        log.warning("log.tiles_made_anew", damaged=tile.path)

    def _end(self, publisher: Publisher) -> bool:
        if self._edge.root() != publisher.signed.root:
            rebuilt(publisher.store, publisher.tiles, publisher.signed)
        self.damage, self._found, self._edge = self._found, None, Edge()
        return True


def _few(publisher: Publisher, start: int, end: int) -> Iterator[Entry]:
    """A fact can hold a megabyte of archived text, so a few are in memory at a time."""
    for after in range(start, end, FEW):
        yield from publisher.store.entries(after=after, limit=min(FEW, end - after))


def _first_difference(one: bytes, other: bytes) -> int:
    """The number of the first hash in which two tiles differ."""
    starts = range(0, len(one), HASH_BYTES)
    return next(
        at // HASH_BYTES
        for at in starts
        if one[at : at + HASH_BYTES] != other[at : at + HASH_BYTES]
    )
