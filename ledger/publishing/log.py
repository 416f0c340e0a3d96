"""The log as the rest of the program sees it: what is published, proofs, and a wait for more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from ledger.log.checkpoints import Checkpoint, parse_checkpoint, read_checkpoint
from ledger.log.edge import Edge
from ledger.log.notes import Note, NoteError, VerifierKey, parse_key
from ledger.log.policies import NONE, Policy
from ledger.log.receipts import TlogProof
from ledger.log.tiles import Tile
from ledger.log.tree import ReadRows, Rows, Tree, rows_from
from ledger.publishing.tile_store import TileStore

if TYPE_CHECKING:
    from ledger.stamping.stamps import Stamps
    from ledger.witnessing.record import Record

ANYBODY: Final = Policy()
"""Without witnesses."""

KINDS: Final = ("stopped", "failing", "damaged")
"""Nothing is signed before somebody has looked; nothing is for now; words were changed."""


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint that anybody may see, and the keys that it is checked with."""

    note: Note
    checkpoint: Checkpoint
    keys: tuple[VerifierKey, ...]
    tree: Tree = field(compare=False)


def published_at(note: Note, keys: Sequence[VerifierKey], edge: Edge, rows: ReadRows) -> Published:
    """What was just signed; the tiles at its edge are at hand."""
    at_hand = rows_from(lambda tile: edge.tile(tile) or b"")

    def near(tile: Tile) -> Rows:
        return at_hand(tile) if edge.tile(tile) is not None else rows(tile)

    checkpoint = parse_checkpoint(note.text)
    return Published(note, checkpoint, tuple(keys), Tree(checkpoint.size, near))


def read_published(tiles: TileStore) -> Published | None:
    """None before the first; raise StorageError, or NoteError for what is none."""
    shown = tiles.published()
    if shown is None:
        return None
    keys = tuple(map(parse_key, shown.verifiers.split()))
    note, checkpoint = read_checkpoint(shown.note.encode())
    return Published(note, checkpoint, keys, Tree(checkpoint.size, tiles.rows))


def policy_text(keys: Sequence[VerifierKey], url: str, policy: Policy = ANYBODY) -> str:
    """The policy that a log asks to be checked by (C2SP tlog-policy); `url` is where it is.

    `policy` names its witnesses.
    """
    lines = [f"log {key} {url}".rstrip() + "\n" for key in keys]
    return "".join([*lines, str(replace(policy, logs=()))])


class Log:
    """Used on the loop, but for `prove`.

    `trouble` says why nothing new is published, `stopped` that nothing will be before somebody has
    looked; `damage` what was found changed in the ledger that no signature is about; `scrubbed`
    how many facts were read again since the start. The last two are set by the publisher's thread.

    `policy` names the witnesses, `record` says what they cosigned, `stamps` what was stamped.
    `mirrored` says that it is the copy of a log that somebody else signs.
    """

    def __init__(self, tiles: TileStore, record: Record, policy: Policy, stamps: Stamps) -> None:
        self.tiles, self.record, self.policy, self.stamps = tiles, record, policy, stamps
        self.trouble: str | None = None
        self.stopped = False
        self.damage: str | None = None
        self.scrubbed = 0
        self.mirrored = False
        self.published: Published | None = None
        self._moved = asyncio.Event()

    def move(
        self, published: Published | None, trouble: str | None, *, stopped: bool = False
    ) -> None:
        """Show this from now on, and wake whoever waits for it."""
        self.published, self.trouble, self.stopped = published, trouble, stopped
        self._moved.set()
        self._moved = asyncio.Event()

    @property
    def kind(self) -> str | None:
        """The kind of trouble in a word that says nothing of its contents; None if all is well."""
        states = (self.stopped, self.trouble is not None, self.damage is not None)
        return next((kind for kind, so in zip(KINDS, states, strict=True) if so), None)

    @property
    def size(self) -> int:
        """How many facts the newest checkpoint covers."""
        return self.published.checkpoint.size if self.published else 0

    @property
    def origin(self) -> str:
        """The log's name, empty before anything is published."""
        return self.published.checkpoint.origin if self.published else ""

    @property
    def quorum(self) -> bool | None:
        """Whether enough witnesses cosigned the newest checkpoint; None where none are asked for.

        A line that the log's own database holds and that does not hold is not enough.
        """
        if self.policy.quorum == NONE:
            return None
        try:
            return self.published is not None and self.policy.met(self.published.note)
        except NoteError:
            return False

    async def reach(self, position: int, seconds: float) -> bool:
        """Whether the fact at a position is under a checkpoint within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while self.size < position:
                    await self._moved.wait()
        except TimeoutError:
            return False
        return True

    def prove(self, positions: Sequence[int]) -> list[TlogProof]:
        """Proofs under the newest checkpoint; raise IndexError for what that does not cover.

        Blocking: call it in a thread.
        """
        published = self.published
        if published is None:
            raise IndexError(positions)
        note, checkpoint, tree = published.note, published.checkpoint, published.tree
        return [
            TlogProof(position - 1, tuple(tree.inclusion(position - 1)), note, checkpoint)
            for position in positions
        ]
