"""Whether facts are whole, and what stands beside them in a ledger: keys, names and epochs."""

import re
from types import TracebackType
from typing import Final, Self

from ledger.auditing.history import History, Place, hold_parts, leaf_of, parts_of
from ledger.errors import DamagedError
from ledger.facts import FACTS
from ledger.log.hashing import leaf_hash
from ledger.log.leaves import Bound, Leaf
from ledger.store.batch import ClaimRow, KeyRow
from ledger.store.codec import UnreadableFactError, decode
from ledger.store.port import Entry, Epoch, salted

EPOCH_ID: Final = re.compile("[0-9a-f]{16}")


class Checker:
    """Takes a ledger in order, raises DamagedError at the first thing that does not fit."""

    def __init__(self) -> None:
        self.head = b""
        self._history = History("recorded")
        self._key, self._name = 0, b""
        self._epochs = list[Epoch]()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._history.tips.close()

    @property
    def position(self) -> int:
        """The last fact that was taken."""
        return self._history.position

    @property
    def parts(self) -> int:
        """How many parts the leaves name."""
        return self._history.parts

    @property
    def redacted(self) -> int:
        """How many of them are gone, by order of a later fact."""
        return self._history.redacted

    def fact(self, entry: Entry) -> Place | None:
        """The next fact; answers the part that it ordered away, if it is gone."""
        leaf = _leaf(entry)
        if entry.position != self.position + 1:
            raise DamagedError(
                f"fact {self.position + 1} is missing: {entry.position} follows {self.position}"
            )
        _bound(entry, leaf)
        ordered = self._history.fact(leaf, entry.leaf_hash, salted(entry.parts))
        _refuse_unreadable(entry)
        self.head = entry.leaf_hash
        return ordered.place if ordered is not None and ordered.gone else None

    def facts_end(self) -> None:
        """There is no further fact."""
        self._history.end()

    def key(self, row: KeyRow) -> None:
        """The next idempotency key, in the order of their facts."""
        if not self._key < row.first <= row.last <= self.position:
            raise DamagedError(f"the key of fact {row.last} is out of place")
        self._key = row.last

    def name(self, row: ClaimRow) -> None:
        """The next claimed name, in the order of their bytes."""
        name = row.claim.name.encode()
        known = self._history.tips.get(row.claim.stream.encode())[0]
        if name <= self._name or not (known and 1 <= row.position <= self.position):
            raise DamagedError(f"the name that fact {row.position} claims is out of place")
        self._name = name

    def epoch(self, epoch: Epoch) -> None:
        """The next epoch."""
        before = self._epochs[-1].position if self._epochs else 0
        known = {each.id for each in self._epochs}
        if not EPOCH_ID.fullmatch(epoch.id) or epoch.id in known:
            raise DamagedError(f"epoch {epoch.id!r} is none, or is there twice")
        if not before <= epoch.position <= self.position:
            raise DamagedError(f"epoch {epoch.id} is out of place")
        self._epochs.append(epoch)

    @property
    def epochs(self) -> list[Epoch]:
        """Those taken so far."""
        return self._epochs


def hold_alone(entry: Entry) -> None:
    """What can be said of a fact without its neighbours; raise DamagedError.

    A part that is gone is let pass: a later fact may have ordered it.
    """
    bound = _bound(entry, _leaf(entry))
    hold_parts(entry.position, bound, salted(entry.parts), "recorded")


def _bound(entry: Entry, leaf: Leaf) -> dict[str, Bound]:
    """What the leaf binds, which must be stored beside it, or the place where it was."""
    bound = parts_of(entry.position, leaf)
    if {part.name for part in entry.parts} != bound.keys():
        raise DamagedError(f"fact {entry.position} has not the parts that its leaf names")
    return bound


def _leaf(entry: Entry) -> Leaf:
    """What the leaf says, which must be what is stored beside it."""
    if leaf_hash(entry.leaf) != entry.leaf_hash:
        raise DamagedError(f"the leaf of fact {entry.position} does not have its hash")
    leaf = leaf_of(entry.position, entry.leaf)
    texts = (entry.fact_id, entry.stream, entry.topic)
    stored = (entry.at, *(text.encode() for text in texts), entry.version)
    if stored != (leaf.at, leaf.id, leaf.stream, leaf.topic, leaf.version):
        raise DamagedError(f"fact {entry.position} is stored as something that its leaf is not")
    return leaf


def _refuse_unreadable(entry: Entry) -> None:
    """What a newer version recorded is let pass, as views let it pass."""
    if entry.topic not in FACTS:
        return
    try:
        decode(entry)
    except UnreadableFactError as error:
        raise DamagedError(f"{error}; its sums are right, but no view could read it") from error
