"""No room, no right to write, no database: recording goes on, the log says why, and catches up."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.config import Settings
from ledger.errors import StorageError
from ledger.publishing import tables
from ledger.publishing.beginning import begin_log
from ledger.publishing.head import LogFolderError
from tests.integration.log.desk import ORIGIN, open_desk
from tests.integration.log.keepers import Kept, keeping
from tests.support.postgres import PostgresServer


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KiB for head and key, where this account may mount one."""
    folder = tmp_path / "log"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def begun(tmp_path: Path, log: Path, url: str = "") -> Settings:
    settings = Settings(data_dir=tmp_path / "data", log_dir=log, url=url, disk_reserve_percent=0)
    settings.data_dir.mkdir()
    begin_log(settings, ORIGIN)
    return settings


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return ballast
    pytest.fail("the disk did not fill")


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)


async def test_a_full_disk_under_the_head_stops_signing_until_there_is_room(
    tmp_path: Path, small: Path
) -> None:
    settings = begun(tmp_path, small)
    async with keeping(settings) as kept:
        await kept.reach(kept.record())
        ballast = fill(small)
        kept.record(20)

        said = await kept.says("No space left")
        last = kept.record(20)
        kind, unsigned = kept.log.kind, kept.log.size
        ballast.unlink()
        await kept.reach(last)

    assert said == (
        f"the log's folder {small} fails (No space left on device): nothing is signed until it can "
        "be read and written. Recording goes on, and the log catches up by itself"
    )
    assert (kind, unsigned) == ("failing", 1)
    assert audited(settings) == 41


def audited(settings: Settings) -> int:
    with open_desk(settings) as desk:
        return desk.audited().facts


async def test_a_service_starts_over_a_folder_that_it_may_not_write_and_says_so(
    tmp_path: Path, small: Path
) -> None:
    settings = begun(tmp_path, small)
    async with keeping(settings) as kept:
        await kept.reach(kept.record(3))
    remount(small, "ro")
    try:
        async with keeping(settings) as kept:
            said = kept.log.trouble or ""
            shown = kept.log.size
            last = kept.record()
            remount(small, "rw")
            await kept.reach(last)
    finally:
        remount(small, "rw")

    assert said.startswith(f"the log's folder {small} fails (Read-only file system)")
    assert shown == 3


def test_a_log_is_not_begun_where_nothing_can_be_written(tmp_path: Path, small: Path) -> None:
    remount(small, "ro")

    with pytest.raises(LogFolderError, match="Read-only file system"):
        begun(tmp_path, small / "deeper")


async def test_tiles_that_find_no_room_stop_signing_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = begun(tmp_path, tmp_path / "log")
    with monkeypatch.context() as little:
        little.setattr(tables, "PRAGMAS", (*tables.PRAGMAS, "max_page_count = 8"))
        async with keeping(settings) as kept:
            last = kept.record(2000)
            said = await kept.says("the disk is full")
            size = kept.log.size
    async with keeping(settings) as kept:
        await kept.reach(last)

    assert said.startswith("nothing is signed for now, because tiles or facts cannot be reached")
    assert size < last
    assert audited(settings) == last


@pytest.mark.postgres
async def test_a_database_that_is_away_is_waited_for(
    tmp_path: Path, start_postgres: Callable[..., PostgresServer]
) -> None:
    server = start_postgres(on_disk=False)
    settings = begun(tmp_path, tmp_path / "log", server.url())
    async with keeping(settings) as kept:
        await kept.reach(kept.record(5))
        server.kill()
        said = await kept.says("nothing is signed for now")
        shown = kept.log.size
        server.start()
        await kept.reach(recorded(kept))

    assert "cannot be reached" in said
    assert shown == 5
    assert audited(settings) == 6


def recorded(kept: Kept) -> int:
    """The first try may meet a connection that broke."""
    for _ in range(5):
        try:
            return kept.record()
        except StorageError:
            continue
    pytest.fail("the ledger did not recover")
