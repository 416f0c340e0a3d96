"""A ledger of its own for each test, on each store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ledger.service import Ledger
from tests.integration.importing.runs import ledger_in

STORES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(params=STORES)
async def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ledger]:
    on_postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_database_url") if on_postgres else ""
    async with ledger_in(tmp_path / "ledger", url) as opened:
        yield opened
