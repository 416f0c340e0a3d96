"""A proof to keep: one entry is in the log, as a file (C2SP tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.hashing import HASH_BYTES
from ledger.log.notes import Note, NoteError, decode, encode
from ledger.log.proofs import verify_inclusion

FIRST: Final = "c2sp.org/tlog-proof@v1"
SUFFIX: Final = ".tlog-proof"
LONGEST: Final = 63


@dataclass(frozen=True, slots=True)
class TlogProof:
    """`note` is the checkpoint as it was published; `path` leads from the leaf to its root."""

    index: int
    path: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    def __str__(self) -> str:
        lines = [FIRST, f"index {self.index}", *map(encode, self.path)]
        return "\n".join(lines) + f"\n\n{self.note}"

    def verify(self, leaf: bytes) -> None:
        """Hold the leaf with this hash to be where the proof says; raise ProofError.

        Who signed the checkpoint is for the caller to ask.
        """
        tree = self.checkpoint
        verify_inclusion(leaf, self.index, tree.size, tree.root, self.path)


def parse_proof(told: bytes) -> TlogProof:
    """Raise NoteError with what is wrong."""
    head, blank, rest = told.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise NoteError("the first lines of a proof are ASCII") from error
    if first != FIRST or not blank:
        raise NoteError(f"a proof begins with {FIRST} and ends with a checkpoint")
    if lines and lines[0].startswith("extra "):
        decode(lines.pop(0).removeprefix("extra "), "the extra data")
    note, checkpoint = read_checkpoint(rest)
    if not lines or len(lines) > 1 + LONGEST:
        raise NoteError(f"a proof has an index and at most {LONGEST} hashes")
    return TlogProof(_index(lines[0]), tuple(map(_hash, lines[1:])), note, checkpoint)


def _index(line: str) -> int:
    told = line.removeprefix("index ")
    if not told.isdecimal() or f"index {int(told[:20])}" != line:
        raise NoteError(f"{line[:40]!r} does not say at which index the entry is")
    return int(told)


def _hash(line: str) -> bytes:
    value = decode(line, "a hash")
    if len(value) != HASH_BYTES:
        raise NoteError(f"a hash has {HASH_BYTES} bytes: {line[:60]!r}")
    return value
