"""A published log as files in a folder: the layout that is served, so that it can be served again.

What lies beyond the folder's checkpoint is no part of the log yet.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ledger.auditing.audit import Upper
from ledger.auditing.files import replace_file
from ledger.auditing.history import Ordered
from ledger.auditing.lines import part_line, read_part_line
from ledger.auditing.pieces import LARGEST, Piece
from ledger.auditing.places import Folder
from ledger.log.bundles import ENTRY_LIMIT, pack, unpack
from ledger.log.leaves import bound_parts, read_leaf
from ledger.log.tiles import WIDTH, Span

KINDS: Final = ("entries", "0", "parts")


def write_piece(folder: Path, piece: Piece) -> None:
    """A whole piece, which begins where a span does."""
    span = Span(piece.start // WIDTH, len(piece.leaves))
    parts = (part_line(piece.start + number, each) for number, each in enumerate(piece.parts, 1))
    _put(folder, "entries", span, pack(piece.leaves))
    _put(folder, "0", span, b"".join(piece.hashes))
    _put(folder, "parts", span, b"".join(parts))


def write_upper(folder: Path, upper: Upper, size: int) -> None:
    """The tiles above the leaves, for a tree of this size."""
    for tile, row in upper.of(size):
        place = folder / f"tile/{tile.path}"
        if not place.is_file() or place.read_bytes() != row:
            _put(folder, str(tile.level), tile.span, row)
        if tile.span.width == WIDTH:
            shutil.rmtree(place.with_name(f"{place.name}.p"), ignore_errors=True)


def drop_partial(folder: Path, before: int, size: int) -> None:
    """Partial files of the span that `before` facts ended in, once it is full."""
    n = before // WIDTH
    if size // WIDTH > n:
        for kind in KINDS:
            shutil.rmtree(folder / f"tile/{kind}/{Span(n).path}.p", ignore_errors=True)


def drop_beyond(folder: Path, size: int) -> None:
    """Full spans of facts that no checkpoint covers."""
    n = size // WIDTH
    while any(_drop(folder, kind, Span(n)) for kind in KINDS):
        n += 1


def _drop(folder: Path, kind: str, span: Span) -> bool:
    place = folder / f"tile/{kind}/{span.path}"
    found = place.is_file()
    place.unlink(missing_ok=True)
    return found


def withhold(folder: Path, orders: Iterable[Ordered]) -> Iterator[Ordered]:
    """Take away the words that facts order away, wherever they lie in the folder.

    Answers the orders that name what their leaf names.
    """
    for order in orders:
        (position, name), told, _ = order
        if _bound(folder, position, name) == told:
            for place in _files(folder, "parts", (position - 1) // WIDTH):
                _without(place, position, name)
            yield order


def _bound(folder: Path, position: int, name: str) -> str | None:
    """The commitment that a leaf in the folder names."""
    index, limit = position - 1, WIDTH * (2 + ENTRY_LIMIT)
    for place in _files(folder, "entries", index // WIDTH):
        leaves = unpack(Folder(folder).read(str(place.relative_to(folder)), limit))
        if index % WIDTH < len(leaves):
            bound = bound_parts(read_leaf(leaves[index % WIDTH])).get(name)
            return bound and bound.commitment
    return None


def _files(folder: Path, kind: str, n: int) -> Iterator[Path]:
    """The full file of a span and the partial ones, those that are there."""
    full = folder / f"tile/{kind}/{Span(n).path}"
    if full.is_file():
        yield full
    if (partial := full.with_name(f"{full.name}.p")).is_dir():
        yield from sorted(partial.iterdir(), key=lambda each: -int(each.name))


def _without(place: Path, position: int, name: str) -> None:
    lines = Folder(place.parent).read(place.name, LARGEST).splitlines(keepends=True)
    index = (position - 1) % WIDTH
    if index >= len(lines):
        return
    _, parts = read_part_line(lines[index])
    if parts.pop(name, None) is not None:
        lines[index] = part_line(position, parts)
        replace_file(place, b"".join(lines))


def _put(folder: Path, kind: str, span: Span, content: bytes) -> None:
    place = folder / f"tile/{kind}/{span.path}"
    place.parent.mkdir(parents=True, exist_ok=True)
    replace_file(place, content)
