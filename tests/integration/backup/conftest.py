"""A filled ledger on each database, and its backup."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ledger.config import Settings
from tests.integration.backup.places import fill, new_place, run

Place = Callable[[str], Settings]


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Makes places where nothing is yet: `place("sqlite")`, `place("postgres")`."""
    with ExitStack() as places:
        yield lambda kind: places.enter_context(
            new_place(kind, tmp_path, lambda: request.getfixturevalue("postgres_server"))
        )


@pytest.fixture
def filled(place: Place) -> Settings:
    """A ledger in SQLite with something of everything in it."""
    settings = place("sqlite")
    fill(settings)
    return settings


@pytest.fixture
def archive(filled: Settings, tmp_path: Path) -> Path:
    """Its backup."""
    path = tmp_path / "backup.zip"
    ended = run(filled, "backup", path)
    assert ended.code == 0, ended.err
    return path
