"""A ledger of its own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ledger.service import Ledger
from tests.integration.importing.runs import ledger_in


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with ledger_in(tmp_path / "ledger") as opened:
        yield opened
