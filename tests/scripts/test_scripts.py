"""Each `.http` file beside this one is a conversation that the real service must hold."""

from pathlib import Path
from typing import Final

import pytest
from yarl import URL

from tests.integration.api.seed import CAST
from tests.integration.api.service import seeded
from tests.scripts.conversation import play

SCRIPTS: Final = sorted(Path(__file__).parent.glob("*.http"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
async def test_the_conversation_goes_as_written(script: Path, tmp_path: Path) -> None:
    async with seeded(tmp_path) as service:
        listener = service.running.desk_url if "desk" in script.stem else service.running.public_url
        address = URL(listener)
        assert address.host is not None
        assert address.port is not None

        await play(script.read_text(), address.host, address.port, vars(CAST))
