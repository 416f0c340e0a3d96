"""`commitments rebuild`."""

import asyncio
from typing import Final

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from api.cli.settings import FAILED, fail, failures_told, settings
from ledger.config import Settings
from ledger.service import open_ledger
from ledger.store.opening import require_ledger
from projections.building import RebuildFailedError
from projections.catalogue import VIEWS
from projections.collector import collect_by_hand
from projections.projector import open_views

PATIENCE: Final = 24 * 3600.0


def rebuild_views(view: str | None) -> None:
    """Show a bar for each view; what is served goes on being served until the new one is ready."""
    names = [each.name for each in VIEWS]
    if view is not None and view not in names:
        raise click.BadParameter(f"The views are {', '.join(names)}.", param_hint="VIEW")
    collect_by_hand()
    with failures_told():
        chosen = settings()
        require_ledger(chosen)
        try:
            asyncio.run(_rebuild(chosen, view))
        except RebuildFailedError as error:
            fail(str(error), FAILED)


async def _rebuild(chosen: Settings, view: str | None) -> None:
    async with open_ledger(chosen) as ledger, open_views(chosen, ledger) as projector:
        # Opening builds what was never built; a rebuild begun meanwhile would take its tables away.
        await projector.wait((await ledger.head()).position, PATIENCE)
        with Progress(console=Console(stderr=True)) as bars:
            await projector.rebuild(view, _Bars(bars).show)


class _Bars:
    """A bar for each view, made when it is first heard of."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def show(self, view: str, position: int, head: int) -> None:
        if view not in self._tasks:
            self._tasks[view] = self._bars.add_task(view, total=head)
        self._bars.update(self._tasks[view], completed=position, total=head)
