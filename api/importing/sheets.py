"""Rows of a workbook (.xlsx), read one by one: what a formula last gave, never the formula.

A formula whose result was never saved gives nothing to read, so the workbook is turned down.
"""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from api.importing.rows import BadTable

LAST_ROW: Final = 1_048_576
"""No workbook has more; one that says so would be read for ever."""
HELD_LIMIT: Final = 128 << 20
# What the reader raises when bytes, or what they say, are not those of a workbook.
_BROKEN: Final = (
    BadZipFile,
    InvalidFileException,
    ParseError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)


def sheet_rows(path: Path, sheet: str) -> Iterator[Iterable[tuple[str, str]]]:
    """Name and words of each cell below a named column of the first row. Raise BadTable."""
    try:
        yield from _rows(path, sheet)
    except BadTable:
        raise
    except _BROKEN as error:
        raise BadTable(f"{path.name} is no workbook that can be read: {error}.") from error


def _rows(path: Path, sheet: str) -> Iterator[Iterable[tuple[str, str]]]:
    _refuse_swollen(path)
    with _opened(path, data_only=True) as results, _opened(path, data_only=False) as written:
        if sheet and sheet not in results.sheetnames:
            names = ", ".join(results.sheetnames)
            raise BadTable(f"{path.name} has no sheet {sheet}, but {names}.")
        name = sheet or results.sheetnames[0]
        yield from _below_header(
            path, _calculated(path, _cells(path, results, name), _cells(path, written, name))
        )


@contextmanager
def _opened(path: Path, *, data_only: bool) -> Iterator[Workbook]:
    with (
        path.open("rb") as file,
        closing(load_workbook(file, read_only=True, data_only=data_only)) as book,
    ):
        yield book


def _cells(path: Path, book: Workbook, sheet: str) -> Iterator[tuple[object, ...]]:
    for number, row in enumerate(book[sheet].iter_rows(values_only=True, max_row=LAST_ROW + 1)):
        if number == LAST_ROW:
            raise BadTable(
                f"{path.name} has a row after row {LAST_ROW:,}, the last that a sheet can have. "
                "Save the table as CSV."
            )
        yield row


def _calculated(
    path: Path, results: Iterator[tuple[object, ...]], written: Iterator[tuple[object, ...]]
) -> Iterator[tuple[object, ...]]:
    """The results; raise BadTable at the first formula that has none."""
    for number, (found, formulas) in enumerate(zip(results, written, strict=False), 1):
        for cell, formula in zip_longest(found, formulas):
            if cell is None and formula is not None:
                raise BadTable(
                    f"{path.name}, row {number}: a formula there has no saved result. Open the "
                    "workbook in a spreadsheet and save it, or save the sheet as CSV."
                )
        yield found


def _refuse_swollen(path: Path) -> None:
    """Texts that cells share are held in memory all at once; a sheet is not."""
    with ZipFile(path) as packed:
        sizes = [each.file_size for each in packed.infolist() if not _is_sheet(each.filename)]
    if sum(sizes) > HELD_LIMIT:
        raise BadTable(f"{path.name} unpacks to more than {HELD_LIMIT >> 20} MiB; save it as CSV.")


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/")


def _below_header(
    path: Path, rows: Iterator[tuple[object, ...]]
) -> Iterator[Iterable[tuple[str, str]]]:
    header = [written(cell).strip() for cell in next(rows, ())]
    named = [name for name in header if name]
    if not named or len(set(named)) < len(named):
        raise BadTable(f"{path.name}: the first row must name each column, and no two alike.")
    for cells in rows:
        words = [written(cell) for cell in cells]
        if any(map(str.strip, words)):
            yield [pair for pair in zip(header, words, strict=False) if pair[0]]


def written(cell: object) -> str:
    """A cell in words: a day as YYYY-MM-DD, a whole number without a point."""
    match cell:
        case None:
            return ""
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)
