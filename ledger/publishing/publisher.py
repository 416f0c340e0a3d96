"""One round of publishing: facts that are stored become tiles, a root, a signature, a head.

The order of the steps is what makes a crash between any two harmless: tiles may go further than
the head, the head may go further than what readers are shown, and never the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.errors import LedgerError
from ledger.log.checkpoints import Checkpoint, parse_checkpoint
from ledger.log.edge import Edge
from ledger.log.hashing import leaf_hash
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


class ClockBackError(LogStoppedError):
    """The clock stands before a fact that was recorded: right again as soon as the clock is."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Blocking; one thread at a time. `edge` and `note` are those of the head that was signed.

    `last` is the last fact under it, None if there is none.
    """

    store: Store
    tiles: TileStore
    head: HeadFile
    signer: Signer
    edge: Edge
    last: Leaf | None
    note: Note

    @property
    def signed(self) -> Checkpoint:
        """What was signed last, read from the note itself: memory may err, too."""
        return parse_checkpoint(self.note.text)

    def round(self, now: int) -> Publisher | None:
        """The publisher after the next facts; None if there are none. `now` is ms.

        Raise StorageError, LogFolderError or NoteError, after which a new one must be opened, and
        LogStoppedError, after which nothing may be signed.
        """
        leaves = self._further()
        if not leaves:
            return None
        hashes = checked(leaves, self.edge.size, self.last)
        refuse_future(leaves[-1], now)
        edge, changed = self.edge.grown(hashes)
        checkpoint = Checkpoint(self.signer.origin, edge.size, edge.root())
        self._refuse_contradiction(checkpoint, changed)
        self.tiles.grow(edge.size, changed)
        note = self.signer.sign(checkpoint)
        self.head.swap(str(self.note), str(note))
        return Publisher(self.store, self.tiles, self.head, self.signer, edge, leaves[-1], note)

    def _further(self) -> Sequence[Leaf]:
        """What follows the last fact that was signed, which must still be where it was."""
        if self.last is None:
            return self.store.leaves(after=0, limit=ROUND)
        found = self.store.leaves(after=self.last.position - 1, limit=1 + ROUND)
        if not found or found[0] != self.last:
            raise LogStoppedError(
                f"fact {self.last.position} was signed and is no longer in the ledger: facts were "
                "deleted or changed in the database while the service ran. Nothing is signed over "
                "that: restore a backup"
            )
        return found[1:]

    def _refuse_contradiction(self, new: Checkpoint, changed: Mapping[Tile, bytes]) -> None:
        """What is about to be signed is proved to continue what was, as anybody would check it."""
        if not self.edge.size:
            return
        signed = self.signed
        tree = Tree(new.size, rows_from(lambda tile: self._read(tile, changed)))
        try:
            proof = tree.consistency(signed.size)
            verify_consistency(signed.size, new.size, signed.root, new.root, proof)
        except (ProofError, MissingTileError) as error:
            raise LogStoppedError(
                f"the tree of {new.size} does not continue the one of {signed.size} that was "
                f"signed: {error}. Nothing was signed; start again, so that everything is read anew"
            ) from error

    def _read(self, tile: Tile, changed: Mapping[Tile, bytes]) -> bytes:
        return changed.get(tile) or self.edge.tile(tile) or self.tiles.read(tile)


def checked(leaves: Sequence[Leaf], after: int, last: Leaf | None) -> list[bytes]:
    """The hashes of what follows `last`, computed anew; raise LogStoppedError."""
    hashes, at = list[bytes](), last.at if last else 0
    for position, leaf in enumerate(leaves, after + 1):
        found = leaf_hash(leaf.leaf)
        if leaf.position != position:
            raise LogStoppedError(f"fact {position} is missing. {DAMAGE}")
        if found != leaf.leaf_hash:
            raise LogStoppedError(
                f"fact {position} is not what was recorded: its bytes and its hash differ. {DAMAGE}"
            )
        if leaf.at < at:
            raise LogStoppedError(
                f"fact {position} is dated before the one in front of it. {DAMAGE}"
            )
        hashes.append(found)
        at = leaf.at
    return hashes


DAMAGE: Final = "Restore a backup; nothing is signed over damage"


def refuse_future(leaf: Leaf, now: int) -> None:
    """Raise ClockBackError for a fact that was recorded later than it is."""
    if leaf.at > now + CLOCK_TOLERANCE_MS:
        raise ClockBackError(
            f"fact {leaf.position} was recorded {(leaf.at - now) / 1000:.0f} s in the future: a "
            "clock was set back, or ran ahead when it was recorded. Set the clock right; nothing "
            "is signed before its time is past"
        )


def rebuilt(store: Store, tiles: TileStore, signed: Checkpoint) -> Edge:
    """Every tile anew from the facts; raise LogStoppedError if they are not those signed.

    Nothing is written before it is known that they are.
    """
    _refuse_other(_grown(store, Edge(), signed.size), signed)
    return caught_up(store, tiles, Edge(), signed.size)


def _refuse_other(edge: Edge, signed: Checkpoint) -> None:
    if edge.root() != signed.root:
        raise LogStoppedError(
            f"the first {signed.size} facts are not those that were signed: some were changed "
            "since. Run `commitments verify` against this ledger to see which; restore a backup"
        )


def caught_up(store: Store, tiles: TileStore, edge: Edge, size: int) -> Edge:
    """The edge after further facts up to `size`, and their tiles stored.

    A tile that readers may see is never put back to a narrower one.
    """
    if edge.size < size:
        edge = _grown(store, edge, size, tiles)
        tiles.grow(size, edge.tiles())
    return edge


def _grown(store: Store, edge: Edge, size: int, tiles: TileStore | None = None) -> Edge:
    """Further facts up to `size`, hashed; the full tiles among theirs are stored if asked for."""
    last = None
    while edge.size < size:
        leaves = store.leaves(after=edge.size, limit=min(ROUND, size - edge.size))
        hashes = checked(leaves, edge.size, last)
        if not leaves:
            raise LogStoppedError(f"fact {edge.size + 1} is missing. {DAMAGE}")
        edge, changed = edge.grown(hashes)
        last = leaves[-1]
        if tiles is not None:
            tiles.put({tile: row for tile, row in changed.items() if tile.full})
    return edge
