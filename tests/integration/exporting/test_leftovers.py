"""What a crash leaves is swept away or put back; what is being made is left alone."""

import subprocess
import sys
from pathlib import Path

from api.exporting.placing import clear_leftovers, made_whole

HOLDING = """
import sys, time
from pathlib import Path
from api.exporting.placing import made_whole
with made_whole(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half")
    print(folder, flush=True)
    time.sleep(60)
"""


def begin(target: Path) -> tuple[subprocess.Popen[str], Path]:
    """Another process that has made half a folder, and what it has made."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(target)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    return other, Path(other.stdout.readline().strip())


def test_a_folder_in_the_making_goes_once_its_maker_has_died(tmp_path: Path) -> None:
    other, half = begin(tmp_path / "data")
    with other:
        clear_leftovers(tmp_path)
        kept_meanwhile = (half / "half").exists()

        other.kill()
        other.wait()
    clear_leftovers(tmp_path)

    assert kept_meanwhile
    assert list(tmp_path.iterdir()) == []


def test_a_crash_between_the_two_renames_is_undone(tmp_path: Path) -> None:
    old = tmp_path / ".replaced-data"
    old.mkdir()
    (old / "file").write_text("old")

    clear_leftovers(tmp_path)

    assert (tmp_path / "data" / "file").read_text() == "old"
    assert not old.exists()


def test_a_crash_after_the_two_renames_is_finished(tmp_path: Path) -> None:
    for name in (".replaced-data", "data"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)

    clear_leftovers(tmp_path)

    assert (tmp_path / "data" / "file").read_text() == "data"
    assert [each.name for each in tmp_path.iterdir()] == ["data"]


def test_a_folder_takes_the_place_of_another_whole(tmp_path: Path) -> None:
    for content in ("first", "second"):
        with made_whole(tmp_path / "data") as folder:
            (folder / content).write_text(content)

    assert [each.name for each in (tmp_path / "data").iterdir()] == ["second"]
    assert [each.name for each in tmp_path.iterdir()] == ["data"]
