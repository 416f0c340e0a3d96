"""Many rows in one statement, past SQLAlchemy's per-row work: Core writes the SQL, the driver runs it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Select, Table, bindparam, delete, update
from sqlalchemy.sql.dml import Insert, UpdateBase
from sqlalchemy.sql import ColumnElement


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Each row holds the values of the table's columns in their order."""
    if rows:
        columns = [column.name for column in table.columns if column.computed is None]
        statement = table.insert().values({name: bindparam(name) for name in columns})
        run_many(connection, statement, columns, rows)


def run_many(
    connection: Connection,
    statement: UpdateBase,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Run the statement for each row; `names` are the bound parameters in the order of a row."""
    if not rows:
        return
    compiled = statement.compile(dialect=connection.dialect)
    order = compiled.positiontup
    if order is not None and list(names) != order:
        places = [names.index(name) for name in order]
        rows = [tuple(row[place] for place in places) for row in rows]
    connection.exec_driver_sql(compiled.string, list(rows))
