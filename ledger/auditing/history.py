"""What leaves, parts and their neighbours say of each other; an audit and a backup ask the same.

Nothing is believed that can be computed. A part may be gone only if a later fact ordered exactly
that.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import orjson

from ledger.auditing.tips import Tips
from ledger.errors import DamagedError
from ledger.facts.housekeeping import RedactionApplied
from ledger.log.leaves import (
    FACTS_PART,
    SALT_BYTES,
    WORDS_PART,
    Bound,
    Leaf,
    Salted,
    binds_all,
    bound_parts,
    commitment,
    read_leaf,
)

REDACTION: Final = RedactionApplied.TOPIC.encode()
Place = tuple[int, str]
"""A position, and the name of a part there."""

_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)


class Ordered(NamedTuple):
    """The fact that was looked at orders a part away; `gone` says that the part is not there."""

    place: Place
    commitment: str
    gone: bool


class History:
    """Takes facts in order, raises DamagedError at the first thing that does not fit.

    `verb` says in sentences what had happened to a fact before it was changed.
    """

    def __init__(self, verb: str) -> None:
        self.position, self.at = 0, 0
        self.parts, self.redacted = 0, 0
        self.tips = Tips()
        self.withheld = dict[Place, str]()
        self._verb = verb

    def fact(self, leaf: Leaf, hashed: bytes, parts: Mapping[str, Salted]) -> Ordered | None:
        """The next fact; a part that is not among `parts` is gone."""
        position = self.position + 1
        if leaf.at < self.at:
            raise DamagedError(f"fact {position} is older than the one before it")
        version, previous = self.tips.get(leaf.stream)
        if leaf.version != version + 1 or leaf.prev != previous:
            raise DamagedError(f"fact {position} does not follow its stream's last fact")
        self.tips.put(leaf.stream, leaf.version, hashed)
        if binds_all(leaf, parts):
            self.parts += len(parts)
        else:
            self._withhold(position, leaf, parts)
        self.position, self.at = position, leaf.at
        return self._order(position, parts) if leaf.topic == REDACTION else None

    def _withhold(self, position: int, leaf: Leaf, parts: Mapping[str, Salted]) -> None:
        bound = parts_of(position, leaf)
        for name in hold_parts(position, bound, parts, self._verb):
            self.withheld[position, name] = bound[name].commitment
        self.parts += len(bound)

    def _order(self, position: int, parts: Mapping[str, Salted]) -> Ordered | None:
        place, told = ordered(position, parts[FACTS_PART][1])
        if place[0] >= position:
            return None
        gone = self.withheld.get(place) == told
        if gone:
            del self.withheld[place]
            self.redacted += 1
        return Ordered(place, told, gone)

    def explain(self, place: Place, told: str) -> None:
        """A fact after the last one that was taken orders this part away."""
        if self.withheld.get(place) == told:
            del self.withheld[place]
            self.redacted += 1

    def end(self) -> None:
        """There is no further fact."""
        for position, name in self.withheld:
            raise DamagedError(f"the {name} of fact {position} are gone, and no fact ordered it")


def leaf_of(position: int, leaf: bytes) -> Leaf:
    """Raise DamagedError for bytes that are none, or that could be read in two ways."""
    try:
        return read_leaf(leaf)
    except ValueError as error:
        raise DamagedError(f"the leaf of fact {position} cannot be read: {error}") from error


def parts_of(position: int, leaf: Leaf) -> dict[str, Bound]:
    """What a leaf binds; raise DamagedError."""
    try:
        return bound_parts(leaf)
    except ValueError as error:
        raise DamagedError(f"the leaf of fact {position} cannot be read: {error}") from error


def hold_parts(
    position: int, bound: Mapping[str, Bound], parts: Mapping[str, Salted], verb: str
) -> list[str]:
    """Hold parts to what a leaf says of them; the names of those that are gone. DamagedError."""
    for name, (salt, content) in parts.items():
        told = Bound(commitment(salt, content).hex(), len(content))
        if bound.get(name) != told or len(salt) != SALT_BYTES:
            raise DamagedError(_changed(position, name, verb, known=name in bound))
    gone = sorted(bound.keys() - parts.keys())
    if FACTS_PART in gone:
        raise DamagedError(f"the {FACTS_PART} of fact {position} are gone, which never go")
    return gone


def _changed(position: int, name: str, verb: str, *, known: bool) -> str:
    if not known:
        return f"fact {position} has a part {name!r} that its leaf does not name"
    number = "" if name in {FACTS_PART, WORDS_PART} else "es"
    return f"fact {position} was changed after it was {verb}: its {name} no longer match{number}"


def ordered(position: int, facts: bytes) -> tuple[Place, str]:
    """The part that a redaction names, and its commitment; from its own `facts`."""
    try:
        body = orjson.loads(facts)["body"]
        return (int(body["index"]) + 1, str(body["part"])), str(body["c"])
    except _UNREADABLE as error:
        raise DamagedError(f"the redaction in fact {position} cannot be read") from error
