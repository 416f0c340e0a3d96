"""`make bench`: prints every figure with its floor and peers. Nothing here is a test."""

import argparse
import platform
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from api import logging as api_logging
from tests.benchmarks import appends, datasets, freshness, pasts, proving, reading, rebuilds, scale
from tests.benchmarks.measure import ROUNDS, Row

PARTS: Final[Mapping[str, Callable[[], Sequence[Row]]]] = {
    "reading": reading.rows,
    "appends": appends.rows,
    "rebuilds": rebuilds.rows,
    "freshness": freshness.rows,
    "pasts": pasts.rows,
    "datasets": datasets.rows,
    "proving": proving.rows,
    "scale": scale.rows,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    chosen = parser.parse_args().parts or list(PARTS)
    api_logging.configure("warning")
    console = Console(width=140)
    console.print(f"Python {platform.python_version()}; medians of {ROUNDS} rounds in turn")
    for name in chosen:
        console.print(_table(name, PARTS[name]()))


def _table(name: str, rows: Sequence[Row]) -> Table:
    table = Table("figure", "value", "beside it", "first gate", "met", title=name)
    for row in rows:
        beside = ", ".join(f"{peer} {_amount(value)}" for peer, value in row.beside.items())
        met = {True: "yes", False: "no", None: ""}[row.met]
        table.add_row(row.figure, f"{_amount(row.value)} {row.unit}", beside, row.gate, met)
    return table


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    main()
