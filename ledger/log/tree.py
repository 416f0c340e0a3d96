"""A tree that is read from its tiles: its root and its proofs (RFC 6962, section 2.1)."""

from collections.abc import Callable, Sequence

from ledger.log.hashing import EMPTY, node_hash
from ledger.log.tiles import HEIGHT, WIDTH, Span, Tile, hashes_of, rows_of

ReadTile = Callable[[Tile], bytes]
"""The bytes of a tile, exactly as wide as asked for; raises whatever its source raises."""
Rows = Sequence[Sequence[bytes]]
ReadRows = Callable[[Tile], Rows]
"""The full subtrees over a tile's hashes, as `ledger.log.tiles.rows_of` makes them."""


def rows_from(read: ReadTile) -> ReadRows:
    """Rows made from bytes, once for each tile."""
    made: dict[Tile, Rows] = {}

    def rows(tile: Tile) -> Rows:
        if tile not in made:
            made[tile] = rows_of(hashes_of(read(tile)))
        return made[tile]

    return rows


class Tree:
    """The first `size` leaves. Reads only the tiles that an answer needs."""

    def __init__(self, size: int, rows: ReadRows) -> None:
        self.size = size
        self._rows = rows

    def root(self) -> bytes:
        """The hash that stands for every leaf."""
        return self._range(0, self.size) if self.size else EMPTY

    def inclusion(self, index: int) -> list[bytes]:
        """The audit path of a leaf, from its sibling up; raise IndexError if it is not there."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        path, low, high = list[bytes](), 0, self.size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int) -> list[bytes]:
        """What shows that this tree continues its first `old` leaves; raise IndexError."""
        if not 0 < old <= self.size:
            raise IndexError(old)
        path, low, high = list[bytes](), 0, self.size
        while old != high:
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        if low:
            path.append(self._range(low, high))
        return path[::-1]

    def leaf(self, index: int) -> bytes:
        """The hash of a leaf."""
        return self._node(0, index)

    def _range(self, low: int, high: int) -> bytes:
        count = high - low
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._node(height, low >> height)
        middle = low + _split(count)
        return node_hash(self._range(low, middle), self._range(middle, high))

    def _node(self, height: int, index: int) -> bytes:
        """The root of a full subtree of 2^height leaves, from the tile just below it."""
        level, above = divmod(height, HEIGHT)
        n, inside = divmod(index << above, WIDTH)
        width = min(WIDTH, (self.size >> (HEIGHT * level)) - n * WIDTH)
        return self._rows(Tile(level, Span(n, width)))[above][inside >> above]


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
