"""What a witness is asked: to cosign a checkpoint, with a proof that the log only grew.

The body of `add-checkpoint` (C2SP tlog-witness).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.hashing import EMPTY, HASH_BYTES
from ledger.log.notes import Note, NoteError, decode, encode
from ledger.log.proofs import ProofError, verify_consistency

LONGEST: Final = 63
SIZE_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Submission:
    """`proof` leads from the first `old` entries to the tree of the checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    def __str__(self) -> str:
        lines = [f"old {self.old}", *map(encode, self.proof)]
        return "\n".join(lines) + f"\n\n{self.note}"

    def verify(self, old_root: bytes) -> None:
        """Hold the checkpoint to continue the tree of `old` entries; raise ProofError."""
        new = self.checkpoint
        if new.size == 0 and new.root != EMPTY:
            raise ProofError("a log without entries has the root of the empty tree")
        if self.old:
            verify_consistency(self.old, new.size, old_root, new.root, self.proof)
        elif self.proof:
            raise ProofError("every tree continues the empty one: that needs no proof")


def parse_submission(told: bytes) -> Submission:
    """Raise NoteError with what is wrong."""
    head, blank, rest = told.partition(b"\n\n")
    if not blank:
        raise NoteError("an empty line stands between the proof and the checkpoint")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise NoteError("the lines before the checkpoint are ASCII") from error
    if len(lines) > LONGEST:
        raise NoteError(f"a proof has at most {LONGEST} lines, this one has {len(lines)}")
    note, checkpoint = read_checkpoint(rest)
    proof = tuple(_hash(line) for line in lines)
    return Submission(_old(first), proof, note, checkpoint)


def _old(line: str) -> int:
    if not line.startswith("old "):
        raise NoteError(f"the first line is `old` and a size, not {line[:40]!r}")
    return parse_size(line.removeprefix("old "))


def parse_size(told: str) -> int:
    """The size of a tree in decimal digits; raise NoteError for any other spelling."""
    digits = told.isascii() and told.isdecimal() and len(told) <= SIZE_DIGITS
    if not digits or str(int(told)) != told:
        raise NoteError(f"{told[:40]!r} is no size of a log")
    return int(told)


def _hash(line: str) -> bytes:
    value = decode(line, "a hash of the proof")
    if len(value) != HASH_BYTES:
        raise NoteError(f"a hash has {HASH_BYTES} bytes: {line[:60]!r}")
    return value
