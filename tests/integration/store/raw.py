"""The database underneath a store, opened beside it as somebody with a shell would."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from ledger.config import Settings
from ledger.store.sqlite_module import sqlite

Refused = (sqlite.IntegrityError, psycopg.IntegrityError)


class Raw:
    """One transaction of plain SQL, with `?` for values on both databases."""

    def __init__(self, connection: Any, *, on_postgres: bool) -> None:
        self._connection = connection
        self.on_postgres = on_postgres

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        text = statement.replace("?", "%s") if self.on_postgres else statement
        cursor = self._connection.execute(text, values)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def raw(settings: Settings) -> Iterator[Raw]:
    """Commits at the end; the superuser's connection on PostgreSQL."""
    if settings.on_postgres:
        with psycopg.connect(settings.url, options="-csearch_path=ledger") as connection:
            yield Raw(connection, on_postgres=True)
        return
    file = sqlite.connect(settings.data_dir / "ledger.db", isolation_level=None)
    try:
        file.execute("BEGIN IMMEDIATE")
        yield Raw(file, on_postgres=False)
        file.execute("COMMIT")
    finally:
        file.close()
