"""A service for each test, reached as readers and officials reach it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.desk.office import Office, open_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as opened:
        yield opened
