"""Taking turns: every figure is a median of rounds in which the contenders alternate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time
from typing import Final

ROUNDS: Final = 5

Contender = Callable[[], float]
"""Does its work once and answers how much it cost or achieved, in any one unit."""


@dataclass(frozen=True)
class Row:
    """One line of the report. `gate` is the first gate as text, `met` whether it holds."""

    figure: str
    value: float
    unit: str
    beside: Mapping[str, float] = field(default_factory=dict)
    gate: str = ""
    met: bool | None = None


def in_turn(contenders: Mapping[str, Contender], rounds: int = ROUNDS) -> dict[str, float]:
    """Median per contender; each round runs all of them once, in an order that rotates."""
    seen: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            seen[name].append(contenders[name]())
    return {name: median(values) for name, values in seen.items()}


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process while it does the work."""
    start = process_time()
    work()
    return process_time() - start


def wall_seconds(work: Callable[[], object]) -> float:
    """Seconds on the wall while it does the work."""
    start = perf_counter()
    work()
    return perf_counter() - start


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ratio(
    figure: str, value: float, floor: float, *, gate: float, at_most: bool, **beside: float
) -> Row:
    """A value against its floor, with peers beside it as ratios to the same floor."""
    share = value / floor
    met = share <= gate if at_most else share >= gate
    sign = "≤" if at_most else "≥"
    peers = {name: other / floor for name, other in beside.items()}
    return Row(figure, share, "×", peers, f"{sign} {gate:g}", met)
