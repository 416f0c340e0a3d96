"""A crash between any two steps of publishing: no second history, and every fact proved after it.

The steps are calls of the operating system that a process makes on its way: it is ended at each.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.config import Settings
from ledger.log.checkpoints import read_checkpoint
from ledger.publishing.beginning import begin_log
from ledger.publishing.signing import log_folder
from tests.faults.dying import STEPS
from tests.integration.log.desk import ORIGIN, Desk, open_desk
from tests.integration.store.units import NOW

BEFORE, AFTER = 300, 500


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    """300 facts are published, 200 further ones recorded."""
    settings = Settings(
        data_dir=tmp_path / "data", log_dir=tmp_path / "log", disk_reserve_percent=0
    )
    settings.data_dir.mkdir()
    begin_log(settings, ORIGIN)
    with open_desk(settings) as desk:
        desk.record(BEFORE)
        desk.publish()
        desk.record(AFTER - BEFORE)
    return settings


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_leaves_one_history(checkout: Path, place: Settings, step: str) -> None:
    with open_desk(place) as desk:
        kept = desk.head.read()
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.dying", place.data_dir, log_folder(place), step],
        cwd=checkout,
        check=False,
    )
    assert ended.returncode == -9

    with open_desk(place) as desk:
        left, shown = desk.head.read(), shown_of(desk)
        again = desk.publish()

        assert shown <= left.size <= again.size == AFTER
        assert left.size in {BEFORE, AFTER}
        assert desk.audited(kept).facts == desk.audited(left).facts == AFTER
        assert shown_of(desk) == AFTER


def shown_of(desk: Desk) -> int:
    shown = desk.tiles.published()
    return read_checkpoint(shown.note.encode())[1].size if shown else 0


@pytest.mark.parametrize("left", [b"", b"ledger.exam", b"\xff"])
def test_a_half_written_head_beside_the_head_is_nobody_s(place: Settings, left: bytes) -> None:
    (log_folder(place) / "head.new").write_bytes(left)

    with open_desk(place) as desk:
        assert desk.head.read().size == BEFORE
        assert desk.publish().size == AFTER
        assert desk.audited().facts == AFTER


def test_a_head_that_could_be_written_in_part_only_stays_what_it_was(
    checkout: Path, place: Settings
) -> None:
    """A disk that takes forty bytes of it, as a quota may."""
    with open_desk(place) as desk:
        before = desk.head.note()

    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.dying", place.data_dir, log_folder(place), "short"],
        cwd=checkout,
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )

    assert b"the log's folder" in ended.stderr
    with open_desk(place) as desk:
        assert desk.head.note() == before
        assert desk.publisher(NOW).round(NOW) is not None
        assert desk.audited().facts == AFTER
