"""One store for each database, empty and gone after the test; and what to put into it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ledger.config import Settings
from ledger.store.opening import open_store
from ledger.store.port import Store

DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


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
def reopened(settings: Settings) -> Iterator[Callable[[], Store]]:
    """Opens the same ledger again, as another process would."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(open_store(settings)))
