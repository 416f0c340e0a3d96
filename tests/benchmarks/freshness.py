"""P9: from a fact's receipt to the moment every view shows it, while 64 others write."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from api.app import WORKER
from ledger.commands import RegisterOrganization
from ledger.config import Settings
from ledger.facts.stakeholder import OrganizationProfile
from ledger.service import open_ledger
from projections.apart import open_views_apart
from tests.benchmarks.appends import WRITERS, context, ident, pledge
from tests.benchmarks.measure import ROUNDS, Row, quantile

APPENDS: Final = 3200
PATIENCE: Final = 30


async def _waits() -> list[float]:
    """Milliseconds from receipt to visible, for every append."""
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), sample=False)
        async with (
            open_ledger(settings) as ledger,
            open_views_apart(settings, ledger, WORKER) as follower,
        ):
            party = ident()
            profile = OrganizationProfile(name="Office of public contracts")
            await ledger.execute([RegisterOrganization(id=party, profile=profile)], context())

            async def write() -> None:
                for _ in range(APPENDS // WRITERS):
                    receipt = await ledger.execute([pledge(party)], context())
                    start = perf_counter()
                    await follower.wait(receipt.position, PATIENCE)
                    waits.append(1000 * (perf_counter() - start))

            await asyncio.gather(*(write() for _ in range(WRITERS)))
    return waits


def rows() -> Sequence[Row]:
    waits = [wait for _ in range(ROUNDS) for wait in asyncio.run(_waits())]
    p50, p99 = quantile(waits, 0.5), quantile(waits, 0.99)
    return [
        Row("P9 fact to visible, p50, 64 writers", p50, "ms", {}, "≤ 10", p50 <= 10),
        Row("P9 fact to visible, p99, 64 writers", p99, "ms", {}, "≤ 100", p99 <= 100),
    ]
