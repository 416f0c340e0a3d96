"""The desk's tables as lines of JSON and back: accounts, digests of tokens, and their trail."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import orjson
from sqlalchemy import Column, Connection, Engine, LargeBinary, Table, insert, select, text

from api.desk import tables
from ledger.errors import DamagedError

MEMBERS: Final[Mapping[str, Table]] = {
    f"desk/{table.name}.jsonl": table for table in (tables.accounts, tables.tokens, tables.audit)
}
"""Member of a backup → table; a token comes after its account."""

LINES: Final = 1000
LARGEST: Final = 2**63 - 1
"""What a column of a database holds."""
_NEXT_NUMBER: Final = text(
    "select setval(pg_get_serial_sequence('desk.audit', 'id'),"
    " (select coalesce(max(id), 0) + 1 from desk.audit), false)"
)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Every table as it is at one moment."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            # The module begins by itself at a write only.
            connection.exec_driver_sql("BEGIN")
        yield connection


def rows_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """A line for each row."""
    key = next(iter(table.primary_key))
    found = connection.execution_options(yield_per=LINES).execute(select(table).order_by(key))
    for row in found.mappings():
        told = {str(column.name): _told(row[column.name]) for column in table.c}
        yield orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def _told(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def read_row(table: Table, line: bytes) -> Mapping[str, object]:
    """Raise DamagedError."""
    try:
        told = dict(orjson.loads(line))
        row = {column.name: _value(column, told.pop(column.name)) for column in table.c}
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise DamagedError(f"a line of {table.name} cannot be read: {error!r}") from error
    if told:
        raise DamagedError(f"a line of {table.name} has columns that the table has not")
    return row


def _value(column: Column[Any], told: object) -> object:
    if isinstance(column.type, LargeBinary) and isinstance(told, str):
        return bytes.fromhex(told)
    if told is not None and not isinstance(told, column.type.python_type):
        raise TypeError(column.name)
    if isinstance(told, int) and not -LARGEST <= told <= LARGEST:
        raise ValueError(column.name)
    return told


def fill(connection: Connection, table: Table, rows: list[Mapping[str, object]]) -> None:
    """Insert the rows as they were."""
    if rows:
        connection.execute(insert(table), rows)
    if connection.dialect.name == "postgresql" and table is tables.audit:
        connection.execute(_NEXT_NUMBER)
