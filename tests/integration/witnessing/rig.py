"""Logs that sign what a test wants, and witnesses that run as in earnest, in or out of process."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.log.checkpoints import Checkpoint
from ledger.log.edge import Edge
from ledger.log.hashing import leaf_hash
from ledger.log.notes import Note, VerifierKey, sign, verifier
from ledger.log.submissions import Submission
from ledger.log.tree import Tree, rows_from

NAME: Final = "witness.example/w1"
ORIGIN: Final = "ledger.example/promises"


def key_of(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


@dataclass(frozen=True)
class SomeLog:
    """A log whose leaves are these words."""

    words: Sequence[str]
    origin: str = ORIGIN
    key: str = "log"

    @property
    def verifier(self) -> VerifierKey:
        return verifier(self.origin, key_of(self.key))

    def checkpoint(self, size: int) -> Checkpoint:
        edge, _ = Edge().grown(self._hashes(size))
        return Checkpoint(self.origin, size, edge.root())

    def note(self, size: int) -> Note:
        text = self.checkpoint(size).text
        return Note(text, (sign(text, self.origin, key_of(self.key)),))

    def submission(self, old: int, size: int) -> Submission:
        """What an honest log sends that believes the witness to be at `old`."""
        _, tiles = Edge().grown(self._hashes(size))
        proof = tuple(Tree(size, rows_from(tiles.__getitem__)).consistency(old)) if old else ()
        return Submission(old, proof, self.note(size), self.checkpoint(size))

    def body(self, old: int, size: int) -> bytes:
        return str(self.submission(old, size)).encode()

    def _hashes(self, size: int) -> list[bytes]:
        return [leaf_hash(word.encode()) for word in self.words[:size]]


WORDS: Final = [f"fact {number}" for number in range(600)]
LOG: Final = SomeLog(WORDS)
FORK: Final = SomeLog([*WORDS[:5], "another fact", *WORDS[6:]])
"""The same log with its sixth entry rewritten."""


def policy_of(*keys: VerifierKey) -> str:
    return "".join(f"log {key}\n" for key in keys) + "quorum none\n"


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "api.cli", *map(str, arguments)]


@contextmanager
def witness_process(folder: Path, policy: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`commitments witness` on a free port, and its address; killed at the end if it still runs."""
    run = command("witness", "--name", NAME, "--dir", folder, "--policy", policy, "--port", "0")
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as (
        process
    ):
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[1]
        finally:
            process.kill()
