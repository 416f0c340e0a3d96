"""A small ledger and its log, written out in a test: every byte of it can be put wrong."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.log.checkpoints import Checkpoint
from ledger.log.cosignatures import cosign
from ledger.log.edge import Edge
from ledger.log.hashing import leaf_hash
from ledger.log.notes import COSIGNATURE, Note, Signature, VerifierKey, sign, verifier
from ledger.log.receipts import TlogProof
from ledger.log.tree import Tree, rows_from

ORIGIN: Final = "ledger.example/written"
KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
WITNESS: Final = "witness.example"
WITNESS_KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\2")
SEEN_AT: Final = 1_700_000_000

Parts = dict[str, str]


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass
class Written:
    """Facts by position from 1; parts that are taken out of `shown` are withheld."""

    leaves: list[bytes] = field(default_factory=list)
    shown: list[Parts] = field(default_factory=list)

    def record(self, topic: str, **parts: str) -> None:
        """One fact with these parts."""
        position = len(self.leaves) + 1
        leaf = {
            "v": "commitment-ledger/leaf/v1",
            "at": 1_700_000_000_000 + position,
            "id": str(UUID(int=position)),
            "stream": str(UUID(int=position << 64)),
            "ver": 1,
            "type": topic,
            "prev": None,
            "parts": {name: bound(position, name, text) for name, text in parts.items()},
        }
        self.leaves.append(canonical(leaf).encode())
        self.shown.append(dict(parts))

    def withhold(self, position: int, name: str) -> None:
        """Take the words away, and record who ordered it."""
        content = self.shown[position - 1].pop(name)
        order = {
            "index": position - 1,
            "part": name,
            "c": bound(position, name, content)["c"],
            "basis": "legal_order",
            "authority": "court-7",
        }
        facts = {"by": str(UUID(int=7)), "on": "2024-05-01", "body": order}
        self.record(
            "redaction.applied/1", facts=canonical(facts), words='{"by":"A clerk","body":{}}'
        )

    def note(self, size: int | None = None, key: Ed25519PrivateKey = KEY) -> Note:
        """The signed and cosigned checkpoint over the first facts, or over all."""
        count = len(self.leaves) if size is None else size
        edge, _ = Edge().grown(self.hashes[:count])
        text = Checkpoint(ORIGIN, count, edge.root()).text
        witnessed = cosign(text, WITNESS, WITNESS_KEY, SEEN_AT)
        return Note(text, (sign(text, ORIGIN, key), witnessed))

    def proof(self, position: int, note: Note | None = None) -> str:
        """That a fact is under a checkpoint over everything."""
        size = len(self.leaves)
        _, tiles = Edge().grown(self.hashes)
        path = Tree(size, rows_from(tiles.__getitem__)).inclusion(position - 1)
        checkpoint = Checkpoint(ORIGIN, size, b"")
        return str(TlogProof(position - 1, tuple(path), note or self.note(), checkpoint))

    @property
    def hashes(self) -> list[bytes]:
        return list(map(leaf_hash, self.leaves))

    def fact(self, position: int) -> dict[str, Any]:
        """As in a bundle."""
        parts = self.shown[position - 1].items()
        return {
            "position": position,
            "leaf": self.leaves[position - 1].decode(),
            "parts": [
                {"name": name, "salt": salt(position, name).hex(), "content": content}
                for name, content in parts
            ],
            "proof": self.proof(position),
        }

    def bundle(self, positions: Sequence[int]) -> dict[str, Any]:
        return {
            "format": "commitment-ledger/bundle/v1",
            "origin": ORIGIN,
            "policy": policy(),
            "checkpoint": str(self.note()),
            "facts": [self.fact(position) for position in positions],
        }


def written(count: int, words: str = "We will build the wall.") -> Written:
    """So many facts that say this, and their numbers."""
    ledger = Written()
    for number in range(count):
        ledger.record(
            "statement.recorded/1",
            facts=canonical(
                {"by": str(UUID(int=7)), "on": "2024-01-02", "body": {"number": number}}
            ),
            words=canonical({"by": "A clerk", "body": {"text": words}}),
        )
    return ledger


def salt(position: int, name: str) -> bytes:
    return hashlib.sha256(f"{position} {name}".encode()).digest()


def bound(position: int, name: str, content: str) -> dict[str, Any]:
    told = b"commitment-ledger/part/v1\0" + content.encode()
    commitment = hmac.digest(salt(position, name), told, "sha256")
    return {"c": commitment.hex(), "n": len(content.encode())}


def log_key(key: Ed25519PrivateKey = KEY) -> VerifierKey:
    return verifier(ORIGIN, key)


def witness_key() -> VerifierKey:
    return verifier(WITNESS, WITNESS_KEY, COSIGNATURE)


def policy(*lines: str, key: Ed25519PrivateKey = KEY) -> str:
    """Whom to trust; without further lines no witness is asked for."""
    return "\n".join([f"log {log_key(key)}", *(lines or ("quorum none",)), ""])


def forged(text: str) -> Signature:
    """A line that says it is the log's, made with another key."""
    other = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\3")
    return Signature(ORIGIN, log_key().id, other.sign(text.encode()))
