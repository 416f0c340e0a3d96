"""Tables as one workbook, a sheet each, written row by row; needs XlsxWriter.

A sheet of a workbook holds 1,048,576 rows and a cell 32,767 characters: what does not fit goes on
in a second sheet, or ends in an ellipsis.
"""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from api.exporting.columns import Cell, Document, Table
from api.exporting.csv_files import joined
from api.exporting.files import Making
from api.exporting.json_lines import Take
from api.exporting.tables import TABLES, fed_by

PATH: Final = "xlsx/ledger.xlsx"
MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LAST_ROW: Final = 1_048_575
LONGEST: Final = 32_767
ELLIPSIS: Final = "…"

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Sheets:
    """The sheets of one table: the next begins when one is full."""

    def __init__(self, book: Any, table: Table) -> None:
        self._book, self._table = book, table
        self._count = 0
        self._begin()

    def _begin(self) -> None:
        self._count += 1
        name = self._table.name if self._count == 1 else f"{self._table.name} {self._count}"
        self._sheet = self._book.add_worksheet(name)
        self._row = 0
        self._sheet.freeze_panes(1, 0)
        self.add([column.name for column in self._table.columns])

    def add(self, cells: Sequence[Cell]) -> None:
        """A row; what are texts are written as texts, whatever they begin with."""
        if self._row > LAST_ROW:
            self._begin()
        for column, value in enumerate(cells):
            self._write(column, value)
        self._row += 1

    def _write(self, column: int, value: Cell) -> None:
        match value:
            case None:
                return
            case bool():
                self._sheet.write_boolean(self._row, column, value)
            case int():
                self._sheet.write_number(self._row, column, value)
            case str():
                self._sheet.write_string(self._row, column, shortened(value))
            case _:
                self._sheet.write_string(self._row, column, shortened(joined(value)))


def shortened(text: str) -> str:
    """What a cell can hold of it."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + ELLIPSIS


@contextmanager
def writing(making: Making) -> Iterator[Take]:
    """The workbook."""
    writer = importlib.import_module("xlsxwriter")
    with writer.Workbook(str(making.place(PATH)), _OPTIONS) as book:
        recorded_at = making.edition.recorded_at.replace(tzinfo=None)
        book.set_properties({"title": making.edition.title, "created": recorded_at})
        sheets = {table.name: Sheets(book, table) for table in TABLES}

        def take(collection: str, documents: Sequence[Document]) -> None:
            for table in fed_by(collection):
                for each in documents:
                    for row in table.rows(each):
                        sheets[table.name].add(table.cells(row))

        yield take
    making.note(PATH, MEDIA, "Every table as a sheet of one workbook.")
