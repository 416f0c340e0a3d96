"""Checkpoints: what a log signs (C2SP tlog-checkpoint)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.log.hashing import HASH_BYTES
from ledger.log.notes import Note, NoteError, decode, encode, parse_note

LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log named `origin` has `size` entries, under this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """The first three lines of a note; extensions are let pass. Raise NoteError."""
    *lines, end = text.split("\n")
    if len(lines) < LINES or not all(lines) or end:
        raise NoteError("a checkpoint is three lines: origin, size and root")
    origin, size, root = lines[:LINES]
    if not (size.isascii() and size.isdecimal()) or str(int(size[:20])) != size:
        raise NoteError(f"{size[:30]!r} is no size of a log")
    raw = decode(root, "the root")
    if len(raw) != HASH_BYTES:
        raise NoteError(f"the root has {len(raw)} bytes, not {HASH_BYTES}")
    return Checkpoint(origin, int(size), raw)


def read_checkpoint(told: bytes) -> tuple[Note, Checkpoint]:
    """A signed checkpoint, whose signatures nobody has looked at yet; raise NoteError."""
    note = parse_note(told)
    return note, parse_checkpoint(note.text)
