"""What every test may ask for by name. Nothing is started for tests that do not ask."""

from pathlib import Path
from typing import Final

import pytest

pytest_plugins = ["tests.support.chromium", "tests.support.postgres"]

CHECKOUT: Final = Path(__file__).parents[1]
NEEDS: Final = {
    "browser": {"browser"},
    "postgres": {"postgres_server", "start_postgres"},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what must be running for them, so that `-m 'not browser'` works."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        for mark, fixtures in NEEDS.items():
            if asked & fixtures:
                item.add_marker(mark)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the project."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real data that lies beside a checkout in development; elsewhere its tests are skipped."""
    folder = CHECKOUT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no shared/ beside this checkout: the real data is not part of the project")
    return folder
