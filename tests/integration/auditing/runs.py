"""The commands of whoever does not trust the operator, and a service for them to look at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from api.app import Running, running
from api.cli import main
from ledger.config import Settings
from ledger.publishing.beginning import begin_log

ORIGIN = "ledger.example/tests"


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def run(*words: object) -> Ended:
    ended = CliRunner().invoke(main, [str(word) for word in words])
    return Ended(ended.exit_code, ended.stdout, ended.stderr)


async def asked(*words: object) -> Ended:
    """The same, in a thread, while a service answers on the loop."""
    return await asyncio.to_thread(run, *words)


def settings_in(folder: Path) -> Settings:
    """A ledger with a log, the sample, and room for a whole audit in a minute."""
    folder.mkdir(exist_ok=True)
    chosen = Settings(
        data_dir=folder,
        public_port=0,
        desk_port=0,
        views_worker="thread",
        export_seconds=0,
        rate_limit=100_000,
    )
    begin_log(chosen, ORIGIN)
    return chosen


@asynccontextmanager
async def published(settings: Settings) -> AsyncIterator[Running]:
    """A service, once everything in it is signed."""
    async with running(settings) as started:
        await signed(started)
        yield started


async def signed(started: Running) -> int:
    """Wait for a checkpoint over every fact; how many there are."""
    log, head = started.parts.log, await started.parts.ledger.head()
    assert log is not None
    assert await log.reach(head.position, 20)
    return head.position
