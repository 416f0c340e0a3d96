"""Files that were made to do harm: a sentence for each, soon, and nothing from elsewhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from pydantic import ValidationError

from api.importing import sheets
from api.importing.rows import BadTable
from tests.unit.importing.test_reading import rows, table

SHEET: Final = "xl/worksheets/sheet1.xml"
SPREADSHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEADER: Final = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
BOMB: Final = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))


def sheet(rows: str, before: str = "") -> str:
    inner = f"<sheetData>{HEADER}{rows}</sheetData>"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{SPREADSHEET}">{inner}</worksheet>'


def workbook(path: Path, xml: str) -> None:
    """With this for its only sheet."""
    plain = path.with_suffix(".plain")
    openpyxl.Workbook().save(plain)
    with ZipFile(plain) as given, ZipFile(path, "w", ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(name, xml if name == SHEET else given.read(name))


@pytest.mark.parametrize("file", ["../secret.csv", "link.csv", "", "../*.csv"])
def test_what_lies_outside_of_the_folder_is_not_read(tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.csv").write_text("password\nhunter2\n")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")

    with pytest.raises(BadTable, match=r"outside|names no file") as told:
        rows(folder, file)

    assert "hunter2" not in str(told.value)


def test_an_absolute_name_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="names no file"):
        rows(tmp_path, "/etc/passwd", read="csv")


@pytest.mark.parametrize("value", ["!!int x", "!!timestamp x", "!!bool x", "!!binary aGk="])
def test_a_tag_in_yaml_is_turned_down(tmp_path: Path, value: str) -> None:
    (tmp_path / "a.yaml").write_text(f"- a: {value}\n")

    with pytest.raises(BadTable, match="tags are not accepted"):
        rows(tmp_path, "a.yaml")


@pytest.mark.parametrize("encoding", ["zlib", "rot13", "base64", "hex"])
def test_a_codec_that_gives_no_text_is_no_encoding(encoding: str) -> None:
    with pytest.raises(ValidationError, match="No such encoding"):
        table("a.csv", encoding=encoding)


@pytest.mark.timeout(20)
def test_hundreds_of_thousands_of_columns_are_read_soon(tmp_path: Path) -> None:
    header = ",".join(f"c{number}" for number in range(200_000))
    (tmp_path / "a.csv").write_text(f"{header}\n1\n")

    assert len(rows(tmp_path, "a.csv")[0]) == 200_000


BROKEN: Final[dict[str, str]] = {
    "cut short": sheet("")[:-20],
    "no number for a row": sheet('<row r="x"><c r="A2"><v>1</v></c></row>'),
    "no number in a cell": sheet('<row r="2"><c r="A2"><v>x</v></c></row>'),
    "a text that is not there": sheet('<row r="2"><c r="A2" t="s"><v>99</v></c></row>'),
    "no such column": sheet('<row r="2"><c r="AAAAAA2"><v>1</v></c></row>'),
    "entities that grow": sheet(
        '<row r="2"><c r="A2" t="inlineStr"><is><t>&e9;</t></is></c></row>',
        f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 100}">{BOMB}]>',
    ),
    "a file of the machine's": sheet(
        '<row r="2"><c r="A2" t="inlineStr"><is><t>&f;</t></is></c></row>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
    ),
}


@pytest.mark.parametrize("xml", BROKEN.values(), ids=BROKEN)
def test_a_sheet_that_is_none_is_turned_down(tmp_path: Path, xml: str) -> None:
    workbook(tmp_path / "a.xlsx", xml)

    with pytest.raises(BadTable, match="no workbook that can be read"):
        rows(tmp_path, "a.xlsx")


@pytest.mark.timeout(20)
def test_a_row_that_no_workbook_has_is_not_counted_up_to(tmp_path: Path) -> None:
    far = 10**12
    workbook(tmp_path / "a.xlsx", sheet(f'<row r="{far}"><c r="A{far}"><v>1</v></c></row>'))

    with pytest.raises(BadTable, match="after row 1,048,576"):
        rows(tmp_path, "a.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_turned_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "HELD_LIMIT", 1 << 20)
    workbook(tmp_path / "a.xlsx", sheet(""))
    with ZipFile(tmp_path / "a.xlsx", "a", ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b" " * (2 << 20))

    with pytest.raises(BadTable, match="save it as CSV"):
        rows(tmp_path, "a.xlsx")


def _flip(content: bytes) -> bytes:
    middle = len(content) // 4
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


@pytest.mark.parametrize("harm", [_flip, lambda content: content[:-30]], ids=["flipped", "cut"])
def test_a_damaged_workbook_is_turned_down(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path, sheet('<row r="2"><c r="A2"><v>1</v></c></row>'))
    path.write_bytes(harm(path.read_bytes()))

    with pytest.raises(BadTable, match="no workbook that can be read"):
        rows(tmp_path, "a.xlsx")
