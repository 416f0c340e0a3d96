"""Ten times the records take about the same memory."""

import subprocess
import sys
from pathlib import Path

FEW, MANY = 20, 200
SLACK_KB = 24 * 1024
"""Row groups, page caches and sort buffers fill up once; what is written is many times that."""


def peak(checkout: Path, dataset: Path, target: Path, pages: int) -> int:
    """In KB."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.integration.exporting.feeding"),
            *(str(dataset), str(target), str(pages)),
        ],
        cwd=checkout,
        capture_output=True,
        check=True,
    )
    return int(done.stdout)


def test_memory_does_not_grow_with_the_ledger(
    checkout: Path, dataset: Path, tmp_path: Path
) -> None:
    few = peak(checkout, dataset, tmp_path / "few", FEW)
    many = peak(checkout, dataset, tmp_path / "many", MANY)

    written = sum(each.stat().st_size for each in (tmp_path / "many").rglob("*") if each.is_file())
    assert written > 4 * SLACK_KB * 1024
    assert many < few + SLACK_KB, (few, many)
