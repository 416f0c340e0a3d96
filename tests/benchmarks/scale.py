"""How figures move when the ledger grows: the same history of every size beside each other.

`BENCH_FACTS=10000,1000000 make bench ARGS=scale` chooses the sizes; a million takes over an hour.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.config import Settings
from projections.catalogue import VIEWS
from projections.collector import collect_by_hand
from tests.benchmarks import starting, watchers
from tests.benchmarks.filled import fill
from tests.benchmarks.folding import Folding, fold
from tests.benchmarks.growth import growth, searches
from tests.benchmarks.measure import Row
from tests.benchmarks.rebuilds import bare_read, rebuild

SIZES: Final = "10000,100000"
MOST_GROWTH: Final = 1.5


@dataclass(frozen=True)
class Filled:
    """A ledger of so many facts, folded once by a worker of its own."""

    settings: Settings
    facts: int
    folding: Folding

    def bytes_each(self, name: str) -> float:
        """Bytes of that file for each fact."""
        return (self.settings.data_dir / name).stat().st_size / self.facts

    def rebuilt(self, view: str | None) -> float:
        """Facts per CPU second; None stands for every view."""
        return asyncio.run(rebuild(self.settings, view))


Ledgers = Mapping[int, Filled]


def sizes() -> Sequence[int]:
    """The smallest first."""
    return sorted(int(text) for text in os.environ.get("BENCH_FACTS", SIZES).split(","))


def rows() -> Sequence[Row]:
    """Everything at each size; what does not grow with facts (P10, P14) at the smallest."""
    with tempfile.TemporaryDirectory() as folder:
        ledgers = {size: filled(Path(folder) / str(size), size) for size in sizes()}
        return figures(ledgers)


def filled(folder: Path, size: int) -> Filled:
    """A new ledger in the folder, which is made."""
    folder.mkdir()
    settings = fill(folder, size)
    return Filled(settings, size, fold(settings, size))


def figures(ledgers: Ledgers) -> Sequence[Row]:
    """Whoever writes into the ledgers comes last."""
    folders = {size: each.settings.data_dir for size, each in ledgers.items()}
    smallest = folders[min(folders)]
    return [
        *storage(ledgers),
        memory(ledgers),
        *rebuilding(ledgers),
        *searches(folders),
        *growth(folders),
        *watchers.rows(smallest),
        *starting.rows(smallest),
    ]


def storage(ledgers: Ledgers) -> Sequence[Row]:
    """Bytes on disk for each fact; no gate."""
    return [
        _beside("bytes a fact in ledger.db", ledgers, lambda one: one.bytes_each("ledger.db")),
        _beside("bytes a fact in views.db", ledgers, lambda one: one.bytes_each("views.db")),
    ]


def memory(ledgers: Ledgers) -> Row:
    """The most that a worker held while it folded all of it, flat if it hardly grows."""
    row = _beside("peak memory of the worker, MB", ledgers, lambda one: one.folding.peak / 1e6)
    least = ledgers[min(ledgers)].folding.peak / 1e6
    met = row.value <= MOST_GROWTH * least
    return Row(row.figure, row.value, "", row.beside, f"≤ {MOST_GROWTH} × smallest", met)


def rebuilding(ledgers: Ledgers) -> Sequence[Row]:
    """Facts per CPU second, once: each view alone, all of them, and the worker as it begins."""
    collect_by_hand()
    return [
        _beside("facts/CPU-s, bare read", ledgers, lambda one: bare_read(one.settings)),
        *(_rebuilt(view.name, ledgers) for view in VIEWS),
        _beside("facts/CPU-s, all views", ledgers, lambda one: one.rebuilt(None)),
        _beside("facts/CPU-s, the worker's first fold", ledgers, lambda one: one.folding.rate),
    ]


def _rebuilt(view: str, ledgers: Ledgers) -> Row:
    return _beside(f"facts/CPU-s, {view}", ledgers, lambda one: one.rebuilt(view))


def _beside(figure: str, ledgers: Ledgers, measured: Callable[[Filled], float]) -> Row:
    """The value at the greatest size, those at the others beside it."""
    values = {size: measured(one) for size, one in ledgers.items()}
    most = max(values)
    beside = {f"at {size:,}": value for size, value in values.items() if size < most}
    return Row(f"{figure}, at {most:,} facts", values[most], "", beside)
