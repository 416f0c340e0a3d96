"""P8 and memory: what a rebuild costs, beside a bare read of the same rows."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

import psutil

from ledger.config import Settings
from ledger.service import open_ledger
from ledger.store.sqlite_module import sqlite
from projections.catalogue import VIEWS
from projections.collector import collect_by_hand
from projections.projector import open_views
from tests.benchmarks.filled import fill
from tests.benchmarks.folding import fold
from tests.benchmarks.measure import Row, cpu_seconds, in_turn, ratio

FACTS: Final = 20_000
MANY: Final = 200_000
ONE_VIEW: Final = "commitments"


async def rebuild(settings: Settings, view: str | None) -> float:
    """Facts per CPU second of this process; None stands for every view."""
    async with open_ledger(settings) as ledger, open_views(settings, ledger) as projector:
        head = (await ledger.head()).position
        await projector.wait(head, 600)
        before = _cpu()
        await projector.rebuild(view)
        return head / (_cpu() - before)


def _cpu() -> float:
    return sum(psutil.Process().cpu_times()[:2])


def bare_read(settings: Settings) -> float:
    """Rows per CPU second: every leaf and part, in order, into nothing."""
    connection = sqlite.connect(settings.data_dir / "ledger.db")
    count = 0

    def read() -> None:
        nonlocal count
        for _ in connection.execute(
            "SELECT e.rowid, e.topic, e.state, p.name, p.content "
            "FROM stored_events e JOIN parts p ON p.position = e.rowid ORDER BY e.rowid"
        ):
            count += 1

    spent = cpu_seconds(read)
    facts = connection.execute("SELECT max(rowid) FROM stored_events").fetchone()[0]
    connection.close()
    return float(facts) / spent


def rows() -> list[Row]:
    """P8: one view and all views ÷ a bare read."""
    collect_by_hand()
    with tempfile.TemporaryDirectory() as folder:
        settings = fill(Path(folder), FACTS)
        rates = in_turn(
            {
                "floor": lambda: bare_read(settings),
                "one": lambda: asyncio.run(rebuild(settings, ONE_VIEW)),
                "all": lambda: asyncio.run(rebuild(settings, None)),
            },
            rounds=3,
        )
    floor = rates["floor"]
    each = ", ".join(f"{name} {rate:,.0f}" for name, rate in rates.items())
    return [
        memory(),
        ratio("P8 rebuild of one view ÷ bare read", rates["one"], floor, gate=0.05, at_most=False),
        ratio(
            f"P8 rebuild of all {len(VIEWS)} views ÷ bare read ({each} facts/CPU-s)",
            rates["all"],
            floor,
            gate=0.02,
            at_most=False,
        ),
    ]


def memory() -> Row:
    """Peak memory of a worker when 200,000 facts went through every view ÷ when 20,000 did."""
    few, many = (_peak(count) for count in (FACTS, MANY))
    return ratio(
        f"memory after {MANY:,} facts ÷ after {FACTS:,} ({many / 1e6:.0f} MB, {few / 1e6:.0f} MB)",
        many,
        few,
        gate=1.5,
        at_most=True,
    )


def _peak(count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return fold(fill(Path(folder), count), count).peak


if __name__ == "__main__":
    print(memory())
