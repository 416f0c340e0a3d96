"""Sees to it that redacted words leave the files of the views, once every row is without them."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Final

import structlog
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from ledger.store.sqlite_module import sqlite
from ledger.store.sqlite_sweeping import MARK, sweep
from ledger.sweeping import FIRST_PAUSE, LAST_PAUSE
from projections.database import BUSY_SECONDS, SCHEMA

FULL_TEXT: Final = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
INDEX_ANEW: Final = "INSERT INTO NAME(NAME) VALUES ('rebuild')"

log = structlog.get_logger()


def mark(connection: Connection) -> None:
    """Something is erased in this transaction; SQLite remembers that it has to be overwritten."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(MARK)


class Sweeper:
    """Used by one thread at a time, when nothing waits to be folded.

    SQLite is looked at once in any case, for what a crash has left due.
    """

    def __init__(self, engine: Engine, seconds: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._seconds = engine, seconds
        self._on_sqlite = engine.dialect.name == "sqlite"
        self._due = self._on_sqlite
        self._wait_until, self._pause = 0.0, FIRST_PAUSE

    def look(self, *, erased: bool) -> None:
        """Sweep if that is due; `erased` says that this process took words away since."""
        self._due |= erased
        if self._due and self._seconds() >= self._wait_until:
            self._due = not self._swept()
            self._pause = min(LAST_PAUSE, self._pause * 2) if self._due else FIRST_PAUSE
            self._wait_until = self._seconds() + self._pause if self._due else 0.0

    def _swept(self) -> bool:
        try:
            done = sweep_file(str(self._engine.url.database)) if self._on_sqlite else self._vacuum()
        except (SQLAlchemyError, sqlite.Error):
            log.exception("views.not_swept")
            return False
        if not done:
            log.info("views.not_swept_yet", pause=self._pause)
        return done

    def _vacuum(self) -> bool:
        """An inverted index keeps its words for ever: it is made anew beside the old one."""
        engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names(SCHEMA)
            quote = connection.dialect.identifier_preparer.quote
            for name in tables:
                connection.exec_driver_sql(f"VACUUM {SCHEMA}.{quote(name)}")
                if name.startswith("search_"):
                    connection.exec_driver_sql(f"REINDEX TABLE CONCURRENTLY {SCHEMA}.{quote(name)}")
        return True


def sweep_file(path: str) -> bool:
    """Overwrite what was erased from the file; False where readers are in the way for now."""
    with closing(sqlite.connect(path, isolation_level=None, timeout=BUSY_SECONDS)) as connection:

        def index_anew() -> None:
            """Pages of the full-text index are led to by words that stand on them no more."""
            for (name,) in connection.execute(FULL_TEXT).fetchall():
                connection.execute(INDEX_ANEW.replace("NAME", name))

        return sweep(connection, index_anew)
