"""Each `.http` file beside this one is a conversation that the real service must hold."""

from pathlib import Path
from typing import Final

import pytest
from yarl import URL

from tests.integration.api.seed import CAST
from tests.integration.api.service import seeded
from tests.scripts.conversation import play

SCRIPTS: Final = {path.stem: path.read_text() for path in Path(__file__).parent.glob("*.http")}


async def hold(name: str, folder: Path, url: str = "") -> None:
    async with seeded(folder, url=url) as service:
        desk = name.startswith("desk-")
        address = URL(service.running.desk_url if desk else service.running.public_url)
        assert address.host is not None
        assert address.port is not None

        await play(SCRIPTS[name], address.host, address.port, vars(CAST))


@pytest.mark.parametrize("name", sorted(SCRIPTS))
async def test_the_conversation_goes_as_written(name: str, tmp_path: Path) -> None:
    await hold(name, tmp_path)


@pytest.mark.parametrize("name", ["reading", "caching"])
async def test_it_goes_the_same_way_on_postgresql(
    name: str, tmp_path: Path, postgres_database_url: str
) -> None:
    await hold(name, tmp_path, postgres_database_url)
