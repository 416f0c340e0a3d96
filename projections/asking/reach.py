"""How far a document reaches: the moments around its own at which every word of it is the same.

A moment is a point on two axes: what the ledger knew (positions), and what day it is about.
Whatever a document was made from held over ranges of both. Between two ends of those ranges nothing
changes, so what was made at one point is right at all others that no such end parts from it. The
day that flags look at is a third axis, along which they turn.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from projections.spans import FOREVER
from projections.tables import OPEN


class Point(NamedTuple):
    """`position` is OPEN - 1 for "now", `day` is FOREVER - 1 for "the latest known"."""

    position: int
    day: int


class Reach(NamedTuple):
    """[from, to) on each axis; `look` is the day that flags look at."""

    pos_from: int = 0
    pos_to: int = OPEN
    day_from: int = 0
    day_to: int = FOREVER
    look_from: int = 0
    look_to: int = FOREVER


EVERYWHERE = Reach()


def around(at: Point, held: Sequence[Any], within: Reach = EVERYWHERE) -> Reach:
    """Up to the ends of a range of positions and one of days, with which `held` begins."""
    pos_from, pos_to, day_from, day_to, look_from, look_to = within
    position, day = at
    for bound in held[:2]:
        if bound > position:
            pos_to = min(pos_to, bound)
        else:
            pos_from = max(pos_from, bound)
    for bound in held[2:4]:
        if bound > day:
            day_to = min(day_to, bound)
        else:
            day_from = max(day_from, bound)
    return Reach(pos_from, pos_to, day_from, day_to, look_from, look_to)


def looking(day: int, turns: Iterable[int], within: Reach) -> Reach:
    """Up to the days from which on a flag reads otherwise."""
    *_, look_from, look_to = within
    for turn in turns:
        if turn > day:
            look_to = min(look_to, turn)
        else:
            look_from = max(look_from, turn)
    return within._replace(look_from=look_from, look_to=look_to)


def here(at: Point) -> Reach:
    """No further than the moment itself, whatever day flags look at."""
    return Reach(at.position, at.position + 1, at.day, at.day + 1)


def meet(reaches: Iterable[Reach]) -> Reach:
    """Where all of them reach."""
    pos_from, pos_to, day_from, day_to, look_from, look_to = zip(EVERYWHERE, *reaches, strict=True)
    return Reach(
        max(pos_from), min(pos_to), max(day_from), min(day_to), max(look_from), min(look_to)
    )
