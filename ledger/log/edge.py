"""The right edge of a growing tree: all that must be kept to add to it and to know its root."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from ledger.log.hashing import EMPTY, HASH_BYTES, node_hash
from ledger.log.tiles import HEIGHT, WIDTH, Span, Tile, full_root, hashes_of

FULL = WIDTH * HASH_BYTES


@dataclass(frozen=True, slots=True)
class Edge:
    """`partial` holds, from level 0 up, each level's last tile while it is not full."""

    size: int = 0
    partial: tuple[bytes, ...] = ()

    def grown(self, hashes: Sequence[bytes]) -> tuple[Edge, dict[Tile, bytes]]:
        """The edge with further leaf hashes, and every tile that is new or wider than before."""
        tiles, partial, added = dict[Tile, bytes](), list[bytes](), list(hashes)
        level, before = 0, self.size
        while added or level < len(self.partial):
            kept = self.partial[level] if level < len(self.partial) else b""
            row = kept + b"".join(added)
            cut = _cut(level, before // WIDTH, row) if added else {}
            tiles |= cut
            added = [full_root(hashes_of(tile)) for tile in cut.values() if len(tile) == FULL]
            partial.append(row[len(row) - len(row) % FULL :])
            level, before = level + 1, before >> HEIGHT
        return Edge(self.size + len(hashes), tuple(partial)), tiles

    def tile(self, tile: Tile) -> bytes | None:
        """The bytes of one of the last tiles; None for another."""
        level, (n, width) = tile
        row = self.partial[level] if level < len(self.partial) else b""
        last = self.size >> (HEIGHT * (level + 1)) == n
        return row if last and len(row) == width * HASH_BYTES else None

    def tiles(self) -> dict[Tile, bytes]:
        """Every last tile that is not full."""
        return {
            Tile(level, Span(self.size >> (HEIGHT * (level + 1)), len(row) // HASH_BYTES)): row
            for level, row in enumerate(self.partial)
            if row
        }

    def root(self) -> bytes:
        """The root of the tree, from its full subtrees alone."""
        peaks = [peak for row in reversed(self.partial) for peak in _peaks(hashes_of(row))]
        return (
            reduce(lambda right, left: node_hash(left, right), reversed(peaks)) if peaks else EMPTY
        )


def edge_of(size: int, read: Callable[[Tile], bytes]) -> Edge:
    """The edge of a tree that lies in tiles."""
    partial = list[bytes]()
    while count := size >> (HEIGHT * len(partial)):
        width = count % WIDTH
        tile = Tile(len(partial), Span(count // WIDTH, width))
        partial.append(read(tile) if width else b"")
    return Edge(size, tuple(partial))


def _cut(level: int, first: int, row: bytes) -> dict[Tile, bytes]:
    pieces = [row[at : at + FULL] for at in range(0, len(row), FULL)]
    return {
        Tile(level, Span(first + ahead, len(piece) // HASH_BYTES)): piece
        for ahead, piece in enumerate(pieces)
    }


def _peaks(hashes: list[bytes]) -> Iterable[bytes]:
    """The roots of the full subtrees that an incomplete row of hashes falls into, widest first."""
    at = 0
    for height in reversed(range(HEIGHT)):
        if len(hashes) & (width := 1 << height):
            yield full_root(hashes[at : at + width])
            at += width
