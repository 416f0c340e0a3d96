"""A ledger with a log that was just begun, once on each database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ledger.config import Settings
from ledger.publishing.beginning import begin_log
from tests.integration.log.desk import ORIGIN, Desk, open_desk
from tests.integration.store.conftest import DATABASES


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Its settings; the log lies beside the data folder, as it should."""
    on_postgres = request.param == "postgres"
    return Settings(
        data_dir=tmp_path / "data",
        log_dir=tmp_path / "log",
        url=request.getfixturevalue("postgres_database_url") if on_postgres else "",
        disk_reserve_percent=0,
    )


@pytest.fixture
def open_again(place: Settings) -> Iterator[Callable[[], Desk]]:
    """Opens the same ledger and log, as another process would."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(open_desk(place))


@pytest.fixture
def desk(place: Settings, open_again: Callable[[], Desk]) -> Desk:
    place.data_dir.mkdir()
    begin_log(place, ORIGIN)
    return open_again()
