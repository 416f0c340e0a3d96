"""The log as the rest of the program sees it: what is published, proofs, and a wait for more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.notes import Note, VerifierKey, parse_key
from ledger.log.receipts import TlogProof
from ledger.log.tree import Tree
from ledger.publishing.tile_store import TileStore


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint that anybody may see, and the keys that it is checked with."""

    note: Note
    checkpoint: Checkpoint
    keys: tuple[VerifierKey, ...]


def read_published(tiles: TileStore) -> Published | None:
    """None before the first; raise StorageError, or NoteError for what is none."""
    shown = tiles.published()
    if shown is None:
        return None
    keys = tuple(map(parse_key, shown.verifiers.split()))
    return Published(*read_checkpoint(shown.note.encode()), keys)


def policy_text(published: Published, url: str) -> str:
    """The policy that a log asks to be checked by (C2SP tlog-policy); `url` is where it is."""
    lines = [f"log {key} {url}".rstrip() + "\n" for key in published.keys]
    return "".join([*lines, "quorum none\n"])


class Log:
    """Used on the loop, but for `prove`; `trouble` says why nothing new is published.

    `mirrored` says that it is the copy of a log that somebody else signs.
    """

    def __init__(self, tiles: TileStore) -> None:
        self.tiles = tiles
        self.trouble: str | None = None
        self.mirrored = False
        self.published: Published | None = None
        self._moved = asyncio.Event()

    def move(self, published: Published | None, trouble: str | None) -> None:
        """Show this from now on, and wake whoever waits for it."""
        self.published, self.trouble = published, trouble
        self._moved.set()
        self._moved = asyncio.Event()

    @property
    def size(self) -> int:
        """How many facts the newest checkpoint covers."""
        return self.published.checkpoint.size if self.published else 0

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
        note, checkpoint = published.note, published.checkpoint
        tree = Tree(checkpoint.size, self.tiles.read)
        return [
            TlogProof(position - 1, tuple(tree.inclusion(position - 1)), note, checkpoint)
            for position in positions
        ]
