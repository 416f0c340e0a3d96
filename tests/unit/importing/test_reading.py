"""Rows out of files: the same words from every format, in every encoding that is declared."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from api.importing.mapping import TableEntry
from api.importing.reading import read_table
from api.importing.rows import BadTable

WORDS = [
    {"id": "007", "name": "وزارتِ صحت", "on": "2024-03-05"},
    {"id": "8", "name": "Министерство, связи", "on": "no"},
]


def table(file: str, **given: Any) -> TableEntry:
    return TableEntry.model_validate(
        {
            "name": "rows",
            "file": file,
            "source": {},
            "retrieved_on": "2024-01-01",
            "records": [{"make": "commitment", "key": "{id}", "entry": {}}],
            **given,
        }
    )


def rows(folder: Path, file: str, **given: Any) -> list[dict[str, str]]:
    return [dict(row.values) for row in read_table(table(file, **given), folder)]


def csv_text() -> str:
    return 'id,name,on\r\n007,وزارتِ صحت,2024-03-05\r\n\r\n8,"Министерство, связи",no\r\n'


def _workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Rows", 0)
    sheet.append(["id", "name", "on"])
    sheet.append(["007", "وزارتِ صحت", date(2024, 3, 5)])
    sheet.append([8, "Министерство, связи", "no"])
    sheet.append([None, None, None])
    book.save(path)


WRITERS: dict[str, Callable[[Path], object]] = {
    "a.csv": lambda path: path.write_bytes(csv_text().encode()),
    "b.tsv": lambda path: path.write_text(
        "id\tname\ton\n" + "".join("\t".join(each.values()) + "\n" for each in WORDS), "utf-8"
    ),
    "c.jsonl": lambda path: path.write_text(
        "\n".join(json.dumps(each) for each in WORDS).replace('"8"', "8"), "utf-8"
    ),
    "d.json": lambda path: path.write_text(json.dumps(WORDS), "utf-8"),
    "e.yaml": lambda path: path.write_text(
        "".join(
            f"- id: {each['id']}\n  name: {each['name']}\n  on: {each['on']}\n" for each in WORDS
        ),
        "utf-8",
    ),
    "f.xlsx": _workbook,
}


@pytest.mark.parametrize("file", list(WRITERS))
def test_every_format_gives_the_words_as_they_were_written(tmp_path: Path, file: str) -> None:
    WRITERS[file](tmp_path / file)

    assert rows(tmp_path, file) == WORDS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_unicode_is_read_in_each_of_its_forms(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(csv_text().encode(encoding))
    declared = encoding.removesuffix("-sig")

    assert rows(tmp_path, "a.csv", encoding=declared) == WORDS


def test_an_old_code_page_is_read_where_it_is_declared(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("id;name\n1;Café – Müller\n".encode("windows-1252"))

    found = rows(tmp_path, "a.csv", encoding="windows-1252", delimiter=";")

    assert found == [{"id": "1", "name": "Café – Müller"}]


@pytest.mark.parametrize(
    ("written", "declared", "advice"),
    [
        ("windows-1252", "utf-8", "utf-16 or windows-1252"),
        ("utf-16", "utf-8", "utf-16"),
        ("utf-16-le", "utf-8", "utf-16-le"),
        ("utf-16-be", "utf-8", "utf-16-be"),
        ("utf-8", "windows-1252", "utf-8"),
        ("utf-8-sig", "windows-1252", "utf-8"),
        ("utf-8", "utf-16", "utf-8"),
    ],
)
def test_a_wrong_encoding_is_an_error_that_says_what_to_try(
    tmp_path: Path, written: str, declared: str, advice: str
) -> None:
    (tmp_path / "a.csv").write_bytes("id,name\n1,Café été\n".encode(written))

    with pytest.raises(BadTable, match=f"not in {declared}.*Write `encoding: {advice}`"):
        rows(tmp_path, "a.csv", encoding=declared)


def test_lists_and_trees_become_cells_and_columns(tmp_path: Path) -> None:
    value = {"plan": {"rows": [{"a": {"b": 1.50}, "c": ["x", "y"], "d": None, "e": True}]}}
    (tmp_path / "a.json").write_text(json.dumps(value).replace("1.5", "1.50"))

    assert rows(tmp_path, "a.json", at="plan/rows") == [
        {"a.b": "1.50", "c": "x\ny", "d": "", "e": "true"}
    ]


def test_pages_give_their_header_and_their_text(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: Page {name}\nday: 2024-03-05\n---\nHi\n")

    assert rows(tmp_path, "*.md") == [
        {"title": f"Page {name}", "day": "2024-03-05", "_body": "Hi", "_file": f"{name}.md"}
        for name in ("a", "b")
    ]


def test_a_formula_without_a_saved_result_turns_the_workbook_down(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Sums", 0)
    for row in (["id", "sum"], ["1", "2"], ["2", "=A2*2"]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")

    with pytest.raises(BadTable, match="row 3: a formula there has no saved result"):
        rows(tmp_path, "a.xlsx")


def test_numbers_of_a_workbook_are_written_as_people_write_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["a", "b", "c", "d", None],
        [3.0, 2.5, True, datetime.fromisoformat("2024-01-02T03:04"), "x"],
    ):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")

    assert rows(tmp_path, "a.xlsx") == [
        {"a": "3", "b": "2.5", "c": "true", "d": "2024-01-02T03:04:00"}
    ]


@pytest.mark.parametrize(
    ("file", "raw", "says"),
    [
        ("a.csv", b"id,id\n1,2\n", "several columns called id"),
        ("a.csv", b"id,name\n1,2,3\n", "more cells than the header"),
        ("a.csv", b"", "no header"),
        ("a.csv", b'id,name\n"1,2\n', "line 2"),
        ("a.jsonl", b'{"a": 1}\n{oops\n', "line 2: this is no JSON"),
        ("a.json", b'{"a": 1}', "no list of rows"),
        ("a.yaml", b"- &x {a: 1}\n- *x\n", "anchors and aliases"),
        ("a.yaml", b"- [", "no YAML"),
        ("a.md", b"no header", "does not begin with a header"),
        ("a.xlsx", b"PK", "no workbook"),
        ("a.parquet", b"", "say under `read`"),
        ("b.csv", None, "There is no file b.csv"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(
    tmp_path: Path, file: str, raw: bytes | None, says: str
) -> None:
    if raw is not None:
        (tmp_path / file).write_bytes(raw)

    with pytest.raises(BadTable, match=says):
        rows(tmp_path, file)
