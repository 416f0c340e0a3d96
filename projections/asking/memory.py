"""What was looked up about other records, kept for as long as the views say the same."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Version(NamedTuple):
    """What held over a range of positions and a range of days."""

    pos_from: int
    pos_to: int
    day_from: int
    day_to: int
    content: Any


Versions = dict[str, list[Version]]
"""Id → everything that a table holds about it, whenever known and whatever day it is about."""


@dataclass(slots=True)
class Names:
    """`key` tells which state of the views this is about; threads share it, and only add."""

    key: object = None
    parties: Versions = field(default_factory=dict)
    sources: Versions = field(default_factory=dict)
    quotations: Versions = field(default_factory=dict)


class Memory:
    """The names of the newest state that anybody read."""

    def __init__(self) -> None:
        self._names = Names()

    def recall(self, key: object) -> Names:
        """Names that were looked up in this state of the views; what is older is forgotten."""
        names = self._names
        if names.key != key:
            names = self._names = Names(key)
        return names
