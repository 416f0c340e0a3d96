"""Questions compiled once and put to the driver itself: only their parameters are left to fill in.

The SQL is SQLAlchemy's. What is saved is its work around every execution, which costs more than the
database's own. Only for columns that come as the driver gives them: numbers and text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Select


class Prepared:
    """One question for one dialect. Its SQL is not final if a parameter is a list of values."""

    def __init__(self, question: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        compiled = question.compile(dialect=dialect)
        self._question = question
        self._sql = compiled.string
        self._names = tuple(compiled.positiontup or ())
        self._constants = compiled.params
        self._is_final = not any(bind.expanding for bind in compiled.binds.values())

    def ask(self, connection: Connection, values: Mapping[str, object]) -> Sequence[Any]:
        """Every row, as a tuple. Raise the driver's own errors, or SQLAlchemy's."""
        if not self._is_final:
            return connection.execute(self._question, values).all()
        given = [values[name] if name in values else self._constants[name] for name in self._names]
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self._sql, given)
            return cursor.fetchall()
        finally:
            cursor.close()
