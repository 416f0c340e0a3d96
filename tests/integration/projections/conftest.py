"""An empty ledger on each database, gone after the test."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.config import Settings
from ledger.service import Ledger, open_ledger
from ledger.store.opening import open_store
from ledger.store.port import Store
from projections.projector import Projector, open_views
from tests.integration.projections.keeping import DATABASES


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty ledger, once on each database."""
    on_postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_database_url") if on_postgres else ""
    return Settings(data_dir=tmp_path, url=url, disk_reserve_percent=0)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with closing(open_store(settings)) as opened:
        yield opened


@pytest.fixture
async def ledger(settings: Settings) -> AsyncIterator[Ledger]:
    async with open_ledger(settings) as opened:
        yield opened


@pytest.fixture
async def projector(settings: Settings, ledger: Ledger) -> AsyncIterator[Projector]:
    """Every view of `ledger`, kept up with it."""
    async with open_views(settings, ledger) as opened:
        yield opened
