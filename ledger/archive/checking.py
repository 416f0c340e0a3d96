"""Whether facts are whole: everything that a leaf, a part and their neighbours say of each other.

Nothing is believed that can be computed: a leaf's hash from its bytes, a part's commitment from its
salt and content. A part may be gone only if a later fact ordered exactly that.
"""

import re
from types import TracebackType
from typing import Any, Final, Self

import orjson

from ledger.archive.tips import Tips
from ledger.errors import DamagedError
from ledger.facts import FACTS, AnyFact
from ledger.facts.housekeeping import RedactionApplied
from ledger.log.hashing import leaf_hash
from ledger.store.batch import ClaimRow, KeyRow
from ledger.store.codec import (
    FACTS_PART,
    LEAF_VERSION,
    UnreadableFactError,
    commitment,
    decode,
)
from ledger.store.port import Entry, Epoch

Place = tuple[int, str]
"""A position, and the name of a part there."""

EPOCH_ID: Final = re.compile("[0-9a-f]{16}")

_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)


class Checker:
    """Takes a ledger in order, raises DamagedError at the first thing that does not fit."""

    def __init__(self) -> None:
        self.position, self.head = 0, b""
        self.parts, self.redacted = 0, 0
        self._at = 0
        self._tips = Tips()
        self._withheld: dict[Place, str] = {}
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
        self._tips.close()

    def fact(self, entry: Entry) -> Place | None:
        """The next fact; answers the part that it ordered away, if it is gone."""
        leaf = _leaf(entry)
        self._in_order(entry)
        self._follows_in_its_stream(entry, leaf)
        self._holds_its_parts(entry, leaf)
        fact = _fact(entry)
        self.position, self.head, self._at = entry.position, entry.leaf_hash, entry.at
        return self._redacts(fact)

    def _in_order(self, entry: Entry) -> None:
        if entry.position != self.position + 1:
            raise DamagedError(
                f"fact {self.position + 1} is missing: {entry.position} follows {self.position}"
            )
        if entry.at < self._at:
            raise DamagedError(f"fact {entry.position} is older than the one before it")

    def _follows_in_its_stream(self, entry: Entry, leaf: dict[str, Any]) -> None:
        version, previous = self._tips.get(entry.stream)
        told = None if previous is None else previous.hex()
        if entry.version != version + 1 or leaf["prev"] != told:
            raise DamagedError(f"fact {entry.position} does not follow its stream's last fact")
        self._tips.put(entry.stream, entry.version, entry.leaf_hash)

    def _holds_its_parts(self, entry: Entry, leaf: dict[str, Any]) -> None:
        bound = leaf["parts"]
        if sorted(part.name for part in entry.parts) != sorted(bound):
            raise DamagedError(f"fact {entry.position} has not the parts that its leaf names")
        for part in entry.parts:
            place = entry.position, part.name
            if part.salt is None or part.content is None:
                self._withhold(place, bound[part.name]["c"])
            elif _binding(part.salt, part.content) != bound[part.name]:
                raise DamagedError(
                    f"fact {place[0]} was changed after it was recorded: its {part.name} no longer "
                    "match its leaf"
                )
        self.parts += len(bound)

    def _withhold(self, place: Place, told: str) -> None:
        if place[1] == FACTS_PART:
            raise DamagedError(f"the {FACTS_PART} of fact {place[0]} are gone, which never go")
        self._withheld[place] = told

    def _redacts(self, fact: AnyFact | None) -> Place | None:
        if not isinstance(fact, RedactionApplied):
            return None
        place = fact.index + 1, fact.part
        if self._withheld.get(place) != fact.c:
            return None
        del self._withheld[place]
        self.redacted += 1
        return place

    def facts_end(self) -> None:
        """There is no further fact."""
        for position, name in self._withheld:
            raise DamagedError(f"the {name} of fact {position} are gone, and no fact ordered it")

    def key(self, row: KeyRow) -> None:
        """The next idempotency key, in the order of their facts."""
        if not self._key < row.first <= row.last <= self.position:
            raise DamagedError(f"the key of fact {row.last} is out of place")
        self._key = row.last

    def name(self, row: ClaimRow) -> None:
        """The next claimed name, in the order of their bytes."""
        name = row.claim.name.encode()
        known = self._tips.get(row.claim.stream)[0]
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


def _leaf(entry: Entry) -> dict[str, Any]:
    """What the leaf says, which must be what is stored beside it."""
    if leaf_hash(entry.leaf) != entry.leaf_hash:
        raise DamagedError(f"the leaf of fact {entry.position} does not have its hash")
    try:
        leaf: dict[str, Any] = orjson.loads(entry.leaf)
        told = tuple(leaf[name] for name in ("v", "at", "id", "stream", "ver", "type"))
        if not {"prev", "parts"} <= leaf.keys():
            raise LookupError("prev, parts")
    except _UNREADABLE as error:
        raise DamagedError(f"the leaf of fact {entry.position} cannot be read") from error
    stored = (entry.at, entry.fact_id, entry.stream, entry.version, entry.topic)
    if told != (LEAF_VERSION, *stored):
        raise DamagedError(f"fact {entry.position} is stored as something that its leaf is not")
    return leaf


def _binding(salt: bytes, content: bytes) -> dict[str, object]:
    return {"c": commitment(salt, content).hex(), "n": len(content)}


def _fact(entry: Entry) -> AnyFact | None:
    """What it says; None for what a newer version recorded, which views pass over too."""
    if entry.topic not in FACTS:
        return None
    try:
        return decode(entry).fact
    except UnreadableFactError as error:
        raise DamagedError(f"{error}; its sums are right, but no view could read it") from error
