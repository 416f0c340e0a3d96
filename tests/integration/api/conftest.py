"""The service that most tests here talk to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.api.service import Service, seeded


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """Running, with the seed recorded and seen."""
    async with seeded(tmp_path) as started:
        yield started
