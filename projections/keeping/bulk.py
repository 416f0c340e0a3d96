"""Many rows in one statement: Core writes the SQL once, and the driver runs it for each row."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.sql.dml import UpdateBase

Values = tuple[Any, ...]


class Many:
    """A statement for each of many rows; `names` are its parameters in the order of a row."""

    def __init__(self, statement: UpdateBase, names: Sequence[str]) -> None:
        self._statement, self._names = statement, list(names)
        self._sql = ""
        self._places: list[int] | None = None

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        if not rows:
            return
        if not self._sql:
            self._compile(connection)
        if self._places is not None:
            rows = [tuple([row[place] for place in self._places]) for row in rows]
        connection.exec_driver_sql(self._sql, list(rows))

    def _compile(self, connection: Connection) -> None:
        compiled = self._statement.compile(dialect=connection.dialect)
        order = compiled.positiontup or self._names
        if order != self._names:
            self._places = [self._names.index(name) for name in order]
        self._sql = compiled.string


def inserting(table: Table, names: Sequence[str] = ()) -> Many:
    """Rows hold the values of these columns, or of all that are not computed, in their order."""
    columns = names or [column.name for column in table.columns if column.computed is None]
    return Many(table.insert().values({name: bindparam(name) for name in columns}), columns)
