"""Tables as CSV (RFC 4180), a file each, which a spreadsheet may open without running anything."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

from api.exporting.columns import Cell, Document, Table
from api.exporting.files import Hashed, Making
from api.exporting.json_lines import Take
from api.exporting.tables import TABLES, fed_by
from api.public.tables import safe

MEDIA: Final = "text/csv"
LIST_BY: Final = ";"
"""Stands between the texts of a list; inside one of them a comma stands for it."""


def cell(value: Cell) -> str:
    """A cell as text; what would run as a formula begins with an apostrophe."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return safe(value)
        case _:
            return safe(joined(value))


def joined(texts: Sequence[str]) -> str:
    return LIST_BY.join(text.replace(LIST_BY, ",") for text in texts)


def lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as they stand in a file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def path(table: Table) -> str:
    return f"csv/{table.name}.csv"


@contextmanager
def writing(making: Making) -> Iterator[Take]:
    """A file for each table, its header in it from the start."""
    with ExitStack() as stack:
        files = {table.name: stack.enter_context(_begun(making, table)) for table in TABLES}

        def take(collection: str, documents: Sequence[Document]) -> None:
            for table in fed_by(collection):
                rows = (table.cells(row) for each in documents for row in table.rows(each))
                files[table.name].write(lines([cell(value) for value in row] for row in rows))

        yield take


@contextmanager
def _begun(making: Making, table: Table) -> Iterator[Hashed]:
    with making.file(path(table), MEDIA, table.sentence, table=table.name) as file:
        file.write(lines([[column.name for column in table.columns]]))
        yield file
