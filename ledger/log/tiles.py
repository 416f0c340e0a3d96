"""Tiles: how a tree is cut into files that never change (C2SP tlog-tiles).

A tile of level 0 holds up to 256 leaf hashes, one of level 1 the roots of up to 256 full tiles of
level 0, and so on. A partial tile is a prefix of the full one.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ledger.log.hashing import HASH_BYTES, node_hash

WIDTH: Final = 256
HEIGHT: Final = 8
LEVELS: Final = 64

_PLACE: Final = re.compile(r"((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)
_GROUP: Final = 1000
_LONGEST: Final = 28  # characters of an index below 2^63 that is written in groups


class Span(NamedTuple):
    """`width` consecutive things from `n * 256` on: hashes of a level, or entries of a bundle."""

    n: int
    width: int = WIDTH

    @property
    def start(self) -> int:
        return self.n * WIDTH

    @property
    def path(self) -> str:
        """As in an address: `x001/x234/067`, or `x001/x234/067.p/5`."""
        groups = [f"{self.n % _GROUP:03}"]
        rest = self.n // _GROUP
        while rest:
            groups.insert(0, f"x{rest % _GROUP:03}")
            rest //= _GROUP
        return "/".join(groups) + ("" if self.width == WIDTH else f".p/{self.width}")


class Tile(NamedTuple):
    """A place in the tree; `level` counts in steps of 256."""

    level: int
    span: Span

    @property
    def path(self) -> str:
        return f"{self.level}/{self.span.path}"

    @property
    def full(self) -> bool:
        """Whether it is as wide as a tile gets."""
        return self.span.width == WIDTH


def parse_span(path: str) -> Span:
    """The reverse of `Span.path`; raise ValueError for any other spelling of it."""
    found = _PLACE.fullmatch(path) if len(path) <= _LONGEST + 6 else None
    if found is None:
        raise ValueError(f"{path!r} is no place of a tile, such as x001/234 or x001/234.p/5")
    span = Span(int(re.sub("[x/]", "", found[1])), int(found[2] or WIDTH))
    if span.path != path:
        raise ValueError(f"{path!r} is written {span.path}")
    return span


def hashes_of(tile: bytes) -> list[bytes]:
    """The hashes side by side in a tile's bytes."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def spans(count: int, first: int = 0) -> Iterator[Span]:
    """Every span of a sequence from the `first` on, the last one partial if it has to be."""
    for n in range(first, count // WIDTH):
        yield Span(n)
    if rest := count % WIDTH:
        yield Span(count // WIDTH, rest)


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a tree, level by level."""
    for level in range(LEVELS):
        count = size >> (HEIGHT * level)
        if not count:
            return
        for span in spans(count):
            yield Tile(level, span)


def rows_of(hashes: list[bytes]) -> list[list[bytes]]:
    """Every full subtree over hashes side by side: row h holds those of 2^h of them, in order."""
    rows = [hashes]
    while len(rows[-1]) > 1:
        below = iter(rows[-1])
        rows.append([node_hash(left, right) for left, right in zip(below, below, strict=False)])
    return rows


def full_root(hashes: list[bytes]) -> bytes:
    """The root over hashes whose number is a power of two."""
    return rows_of(hashes)[-1][0]
