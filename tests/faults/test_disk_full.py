"""A full disk: nothing is half stored, reading goes on, and recording resumes by itself."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.config import Settings
from ledger.errors import StorageFullError
from ledger.store import sqlite
from ledger.store.opening import open_store
from ledger.store.port import Store
from ledger.store.sqlite_store import SqliteStore
from tests.integration.store.units import NOW, key, stored, unit


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes, where this account may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("only root can mount a small disk; the page limit stands in for it")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(store: Store) -> int:
    """Append until the disk is full; give the number of facts that were acknowledged."""
    for acknowledged in range(0, 10_000, 20):
        try:
            stored(store, *[unit() for _ in range(20)])
        except StorageFullError:
            return acknowledged
    pytest.fail("the disk did not fill")


def test_recording_stops_at_a_full_disk_and_resumes_when_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_000_000))
    settings = Settings(data_dir=small_disk, disk_reserve_percent=0)
    with closing(open_store(settings)) as store:
        acknowledged = fill(store)
        assert store.head().position == acknowledged == len(store.entries(after=0, limit=20_000))

        ballast.unlink()
        stored(store, unit())

        assert store.head().position == acknowledged + 1


def test_a_file_that_may_not_grow_refuses_as_a_full_disk_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = "PRAGMA max_page_count = 100"
    monkeypatch.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, limit))
    asked = key()
    with closing(SqliteStore(tmp_path / "ledger.db")) as store:
        acknowledged = fill(store)

        with pytest.raises(StorageFullError):
            store.append([unit(key=asked), *[unit() for _ in range(60)]], NOW)

        assert store.head().position == acknowledged
        assert store.receipt(asked) is None


def test_recording_stops_before_the_reserve_is_used_and_reading_goes_on(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "ledger.db")) as store:
        stored(store, unit())

    with closing(SqliteStore(tmp_path / "ledger.db", reserve_percent=100)) as store:
        with pytest.raises(StorageFullError):
            store.append([unit()], NOW)

        assert store.head().position == 1
