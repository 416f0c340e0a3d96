"""What every test may ask for by name. Nothing is started for tests that do not ask."""

from pathlib import Path
from typing import Final

import pytest
import structlog
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
# Logged failures are part of many tests; drawing each with its variables takes a second.
structlog.configure(
    processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)

pytest_plugins = ["tests.support.chromium", "tests.support.postgres"]

CHECKOUT: Final = Path(__file__).parents[1]
NEEDS: Final = {
    "browser": {"browser"},
    "postgres": {"postgres", "postgres_server", "start_postgres"},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what must be running for them, so that `-m 'not browser'` works."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ())) | _variants(item)
        for mark, names in NEEDS.items():
            if asked & names:
                item.add_marker(mark)


def _variants(item: pytest.Item) -> set[str]:
    """Words a test is run with: one on both stores is run with `sqlite` and with `postgres`."""
    called = getattr(item, "callspec", None)
    return {each for each in called.params.values() if isinstance(each, str)} if called else set()


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
