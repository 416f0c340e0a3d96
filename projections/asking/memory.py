"""What was looked up and composed, kept for as long as the views say the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from projections.asking.reach import Point, Reach

MOST_BYTES: Final = 64 * 1024 * 1024
"""Documents that are remembered; then it begins anew."""

MOST_READINGS: Final = 16
"""Of one record, at different moments; the oldest is forgotten first."""

AROUND: Final = 300
"""Bytes that a document takes beside its own."""


class Version(NamedTuple):
    """What held over a range of positions and a range of days."""

    pos_from: int
    pos_to: int
    day_from: int
    day_to: int
    content: Any


Versions = dict[str, list[Version]]
"""Id → everything that a table holds about it, whenever known and whatever day it is about."""


class Documents:
    """Finished documents of one collection's records, each with the moments at which it is right.

    Threads share it: a document lost in a race is composed once more.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._known: dict[int, list[tuple[Reach, bytes]]] = {}
        self._weight = 0

    def at(self, born: Iterable[int], point: Point, look: int) -> dict[int, bytes | None]:
        """Each record as it reads at the point, if that is known; flags look at day `look`."""
        found: dict[int, bytes | None] = dict.fromkeys(born)
        position, day = point
        known = self._known
        for each in found:
            for reach, document in known.get(each, ()):
                pos_from, pos_to, day_from, day_to, look_from, look_to = reach
                if (
                    pos_from <= position < pos_to
                    and day_from <= day < day_to
                    and look_from <= look < look_to
                ):
                    found[each] = document
                    break
        return found

    def add(self, born: int, reach: Reach, document: bytes) -> None:
        if self._weight > self._most_bytes:
            self._known, self._weight = {}, 0
        readings = self._known.setdefault(born, [])
        readings.append((reach, document))
        self._weight += len(document) + AROUND
        if len(readings) > MOST_READINGS:
            self._weight -= len(readings.pop(0)[1]) + AROUND


@dataclass(slots=True)
class Recollection:
    """`key` tells which state of the views this is about; threads share it, and only add."""

    key: object = None
    parties: Versions = field(default_factory=dict)
    sources: Versions = field(default_factory=dict)
    quotations: Versions = field(default_factory=dict)
    titles: dict[str, Versions] = field(default_factory=dict)
    documents: dict[str, Documents] = field(default_factory=dict)


class Memory:
    """What is known of the newest state that anybody read."""

    def __init__(self) -> None:
        self._known = Recollection()

    def recall(self, key: object) -> Recollection:
        """What was found in this state of the views; what is older is forgotten."""
        known = self._known
        if known.key != key:
            known = self._known = Recollection(key)
        return known
