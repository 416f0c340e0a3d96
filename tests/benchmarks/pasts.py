"""P12: what a page or a total of the past costs, beside the same of now, asked of the views."""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from ledger.service import open_ledger
from projections.port import NOW, Moment, Query, Views
from projections.projector import open_views
from tests.benchmarks.filled import fill
from tests.benchmarks.measure import Row, cpu_seconds, in_turn, ratio

FACTS: Final = 20_000
TURNS: Final = 20
KNOWN: Final = Moment(as_of=FACTS // 2)
TRUE: Final = Moment(on=date(2024, 6, 30))

Question = Callable[[Views, Moment], object]


def page(views: Views, moment: Moment) -> object:
    return views.page("commitments", Query(moment=moment, limit=50))


def totals(views: Views, moment: Moment) -> object:
    return views.statistics(moment)


async def _figures() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        settings = fill(Path(folder), FACTS)
        async with open_ledger(settings) as ledger, open_views(settings, ledger) as projector:
            await projector.wait(FACTS, 3600)
            views = projector.views
            return [
                _row("P12 as_of page ÷ current page", views, page, KNOWN),
                _row("P12 on page ÷ current page", views, page, TRUE),
                _row("P12 as_of totals ÷ current totals", views, totals, KNOWN),
            ]


def _row(figure: str, views: Views, question: Question, past: Moment) -> Row:
    def cost(moment: Moment) -> float:
        return cpu_seconds(lambda: [question(views, moment) for _ in range(TURNS)])

    costs = in_turn({"past": lambda: cost(past), "now": lambda: cost(NOW)})
    return ratio(figure, costs["past"], costs["now"], gate=2, at_most=True)


def rows() -> Sequence[Row]:
    return asyncio.run(_figures())
