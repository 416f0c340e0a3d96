"""`commitments export`, as people run it."""

import resource
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.exporting.dataset import Format, NotWritten
from tests.integration.exporting.kept import URL, Kept, contents, facts_in, told_of_islamabad


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of a ledger with a small history, which nobody has opened."""
    with told_of_islamabad(tmp_path / "ledger"):
        return {"LEDGER_DATA_DIR": str(tmp_path / "ledger"), "LEDGER_SAMPLE": "false"}


def export(environment: dict[str, str], *arguments: object) -> Result:
    return CliRunner(env=environment).invoke(main, ["export", *map(str, arguments)])


def test_everything_is_written_and_the_fact_is_named(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = export(environment, tmp_path / "out")

    known = len(facts_in(tmp_path / "out"))
    assert (done.exit_code, f"as of fact {known}, " in done.stdout) == (0, True)
    assert "commitments" in done.stderr
    assert {each.name for each in (tmp_path / "out").iterdir() if each.is_dir()} == {
        *("csv", "facts", "ftm", "jsonl", "ocds", "parquet", "sqlite", "xlsx")
    }


def test_the_past_and_the_formats_can_be_chosen(
    environment: dict[str, str], tmp_path: Path
) -> None:
    numbered = export(environment, tmp_path / "n", "--as-of", 7, "--format", "facts")
    dated = export(environment, tmp_path / "d", "--as-of", "2024-05-31", "--format", "facts")

    assert (numbered.exit_code, dated.exit_code) == (0, 0)
    assert sorted(contents(tmp_path / "n")) == [
        *("SHA256SUMS", "datapackage.json", "facts/000000001-tail.jsonl.gz")
    ]
    assert len(facts_in(tmp_path / "n")) == 7
    assert sorted(contents(tmp_path / "d")) == ["SHA256SUMS", "datapackage.json"]
    assert dated.stdout == f"{tmp_path / 'd'}: empty, because the ledger knew nothing then\n"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--as-of", "1000"], 3, "fact 1000 is not there yet"),
        (["--as-of", "soon"], 2, "neither the number of a fact nor a day"),
        (["--format", "pdf"], 2, "is not one of"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    environment: dict[str, str], tmp_path: Path, arguments: list[str], code: int, sentence: str
) -> None:
    done = export(environment, tmp_path / "out", *arguments)

    assert (done.exit_code, sentence in done.stderr) == (code, True)
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    done = export(environment, tmp_path / "file" / "out")

    assert done.exit_code == 3
    assert "The dataset cannot be written to" in done.stderr


@pytest.mark.parametrize("wanted", [Format.CSV, Format.SQLITE])
def test_a_disk_that_takes_no_more_leaves_the_folder_as_it_was(
    ledger: Kept, tmp_path: Path, wanted: Format
) -> None:
    place = tmp_path / "out" / "dataset"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))

    try:
        with pytest.raises(NotWritten, match="as it was"):
            ledger.export(place, wanted)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(place.parent.iterdir()) == []


@pytest.mark.parametrize(("wanted", "library"), [("xlsx", "xlsxwriter"), ("parquet", "arro3.io")])
def test_a_format_whose_library_is_missing_says_how_to_get_it(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wanted: str,
    library: str,
) -> None:
    monkeypatch.setitem(sys.modules, library, None)

    asked = export(environment, tmp_path / "asked", "--format", wanted)
    rest = export(environment, tmp_path / "rest")

    assert asked.exit_code == 3
    assert "pip install 'commitment-ledger[export]'" in asked.stderr
    assert rest.exit_code == 0
    assert wanted not in {each.name for each in (tmp_path / "rest").iterdir()}


def test_the_command_writes_what_the_service_would(
    ledger: Kept, dataset: Path, tmp_path: Path
) -> None:
    environment = {"LEDGER_DATA_DIR": str(ledger.settings.data_dir), "LEDGER_PUBLIC_URL": URL}

    export(environment, tmp_path / "out")

    assert contents(tmp_path / "out") == contents(dataset)
