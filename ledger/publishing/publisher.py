"""One round of publishing: facts that are stored become tiles, a root, a signature, a head.

The order of the steps is what makes a crash between any two harmless: tiles may go further than
the head, the head may go further than what readers are shown, and never the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.errors import LedgerError
from ledger.log.checkpoints import Checkpoint
from ledger.log.edge import Edge, edge_of
from ledger.log.hashing import HASH_BYTES, leaf_hash
from ledger.log.notes import Note
from ledger.log.proofs import ProofError, verify_consistency
from ledger.log.tiles import Tile
from ledger.log.tree import Tree, rows_from
from ledger.publishing.head import HeadFile
from ledger.publishing.signing import Signer
from ledger.publishing.tile_store import MissingTileError, TileStore
from ledger.store.port import Leaf, Store

ROUND: Final = 4096
"""Facts to a round at most, so that the first checkpoint of a long past is soon there."""
CLOCK_TOLERANCE_MS: Final = 10_000


class LogStoppedError(LedgerError):
    """Signing on would contradict what was signed. The message says what is wrong, and the cure."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Blocking; one thread at a time. `edge` and `note` are those of the head that was signed."""

    store: Store
    tiles: TileStore
    head: HeadFile
    signer: Signer
    edge: Edge
    at: int
    note: str

    def round(self) -> Publisher | None:
        """The publisher after the next facts; None if there are none.

        Raise StorageError or OSError, after which a new one must be opened, and LogStoppedError,
        after which nothing may be signed.
        """
        leaves = self.store.leaves(after=self.edge.size, limit=ROUND)
        if not leaves:
            return None
        hashes, at = checked(leaves, self.edge.size, self.at)
        edge, changed = self.edge.grown(hashes)
        checkpoint = Checkpoint(self.signer.origin, edge.size, edge.root())
        self._refuse_contradiction(checkpoint, changed)
        self.tiles.grow(edge.size, changed)
        note = str(self.signer.sign(checkpoint))
        self.head.swap(self.note, note)
        return Publisher(self.store, self.tiles, self.head, self.signer, edge, at, note)

    def _refuse_contradiction(self, new: Checkpoint, changed: Mapping[Tile, bytes]) -> None:
        """What is about to be signed is proved to continue what was, as anybody would check it."""
        if not self.edge.size:
            return
        tree = Tree(new.size, rows_from(lambda tile: self._read(tile, changed)))
        try:
            proof = tree.consistency(self.edge.size)
            verify_consistency(self.edge.size, new.size, self.edge.root(), new.root, proof)
        except (ProofError, MissingTileError) as error:
            raise LogStoppedError(
                f"the tree of {new.size} does not continue the one of {self.edge.size} that was "
                f"signed: {error}. Nothing was signed; run `commitments doctor`"
            ) from error

    def _read(self, tile: Tile, changed: Mapping[Tile, bytes]) -> bytes:
        return changed.get(tile) or self.edge.tile(tile) or self.tiles.read(tile)


def checked(leaves: Sequence[Leaf], after: int, at: int) -> tuple[list[bytes], int]:
    """Their hashes, computed anew, and the last time; raise LogStoppedError."""
    hashes = list[bytes]()
    for position, leaf in enumerate(leaves, after + 1):
        found = leaf_hash(leaf.leaf)
        if found != leaf.leaf_hash:
            raise LogStoppedError(
                f"fact {position} is not what was recorded: its bytes and its hash differ. "
                "Restore a backup; nothing is signed over damage"
            )
        if leaf.at < at:
            raise LogStoppedError(f"fact {position} is dated before the one in front of it")
        hashes.append(found)
        at = leaf.at
    return hashes, at


def open_publisher(
    store: Store, tiles: TileStore, head: HeadFile, signer: Signer, now: int
) -> Publisher:
    """A publisher that begins where the head ends; `now` is ms.

    Raise LogStoppedError if the ledger is not the one that was signed, or the clock ran back.
    """
    note, signed, found = head.note(), head.read(), store.head()
    if found.position < signed.size:
        raise LogStoppedError(
            f"the head in the log folder signs {signed.size} facts, and the ledger has "
            f"{found.position}: the database was put back to an older state. Restore a newer "
            "backup; if those facts are lost for good, begin a log of another name (see "
            "docs/verifying.md, After a loss)"
        )
    if found.at > now + CLOCK_TOLERANCE_MS:
        raise LogStoppedError(
            f"the newest fact was recorded {(found.at - now) / 1000:.0f} s in the future: this "
            "machine's clock was set back. Set it right and start again"
        )
    edge = _edge_of_head(store, tiles, signed)
    at = store.leaves(after=edge.size - 1, limit=1)[0].at if edge.size else 0
    return Publisher(store, tiles, head, signer, edge, at, note)


def _edge_of_head(store: Store, tiles: TileStore, signed: Checkpoint) -> Edge:
    """From tiles as far as they go; where those do not fit, from every fact again."""
    try:
        edge = edge_of(min(tiles.size(), signed.size), tiles.read)
        edge = _caught_up(store, tiles, edge, signed.size)
        if edge.root() == signed.root and _tail_holds(store, edge):
            return edge
    except MissingTileError:
        pass
    edge = _caught_up(store, tiles, Edge(), signed.size)
    if edge.root() != signed.root:
        raise LogStoppedError(
            f"the first {signed.size} facts are not those that were signed: some were changed "
            "since. Run `commitments verify` against this ledger to see which; restore a backup"
        )
    return edge


def _caught_up(store: Store, tiles: TileStore, edge: Edge, size: int) -> Edge:
    """Further facts up to `size`, hashed and put into tiles."""
    at = 0
    while edge.size < size:
        leaves = store.leaves(after=edge.size, limit=min(ROUND, size - edge.size))
        hashes, at = checked(leaves, edge.size, at)
        edge, changed = edge.grown(hashes)
        tiles.grow(edge.size, changed)
    return edge


def _tail_holds(store: Store, edge: Edge) -> bool:
    """The leaves beside the right edge are those in the last tile."""
    tail = edge.partial[0] if edge.partial else b""
    count = len(tail) // HASH_BYTES
    leaves = store.leaves(after=edge.size - count, limit=count)
    return b"".join(leaf_hash(each.leaf) for each in leaves) == tail


def first_head(signer: Signer) -> Note:
    """The checkpoint of a log that has no entry yet."""
    return signer.sign(Checkpoint(signer.origin, 0, Edge().root()))
