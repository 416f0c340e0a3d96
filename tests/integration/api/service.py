"""The real service on free ports of the loopback, with its own data folder, for one test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

from api.app import Running, running
from ledger.config import Settings
from ledger.service import Ledger
from ledger.store.port import Receipt
from tests.integration.api import seed


@dataclass(frozen=True)
class Service:
    """What a test holds: the addresses, a client, and the ledger behind them."""

    running: Running
    client: ClientSession

    @property
    def ledger(self) -> Ledger:
        return self.running.parts.ledger

    def public(self, path: str) -> str:
        return self.running.public_url + path

    def desk(self, path: str) -> str:
        return self.running.desk_url + path

    async def seen(self, receipt: Receipt) -> int:
        """Wait until every view has folded what was recorded."""
        assert await self.running.parts.follower.wait(receipt.position, 10)
        return receipt.position


def settings_in(folder: Path, **changed: object) -> Settings:
    """Settings of a test: free ports, no sample, no reserve, no limit that a test would meet.

    Views are folded in a thread, because most tests end before a worker process has started, and
    datasets are made by the tests that are about them.
    """
    given = {
        "data_dir": folder,
        "public_port": 0,
        "desk_port": 0,
        "sample": False,
        "rate_limit": 1_000_000,
        "disk_reserve_percent": 0,
        "views_worker": "thread",
        "export_seconds": 0,
        **changed,
    }
    return Settings.model_validate(given)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Service]:
    """A running service and a client of it."""
    async with running(settings) as started, ClientSession() as client:
        yield Service(started, client)


@asynccontextmanager
async def seeded(folder: Path, **changed: object) -> AsyncIterator[Service]:
    """The same with the seed in it, seen by every view."""
    async with serving(settings_in(folder, **changed)) as service:
        await service.seen(await seed.plant(service.ledger))
        yield service
