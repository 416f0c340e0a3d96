"""Tables as one SQLite file that Datasette opens with labels, facets, links and search."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

import orjson

from api.exporting.columns import Cell, Column, Document, Kind, Table
from api.exporting.files import Edition, Making
from api.exporting.json_lines import Take
from api.exporting.tables import TABLES, fed_by
from ledger.store.sqlite_module import sqlite

PATH: Final = "sqlite/ledger.db"
METADATA: Final = "sqlite/metadata.json"
MEDIA: Final = "application/vnd.sqlite3"

_PREPARED: Final = (
    # Nothing reads the file before it is complete, and a crash drops it whole.
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -16384",
)
_TYPES: Final = {Kind.INTEGER: "INTEGER", Kind.BOOLEAN: "INTEGER"}


def schema(table: Table) -> Iterator[str]:
    """The statements that make a table, and a look-up for each link."""
    columns = ", ".join(_declared(table, column) for column in table.columns)
    yield f"CREATE TABLE [{table.name}] ({columns})"
    for column in table.columns:
        if column.refers:
            index = f"{table.name}_{column.name}"
            yield f"CREATE INDEX [{index}] ON [{table.name}] ([{column.name}])"


def _declared(table: Table, column: Column) -> str:
    declared = f"[{column.name}] {_TYPES.get(column.kind, 'TEXT')}"
    if table.keyed and column.name == "id":
        return f"{declared} PRIMARY KEY"
    return f"{declared} REFERENCES [{column.refers}] ([id])" if column.refers else declared


def full_text(table: Table) -> Iterator[str]:
    """The statements that make a table's words searchable: an index beside it, not a copy."""
    if table.searched:
        words = ", ".join(f"[{name}]" for name in table.searched)
        yield (
            f"CREATE VIRTUAL TABLE [{table.name}_fts] USING FTS5 "
            f"({words}, content=[{table.name}], tokenize='unicode61 remove_diacritics 2')"
        )
        yield f"INSERT INTO [{table.name}_fts] ([{table.name}_fts]) VALUES ('rebuild')"


def stored(value: Cell) -> str | int | None:
    """A list becomes a JSON array, which Datasette counts by its members."""
    return orjson.dumps(value).decode() if isinstance(value, tuple) else value


def metadata(edition: Edition) -> dict[str, Any]:
    """Datasette's metadata: what each table and column is, how a row is called, what to count."""
    return {
        "title": edition.title,
        "description": f"As of fact {edition.position}, recorded {edition.recorded_at:%Y-%m-%d}.",
        **({"source": edition.title, "source_url": edition.url} if edition.url else {}),
        "databases": {"ledger": {"tables": {table.name: _described(table) for table in TABLES}}},
    }


def _described(table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": table.sentence,
        "columns": {column.name: column.sentence for column in table.columns},
        "facets": [
            {"array": column.name} if column.kind is Kind.LIST else column.name
            for column in table.columns
            if column.facet
        ],
    }
    return described | ({"label_column": table.label} if table.label else {})


@contextmanager
def writing(making: Making) -> Iterator[Take]:
    """The file and Datasette's metadata beside it."""
    with closing(sqlite.connect(making.place(PATH), isolation_level=None)) as database:
        _run(database, (*_PREPARED, "BEGIN"))
        for table in TABLES:
            _run(database, schema(table))

        def take(collection: str, documents: Sequence[Document]) -> None:
            for table in fed_by(collection):
                rows = (table.cells(row) for each in documents for row in table.rows(each))
                database.executemany(
                    _insert(table), ([stored(cell) for cell in row] for row in rows)
                )

        yield take
        for table in TABLES:
            _run(database, full_text(table))
        database.execute("COMMIT")
    _finish(making)


def _run(database: Any, statements: Iterator[str] | Sequence[str]) -> None:
    for statement in statements:
        database.execute(statement)


def _insert(table: Table) -> str:
    places = ", ".join("?" * len(table.columns))
    return f"INSERT INTO [{table.name}] VALUES ({places})"


def _finish(making: Making) -> None:
    making.note(PATH, MEDIA, "Every table in one file, with links and full-text search.")
    with making.file(METADATA, "application/json", "What Datasette needs to know of it.") as file:
        file.write(orjson.dumps(metadata(making.edition), option=orjson.OPT_INDENT_2))
