"""What makes a dataset stand on its own: a signed checkpoint, and how the dataset's facts fit it.

A dataset is as of whatever fact was asked for. Where the checkpoint goes further, a consistency
proof (RFC 9162, section 2.1.4) shows that the dataset's facts are the first of those signed, and
redactions after the dataset's last fact account for words that it no longer has.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from api.exporting.files import Making
from ledger.auditing.bundles import BundledFact, write_fact
from ledger.auditing.datasets import CONSISTENCY, LATER, write_consistency
from ledger.auditing.places import CHECKPOINT, POLICY
from ledger.log.receipts import TlogProof
from ledger.log.tree import Tree
from ledger.publishing.log import Published, policy_text, read_published
from ledger.publishing.tile_store import TileStore
from ledger.store.port import Store, salted

TEXT: Final = "text/plain"
LOOK_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Signed:
    """The log of the ledger, and for how many seconds a checkpoint may be waited for."""

    tiles: TileStore
    seconds: float = 0

    def covering(self, position: int) -> Published | None:
        """A checkpoint that goes as far, None if there is no such one in time."""
        end = time.monotonic() + self.seconds
        while True:
            found = read_published(self.tiles)
            if found is not None and found.checkpoint.size >= position:
                return found
            if found is None or time.monotonic() >= end:
                return None
            time.sleep(LOOK_SECONDS)


def write_proof(making: Making, store: Store, log: Signed, redactions: Iterable[int]) -> None:
    """After the facts; nothing where they are not signed yet.

    `redactions` are the positions of those after the dataset's last fact.
    """
    position = making.edition.position
    published = log.covering(position)
    if published is None:
        return
    size = published.checkpoint.size
    tree = Tree(size, log.tiles.rows)
    _put(making, CHECKPOINT, "What the log signed, which covers these facts.", str(published.note))
    policy = policy_text(published.keys, making.edition.url)
    _put(making, POLICY, "The keys that the log asks to be checked by.", policy)
    if 0 < position < size:
        proof = write_consistency(position, tree.consistency(position))
        told = f"Facts 1 to {position} are the first of the {size} that were signed."
        _put(making, CONSISTENCY, told, proof)
    later = sorted(each for each in redactions if each <= size)
    if later:
        lines = [_redaction(store, published, tree, each) for each in later]
        sentence = f"Redactions after fact {position}, each with its proof."
        with making.file(LATER, "application/jsonl", sentence) as file:
            file.writelines(lines)


def _redaction(store: Store, published: Published, tree: Tree, position: int) -> bytes:
    (entry,) = store.entries(after=position - 1, limit=1)
    path = tuple(tree.inclusion(position - 1))
    proof = TlogProof(position - 1, path, published.note, published.checkpoint)
    return write_fact(BundledFact(position, entry.leaf, salted(entry.parts), str(proof)))


def _put(making: Making, path: str, sentence: str, text: str) -> None:
    with making.file(path, TEXT, sentence) as file:
        file.write(text.encode())
