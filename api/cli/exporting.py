"""`commitments export`."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import Progress, TaskID
from sqlalchemy import Engine

from api.cli.settings import failures_told, settings
from api.exporting.dataset import Format, Sources, available, refuse_missing, write_dataset
from api.exporting.files import Edition
from api.exporting.proving import Signed
from ledger.auditing.places import CHECKPOINT
from ledger.config import Settings
from ledger.publishing.tables import log_database
from ledger.publishing.tile_store import TileStore
from ledger.service import open_ledger
from ledger.store.opening import require_ledger
from projections.database import opened_engine
from projections.port import Views
from projections.projector import open_views

UNSIGNED: Final = (
    "Its last facts are not signed yet, so it carries no checkpoint and cannot be verified. Give "
    "the command again while the service runs, or choose an earlier fact with --as-of."
)
PATIENCE: Final = 24 * 3600.0
_POSITION: Final = re.compile(r"\d{1,15}", re.ASCII)


def export_dataset(folder: Path, as_of: str | None, formats: Sequence[str]) -> None:
    """Show a bar for each part; the folder is as it was until the whole dataset is there."""
    with failures_told():
        wanted = frozenset(map(Format, formats)) or available()
        refuse_missing(wanted)
        chosen = settings()
        require_ledger(chosen)
        edition = asyncio.run(_export(chosen, folder, as_of, wanted))
    click.echo(f"{folder}: {_moment(edition)}")


def _moment(edition: Edition) -> str:
    if edition.position == 0:
        return "empty, because the ledger knew nothing then"
    return f"as of fact {edition.position}, {edition.recorded_at:%Y-%m-%d %H:%M} UTC"


async def _export(
    chosen: Settings, folder: Path, as_of: str | None, wanted: frozenset[Format]
) -> Edition:
    with opened_engine(chosen) as engine, log_database(chosen) as database:
        log = Signed(TileStore(database))
        edition = await _written(chosen, engine, log, folder, as_of=as_of, wanted=wanted)
        if log.covering(0) and Format.FACTS in wanted and not (folder / CHECKPOINT).exists():
            click.echo(UNSIGNED, err=True)
        return edition


async def _written(
    chosen: Settings,
    engine: Engine,
    log: Signed,
    folder: Path,
    *,
    as_of: str | None,
    wanted: frozenset[Format],
) -> Edition:
    async with open_ledger(chosen) as ledger, open_views(chosen, ledger) as projector:
        await projector.wait((await ledger.head()).position, PATIENCE)
        sources = Sources(ledger.store, engine, projector.views, log)
        position = None if as_of is None else _position(projector.views, as_of)
        edition = sources.edition(chosen, chosen.public_url, position)
        with Progress(console=Console(stderr=True)) as bars:
            await asyncio.to_thread(
                write_dataset,
                folder,
                sources,
                edition,
                wanted,
                earlier=folder,
                progress=_Bars(bars).show,
            )
    return edition


def _position(views: Views, text: str) -> int:
    """A position as it is; a day means its end, as everywhere."""
    if _POSITION.fullmatch(text):
        return int(text)
    try:
        return views.position_at(datetime.combine(date.fromisoformat(text), time.max, UTC))
    except ValueError as error:
        message = "This is neither the number of a fact nor a day (YYYY-MM-DD)."
        raise click.BadParameter(message, param_hint="--as-of") from error


class _Bars:
    """A bar for each part, made when it is first heard of."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def show(self, part: str, done: int, total: int) -> None:
        if part not in self._tasks:
            self._tasks[part] = self._bars.add_task(part, total=total)
        self._bars.update(self._tasks[part], completed=done, total=total)
