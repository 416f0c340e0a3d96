"""How far a document reaches: the moments around its own at which every word of it is the same.

A moment is a point on two axes: what the ledger knew (positions), and what day it is about.
Whatever a document was made from held over ranges of both. Between two ends of those ranges nothing
changes, so what was made at one point is right at all others that no such end parts from it. The
day that flags look at is a third axis, along which they turn.
"""

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

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


class Bounds(NamedTuple):
    """Where something begins or ends."""

    positions: Iterable[int]
    days: Iterable[int]


def around(at: Point, bounds: Bounds) -> Reach:
    """From the last bound at or before the point to the first one after it."""
    pos_from, pos_to = _between(bounds.positions, at.position, OPEN)
    day_from, day_to = _between(bounds.days, at.day, FOREVER)
    return Reach(pos_from, pos_to, day_from, day_to)


def looking(day: int, turns: Iterable[int]) -> Reach:
    """As `around`, for the days from which on a flag reads otherwise."""
    look_from, look_to = _between(turns, day, FOREVER)
    return Reach(look_from=look_from, look_to=look_to)


def _between(bounds: Iterable[int], at: int, end: int) -> tuple[int, int]:
    low, high = 0, end
    for bound in bounds:
        if bound > at:
            high = min(high, bound)
        else:
            low = max(low, bound)
    return low, high


def here(at: Point) -> Reach:
    """No further than the moment itself, whatever day flags look at."""
    return Reach(at.position, at.position + 1, at.day, at.day + 1)


def meet(reaches: Iterable[Reach]) -> Reach:
    """Where all of them reach."""
    return reduce(_both, reaches, EVERYWHERE)


def _both(one: Reach, other: Reach) -> Reach:
    if other is EVERYWHERE:
        return one
    return Reach(
        max(one.pos_from, other.pos_from),
        min(one.pos_to, other.pos_to),
        max(one.day_from, other.day_from),
        min(one.day_to, other.day_to),
        max(one.look_from, other.look_from),
        min(one.look_to, other.look_to),
    )
