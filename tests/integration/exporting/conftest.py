"""One ledger to read from, and one dataset of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.exporting.kept import Kept, told_of_islamabad


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Kept]:
    with told_of_islamabad(tmp_path / "ledger") as told:
        yield told


@pytest.fixture
def dataset(ledger: Kept, tmp_path: Path) -> Path:
    """In every format, as of the newest fact."""
    return ledger.export(tmp_path / "dataset")
