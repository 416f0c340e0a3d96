"""A published log in a folder, made without the program's own writers, so that it can be spoilt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.auditing.bundles import Bundle, BundledFact
from ledger.dates import PartialDate
from ledger.facts.fact import AccountId, StreamId
from ledger.facts.housekeeping import RedactionApplied
from ledger.log.bundles import pack
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.edge import Edge
from ledger.log.hashing import leaf_hash
from ledger.log.notes import Note, sign, verifier
from ledger.log.receipts import TlogProof
from ledger.log.tiles import Span, tiles_of
from ledger.log.tree import Tree, rows_from
from ledger.store.codec import encode, leaf_bytes
from ledger.store.port import Draft, Part, Recorder
from ledger.vocabulary import RedactionBasis

ORIGIN = "ledger.example/audited"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
HOUSE = StreamId(str(UUID(int=99)))
STREAMS = 7
RECORDER = Recorder(by=AccountId(str(UUID(int=1))), name="Amina")

Parts = dict[str, tuple[bytes, bytes]]


@dataclass
class Published:
    """`leaves` and `parts` by index; `key` signs for `origin`."""

    leaves: list[bytes] = field(default_factory=list)
    parts: list[Parts] = field(default_factory=list)
    origin: str = ORIGIN
    key: Ed25519PrivateKey = KEY
    _tips: dict[str, tuple[int, bytes | None]] = field(default_factory=dict)

    def add(self, count: int) -> Published:
        """Further facts, in a few streams in turn."""
        for _ in range(count):
            said = {"by": "Amina", "body": {"text": f"promise {len(self.leaves)}"}}
            self.tell(orjson.dumps(said))
        return self

    def tell(self, words: bytes) -> None:
        """One fact."""
        number = len(self.leaves)
        told = orjson.dumps({"by": "someone", "body": {"number": number}})
        stream = StreamId(str(UUID(int=number % STREAMS)))
        salts = [leaf_hash(b"%d %d" % (number, each)) for each in range(2)]
        parts = (Part("facts", salts[0], told), Part("words", salts[1], words))
        self._put(stream, "test.told/1", parts)

    def redact(self, position: int) -> Published:
        """Take the words of a fact away, in order."""
        told = orjson.loads(self.leaves[position - 1])["parts"]["words"]["c"]
        self._order(position, told)
        del self.parts[position - 1]["words"]
        return self

    def _order(self, position: int, told: str) -> None:
        fact = RedactionApplied(
            effective_on=PartialDate("2024-01-01"),
            index=position - 1,
            part="words",
            c=told,
            basis=next(iter(RedactionBasis)),
            authority="order-1",
        )
        self._put(HOUSE, RedactionApplied.TOPIC, encode(fact, RECORDER))

    def _put(self, stream: StreamId, topic: str, parts: tuple[Part, ...]) -> None:
        version, prev = self._tips.get(stream, (0, None))
        number = len(self.leaves)
        draft = Draft(str(UUID(int=10**6 + number)), stream, version + 1, topic, prev, parts)
        leaf = leaf_bytes(draft, 1_700_000_000_000 + number // 3)
        self._tips[stream] = version + 1, leaf_hash(leaf)
        self.leaves.append(leaf)
        self.parts.append({part.name: (part.salt or b"", part.content or b"") for part in parts})

    def change(self, position: int, **members: object) -> None:
        """Another leaf in the place of one, with whatever it says."""
        leaf = {**orjson.loads(self.leaves[position - 1]), **members}
        self.leaves[position - 1] = orjson.dumps(leaf, option=orjson.OPT_SORT_KEYS)

    def say(self, position: int, words: bytes) -> None:
        """Other words, which the leaf does not bind."""
        salt, _ = self.parts[position - 1]["words"]
        self.parts[position - 1]["words"] = salt, words

    @property
    def checkpoint(self) -> Checkpoint:
        edge, _ = Edge().grown([leaf_hash(leaf) for leaf in self.leaves])
        return Checkpoint(self.origin, edge.size, edge.root())

    def note(self, checkpoint: Checkpoint | None = None) -> bytes:
        """Signed, whatever it says."""
        text = (checkpoint or self.checkpoint).text
        return str(Note(text, (sign(text, self.origin, self.key),))).encode()

    @property
    def policy(self) -> str:
        return f"log {verifier(self.origin, self.key)}\nquorum none\n"

    def bundle(self, *positions: int) -> Bundle:
        """Some facts with their proofs."""
        _, tiles = Edge().grown([leaf_hash(leaf) for leaf in self.leaves])
        tree = Tree(len(self.leaves), rows_from(lambda tile: tiles[tile]))
        note, signed = read_checkpoint(self.note())
        proofs = [TlogProof(n - 1, tuple(tree.inclusion(n - 1)), note, signed) for n in positions]
        facts = [
            BundledFact(n, self.leaves[n - 1], self.parts[n - 1], str(proof))
            for n, proof in zip(positions, proofs, strict=True)
        ]
        return Bundle(self.origin, self.policy, self.note().decode(), facts)

    def write(self, folder: Path) -> Path:
        """Every file that a ledger serves of its log."""
        _, tiles = Edge().grown([leaf_hash(leaf) for leaf in self.leaves])
        for tile in tiles_of(len(self.leaves)):
            put(folder / f"tile/{tile.path}", tiles[tile])
            if tile.level == 0:
                put(folder / f"tile/entries/{tile.span.path}", pack(self._cut(tile.span)))
                put(folder / f"tile/parts/{tile.span.path}", self.lines(tile.span))
        put(folder / "checkpoint", self.note())
        put(folder / "log-policy", self.policy.encode())
        return folder

    def _cut(self, span: Span) -> list[bytes]:
        return self.leaves[span.start : span.start + span.width]

    def lines(self, span: Span) -> bytes:
        """The parts of a span, as they are served."""
        return b"".join(
            orjson.dumps(
                {
                    "position": index + 1,
                    "parts": [
                        {"name": name, "salt": salt.hex(), "content": content.decode()}
                        for name, (salt, content) in self.parts[index].items()
                    ],
                }
            )
            + b"\n"
            for index in range(span.start, span.start + span.width)
        )


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
