"""What is wrong with a document: a sentence, a JSON Pointer and, for a text, a place."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """1-based, as editors count."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """`pointer` is RFC 6901 into the document; `allowed` lists what would be accepted there."""

    pointer: str
    detail: str
    place: Place | None = None
    allowed: tuple[str, ...] = ()


class BadRecord(ValueError):
    """A document that cannot be recorded, with everything that is wrong with it.

    `readable` is False where not even its syntax could be read.
    """

    def __init__(self, problems: Sequence[Problem], *, readable: bool = True) -> None:
        super().__init__("; ".join(problem.detail for problem in problems))
        self.problems = tuple(problems)
        self.readable = readable
