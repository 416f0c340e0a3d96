"""The example of docs/importing.md does what the page says."""

import csv
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main


@pytest.fixture
def folder(checkout: Path, tmp_path: Path) -> Path:
    """The files of the example, each from its own fence."""
    page = (checkout / "docs" / "importing.md").read_text(encoding="utf-8")
    for name in ("pledges.csv", "pledges.yaml"):
        kind = name.rpartition(".")[2]
        found = re.search(rf"`{name}`:\n\n```{kind}\n(.*?)```", page, re.DOTALL)
        assert found is not None
        (tmp_path / name).write_text(found[1], encoding="utf-8")
    return tmp_path


def test_the_example_is_imported_as_the_page_says(folder: Path) -> None:
    environment = {"LEDGER_DATA_DIR": str(folder / "var"), "LEDGER_DISK_RESERVE_PERCENT": "0"}
    report = folder / "report.csv"

    result = CliRunner(env=environment).invoke(
        main, ["import", str(folder / "pledges.yaml"), "--report", str(report)]
    )

    with report.open(encoding="utf-8", newline="") as text:
        (turned_down,) = csv.DictReader(text)
    assert result.exit_code == 4
    assert "2 rows: 1 recorded, 0 there already, 0 ignored, 1 turned down." in result.stdout
    assert (turned_down["row"], turned_down["words"], turned_down["accepted"]) == (
        "2",
        "Dome",
        "Done; Under way",
    )
