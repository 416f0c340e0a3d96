"""What a bookmark of one epoch is worth in another.

A restore brings back what the backup held. What was recorded after the backup is gone, and its
positions are given again to other facts; so a bookmark says which epoch its position is of.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.store.port import Epoch

_BOOKMARK: Final = re.compile(r"([0-9a-f]{16})-(\d{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The last position that a reader has, and the epoch it had it in."""

    epoch: str
    position: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.position}"


def read_bookmark(text: str) -> Bookmark | None:
    """None for what is no bookmark."""
    found = _BOOKMARK.fullmatch(text)
    return None if found is None else Bookmark(found[1], int(found[2]))


def shared(epochs: Sequence[Epoch], epoch: str) -> int | None:
    """Up to which position that epoch's facts are this ledger's; None: all of them, 0: none.

    `epochs` are this ledger's, oldest first; another ledger's epoch shares nothing with it.
    """
    ids = [each.id for each in epochs]
    if epoch not in ids:
        return 0
    following = epochs[ids.index(epoch) + 1 :]
    return following[0].position if following else None
