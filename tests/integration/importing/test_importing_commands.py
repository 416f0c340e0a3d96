"""`commitments import` as people run it: what it prints, writes, and ends with."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.importing.mapping import json_schema

MAPPING = """\
format: import-mapping/1
name: town
parties: {who: {}}
tables:
  - name: promises
    file: promises.csv
    row: "{id}"
    retrieved_on: 2024-01-01
    source: {publisher: Town, title: Promises, basis: note}
    records:
      - make: commitment
        key: "{id}"
        quote: text
        entry:
          promisors: {from: who, parties: who}
          text: {from: text}
          made_on: {from: day, dates: [YYYY]}
          strength: {form: commits, content: general_action}
"""
GOOD = "id,who,text,day\n1,Café Müller,Open,2020\n2,Café Müller,Close,2021\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "town.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "promises.csv").write_text(GOOD, "utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    environment = {"LEDGER_DATA_DIR": str(folder / "var"), "LEDGER_DISK_RESERVE_PERCENT": "0"}
    report = ["--report", str(folder / "report.jsonl")]
    given = ["import", str(folder / "town.yaml"), *report, *arguments]
    result = CliRunner(env=environment).invoke(main, given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_whole_tables_end_with_0_and_leave_no_report(folder: Path) -> None:
    result = run(folder)

    assert result.exit_code == 0
    assert result.stdout.startswith("2 rows: 2 recorded, 0 there already, 0 ignored, 0 turned down")
    assert "9 facts" in result.stdout
    assert "rows/s" in result.stdout
    assert not (folder / "report.jsonl").exists()
    assert run(folder).stdout.startswith("2 rows: 0 recorded, 2 there already")


def test_a_dry_run_says_so_and_a_run_after_it_has_all_to_do(folder: Path) -> None:
    rehearsed = run(folder, "--dry-run")

    assert rehearsed.exit_code == 0
    assert rehearsed.stdout.startswith("Dry run, nothing was stored: 2 rows: 2 recorded")
    assert run(folder).stdout.startswith("2 rows: 2 recorded")


def test_a_dry_run_lists_the_wordings_that_were_taken_for_one(folder: Path) -> None:
    same = """\
same:
  commitment:
    retitled:
      {table: promises, key: "{text}", gone: {day: "2020"}, came: {day: "2021"}, together: who}
"""
    (folder / "town.yaml").write_text(MAPPING + same, "utf-8")
    rows = "id,who,text,day\n1,A,Open the gate,2020\n2,A,Open the gates,2021\n"
    (folder / "promises.csv").write_text(rows, "utf-8")

    result = run(folder, "--dry-run")

    assert result.stdout.startswith("One commitment: “Open the gate” became “Open the gates”.\n")


def test_rows_that_are_turned_down_end_with_4_and_a_report(folder: Path) -> None:
    (folder / "promises.csv").write_text(GOOD + "=3,Someone,Sleep,soon\n", "utf-8")

    result = run(folder)

    (listed,) = (folder / "report.jsonl").read_bytes().splitlines()
    assert result.exit_code == 4
    assert "promises, row 3: /commitments/commitment/made_on: “soon”" in result.stderr
    assert orjson.loads(listed) == {
        "table": "promises",
        "row": 3,
        "key": "=3",
        "field": "/commitments/commitment/made_on",
        "column": "day",
        "words": "soon",
        "reason": "“soon”: This is no day as the mapping says days are written.",
        "accepted": ["YYYY"],
    }


def test_a_report_for_spreadsheets_runs_no_formula(folder: Path) -> None:
    (folder / "promises.csv").write_text(GOOD + "=3,Someone,Sleep,soon\n", "utf-8")

    run(folder, "--report", str(folder / "report.csv"))

    assert ",'=3," in (folder / "report.csv").read_text("utf-8")


def test_a_mistake_in_the_mapping_ends_with_1_at_its_line(folder: Path) -> None:
    (folder / "town.yaml").write_text(MAPPING.replace("make: commitment", "make: promise"))

    result = run(folder)

    assert result.exit_code == 1
    assert "town.yaml:11:" in result.stderr
    assert "Accepted: organization, person" in result.stderr


def test_a_file_in_another_encoding_ends_with_1_unless_the_encoding_is_given(folder: Path) -> None:
    (folder / "promises.csv").write_bytes(GOOD.encode("windows-1252"))

    refused = run(folder)
    taken = run(folder, "--encoding", "promises=windows-1252")

    assert (refused.exit_code, taken.exit_code) == (1, 0)
    assert "Write `encoding: utf-16 or windows-1252`. Nothing was stored." in refused.stderr


@pytest.mark.parametrize("given", ["pledges=utf-16", "promises=utf-9", "promises"])
def test_an_encoding_of_no_table_or_of_no_name_is_wrong_use(folder: Path, given: str) -> None:
    assert run(folder, "--encoding", given).exit_code == 2


def test_a_report_takes_the_place_of_an_earlier_one_and_of_nothing_else(folder: Path) -> None:
    (folder / "promises.csv").write_text(GOOD + "3,Someone,Sleep,soon\n", "utf-8")
    written = [run(folder, "--report", str(folder / f"report{end}")) for end in (".csv", ".jsonl")]
    again = [run(folder, "--report", str(folder / f"report{end}")) for end in (".csv", ".jsonl")]

    refused = run(folder, "--report", str(folder / "promises.csv"))

    assert [each.exit_code for each in (*written, *again)] == [4, 4, 4, 4]
    assert refused.exit_code == 2
    assert "no import wrote; choose another name" in refused.stderr
    assert (folder / "promises.csv").read_text("utf-8").startswith("id,who,text,day")


def test_a_report_that_cannot_be_written_stops_the_run_before_it_begins(folder: Path) -> None:
    result = run(folder, "--report", str(folder / "nowhere" / "report.csv"))

    assert result.exit_code == 2
    assert run(folder).stdout.startswith("2 rows: 2 recorded")


def test_the_schema_is_printed() -> None:
    result = CliRunner().invoke(main, ["schema", "import"])

    assert orjson.loads(result.stdout) == json_schema()
