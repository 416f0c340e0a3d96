"""Facts as JSON Lines: what a verifier needs to check each of them again, years from now.

A line holds the leaf as it was hashed and the parts that it binds; a part that was redacted is
absent. `leaf_hash` is SHA-256(0x00 ‖ leaf). For each part the leaf's `c` is HMAC-SHA256 with the
part's salt as key over "commitment-ledger/part/v1", a zero byte and the content; all in UTF-8.

History is cut into parts of 10,000 facts. A full one never changes, unless words in it are
redacted, so that the next dataset takes it over as it is; only the tail is written anew.
"""

import gzip
import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from api.exporting.files import File, Making, sha256_of
from ledger.store.port import Entry, Part, Store

PER_PART: Final = 10_000
PER_READ: Final = 500
LEVEL: Final = 6
MEDIA: Final = "application/gzip"

Told = Callable[[int], None]


def line(entry: Entry) -> bytes:
    """One fact, with the end of its line."""
    told = {
        "position": entry.position,
        "leaf": entry.leaf.decode(),
        "leaf_hash": entry.leaf_hash.hex(),
        "parts": parts_of(entry),
    }
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def parts_of(entry: Entry) -> list[dict[str, str]]:
    """Each part with the salt, in hex, that its commitment is checked by; not what was redacted."""
    return [_part(part, part.salt, part.content) for part in entry.parts if part.salt]


def _part(part: Part, salt: bytes | None, content: bytes | None) -> dict[str, str]:
    return {"name": part.name, "salt": (salt or b"").hex(), "content": (content or b"").decode()}


@dataclass(frozen=True, slots=True)
class Span:
    """The facts from `first` to `last`; full ones are sealed."""

    first: int
    last: int

    @property
    def sealed(self) -> bool:
        return self.last - self.first + 1 == PER_PART

    @property
    def path(self) -> str:
        end = f"{self.last:09}" if self.sealed else "tail"
        return f"facts/{self.first:09}-{end}.jsonl.gz"


def spans(position: int) -> Iterator[Span]:
    """How the history up to a position is cut."""
    for first in range(1, position + 1, PER_PART):
        yield Span(first, min(position, first + PER_PART - 1))


@dataclass(frozen=True, slots=True)
class Earlier:
    """A dataset made before: its folder, its sealed parts by path, and what was redacted since."""

    folder: Path
    sealed: dict[str, File]
    redacted: Collection[int]

    def part(self, span: Span, leaf: str) -> File | None:
        """The part, if it is of this history, holds no redacted fact, and has not rotted."""
        file = self.sealed.get(span.path)
        touched = any(span.first <= position <= span.last for position in self.redacted)
        if file is None or touched or file.sealed != leaf:
            return None
        place = self.folder / file.path
        return file if place.is_file() and sha256_of(place) == file.sha256 else None


def write_facts(making: Making, store: Store, earlier: Earlier | None, told: Told) -> None:
    """Every fact up to the edition's position; `told` hears how many are written."""
    for span in spans(making.edition.position):
        leaf = _leaf(store, span.last) if span.sealed else None
        kept = earlier.part(span, leaf) if earlier is not None and leaf is not None else None
        if kept is not None and earlier is not None:
            _take_over(making, earlier, kept)
        else:
            _write(making, store, span, leaf)
        told(span.last)


def _leaf(store: Store, position: int) -> str:
    (entry,) = store.entries(after=position - 1, limit=1)
    return entry.leaf_hash.hex()


def _take_over(making: Making, earlier: Earlier, kept: File) -> None:
    """A second name for the same bytes: nothing is copied."""
    os.link(earlier.folder / kept.path, making.place(kept.path))
    making.files.append(kept)


def _write(making: Making, store: Store, span: Span, leaf: str | None) -> None:
    sentence = f"Facts {span.first} to {span.last}, as stored."
    with (
        making.file(span.path, MEDIA, sentence, sealed=leaf) as file,
        gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed,
    ):
        for entry in _entries(store, span):
            packed.write(line(entry))


def _entries(store: Store, span: Span) -> Iterator[Entry]:
    after = span.first - 1
    while after < span.last:
        entries = store.entries(after=after, limit=min(PER_READ, span.last - after))
        yield from entries
        after = entries[-1].position
