"""A backup that is killed, or finds no room, leaves nothing that could be believed."""

import os
import shlex
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from ledger.config import Settings
from ledger.store.opening import open_store
from tests.integration.backup.places import every_entry, run
from tests.integration.store.units import stored, unit

FACTS = 6000
BLOCKS = 512
"""Of 512 bytes: the size that the shell lets a file have, less than the backup needs."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A ledger whose backup takes a moment."""
    made = Settings(data_dir=tmp_path / "ledger", disk_reserve_percent=0)
    with closing(open_store(made)) as store:
        for _ in range(FACTS // 500):
            stored(store, *[unit() for _ in range(500)])
    return made


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "api.cli", *map(str, arguments)]


def environment(settings: Settings, checkout: Path) -> dict[str, str]:
    given = {"LEDGER_DATA_DIR": str(settings.data_dir), "LEDGER_DISK_RESERVE_PERCENT": "0"}
    return {**os.environ, **given, "PYTHONPATH": str(checkout), "COLUMNS": "200"}


def appeared(folder: Path, pattern: str, program: subprocess.Popen[bytes]) -> Path:
    """The first such file that has something in it."""
    end = time.monotonic() + 60
    while time.monotonic() < end and program.poll() is None:
        for path in folder.glob(pattern):
            if path.is_dir() or path.stat().st_size:
                return path
        time.sleep(0.001)
    pytest.fail("it ended before it was killed")


def test_a_killed_backup_leaves_nothing_under_its_name_and_the_next_one_works(
    settings: Settings, checkout: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    path = folder / "backup.zip"

    with subprocess.Popen(
        command("backup", path), env=environment(settings, checkout), stderr=subprocess.DEVNULL
    ) as program:
        left = appeared(folder, ".*.part", program)
        program.kill()

    assert program.returncode == -9
    assert list(folder.iterdir()) == [left]
    assert run(settings, "backup", path).code == 0
    assert run(settings, "backup", "--verify", path).code == 0


def test_a_killed_restore_is_no_ledger_and_the_cure_is_said(
    settings: Settings, checkout: Path, tmp_path: Path
) -> None:
    path = tmp_path / "backup.zip"
    run(settings, "backup", path)
    target = Settings(data_dir=tmp_path / "restored", disk_reserve_percent=0)

    with subprocess.Popen(
        command("restore", path), env=environment(target, checkout), stderr=subprocess.DEVNULL
    ) as program:
        stage = appeared(tmp_path, "restored/restoring", program)
        program.kill()
    again, doctor = run(target, "restore", path), run(target, "doctor")

    assert program.returncode == -9
    assert list(target.data_dir.iterdir()) == [stage]
    assert again.code == 1
    assert f"{stage} is there" in again.err
    assert "remove that folder" in again.err
    assert doctor.code == 1
    assert "restoring" in doctor.out


def test_where_there_is_no_room_the_backup_says_so_and_leaves_nothing(
    settings: Settings, checkout: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    backup = shlex.join(command("backup", folder / "backup.zip"))

    ended = subprocess.run(
        ["sh", "-c", f"ulimit -f {BLOCKS}; exec {backup}"],
        env=environment(settings, checkout),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 3, ended.stderr
    assert "There is no room for the backup" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr
    assert list(folder.iterdir()) == []
    assert len(every_entry(settings)) == FACTS
