"""The library's SQLite recorder, made gapless and durable.

Positions are an explicit `INTEGER PRIMARY KEY`, taken under the write lock that a transaction has
from its first statement on, so a position is never given twice and never skipped.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import eventsourcing.sqlite
from eventsourcing.persistence import InterfaceError, PersistenceError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from ledger.errors import UnsafeSettingError
from ledger.log.hashing import leaf_hash
from ledger.store.sqlite_module import sqlite

# The library opens, and catches errors of, whichever module its global names: it must be ours,
# or two SQLite libraries would lock one file without knowing of each other.
vars(eventsourcing.sqlite)["sqlite3"] = sqlite

SCRIPT: Final = "sqlite_schema.sql"
LOCK_TIMEOUT_SECONDS: Final = 30
CACHED_STATEMENTS: Final = 128
PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    "PRAGMA checkpoint_fullfsync = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cache_size = -32768",
    "PRAGMA secure_delete = ON",
    # 16 MB between checkpoints: each costs two syncs more, which a lone writer feels.
    "PRAGMA wal_autocheckpoint = 4096",
)

SAFE: Final = ["wal", 2]

HEAD: Final = "SELECT rowid, at FROM stored_events ORDER BY rowid DESC LIMIT 1"
FIRST_EPOCH: Final = (
    "INSERT INTO epochs (number, epoch, position, at)"
    " SELECT 1, lower(hex(randomblob(8))), 0, CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    " WHERE NOT EXISTS (SELECT 1 FROM epochs)"
)
INSERT_FACTS: Final = (
    "INSERT INTO stored_events"
    " (rowid, originator_id, originator_version, topic, state, at, leaf_hash) VALUES ROWS"
)
ROWS: Final = "ROWS"
"""Stands in a statement for as many rows of parameters as there are."""
FEWEST_ROWS: Final = 8
MOST_ROWS: Final = 64

EventRow = tuple[int, str, int, str, bytes, int, bytes]


def refuse_unsafe(connection: sqlite.Connection) -> None:
    """Raise UnsafeSettingError unless a commit is on disk before it returns."""
    settings = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous")
    ]
    if settings != SAFE:
        message = (
            f"SQLite answers journal_mode, synchronous = {settings} where a ledger needs {SAFE}; "
            "keep the data folder on a local disk"
        )
        raise UnsafeSettingError(message)


class LedgerTransaction(SQLiteTransaction):
    """Takes the write lock at once: what a writer reads first still holds when it writes."""

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        return cursor

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        except PersistenceError:
            # A COMMIT that fails leaves its transaction open, with the write lock: closing ends it,
            # and the pool makes a new connection.
            self.connection.close()
            raise


class LedgerConnection(SQLiteConnection):
    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with LedgerTransaction(self, commit=commit) as cursor, cursor:
            yield cursor


def connected(path: str | Path) -> sqlite.Connection:
    """A connection with the pragmas of a ledger; raise sqlite's errors, UnsafeSettingError."""
    connection = sqlite.connect(
        path,
        uri=True,
        check_same_thread=False,
        isolation_level=None,
        cached_statements=CACHED_STATEMENTS,
        timeout=LOCK_TIMEOUT_SECONDS,
    )
    for pragma in PRAGMAS:
        connection.execute(pragma)
    refuse_unsafe(connection)
    return connection


class LedgerPool(SQLiteConnectionPool):
    """Connections with the pragmas of a ledger."""

    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = connected(self.db_name)
        except sqlite.Error as error:
            raise InterfaceError(error) from error
        connection.row_factory = sqlite.Row
        return LedgerConnection(connection, self.max_age)


class LedgerDatastore(SQLiteDatastore):
    def __init__(self, db_name: str) -> None:
        super().__init__(db_name, originator_id_type="text")
        self.pool = LedgerPool(db_name=db_name, pool_timeout=LOCK_TIMEOUT_SECONDS)


class GaplessRecorder(SQLiteApplicationRecorder):
    """The library's recorder on the ledger's own table."""

    def construct_create_table_statements(self) -> list[str]:
        return [*schema(), FIRST_EPOCH]

    def place(self, cursor: SQLiteCursor, rows: Sequence[EventRow]) -> None:
        """Insert facts at their positions, which must be the next ones."""
        execute_rows(cursor, INSERT_FACTS, rows)

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: object
    ) -> Sequence[int] | None:
        c.execute(HEAD)
        position, at = c.fetchone() or (0, 0)
        self.place(
            c,
            [
                (
                    position + offset,
                    str(event.originator_id),
                    event.originator_version,
                    event.topic,
                    event.state,
                    at,
                    leaf_hash(event.state),
                )
                for offset, event in enumerate(stored_events, start=1)
            ],
        )
        return [position + offset for offset in range(1, len(stored_events) + 1)]


def execute_rows(
    cursor: SQLiteCursor, statement: str, rows: Sequence[tuple[object, ...]]
) -> list[Any]:
    """Execute for the rows in their order, 64, 32, 16 or 8 at once; give what it found.

    The interpreter's lock is given away at every statement and must be waited for again, so one
    for each row costs the loop more than the database. Few sizes keep the statements prepared.
    Below eight rows go one by one: SQLite sets several aside first where a table has triggers.
    """
    found: list[Any] = []
    done = 0
    while left := len(rows) - done:
        count = min(MOST_ROWS, 1 << (left.bit_length() - 1)) if left >= FEWEST_ROWS else 1
        some = rows[done : done + count]
        cursor.execute(_with_rows(statement, len(some[0]), count), list(chain(*some)))
        found += cursor.fetchall()
        done += count
    return found


@cache
def _with_rows(statement: str, columns: int, count: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return statement.replace(ROWS, ", ".join([row] * count))


def schema() -> Iterator[str]:
    """The statements that make whatever is missing."""
    return statements(resources.files(__package__).joinpath(SCRIPT).read_text())


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL script, one by one, so that they can share a transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite.complete_statement(statement):
            yield statement
            statement = ""
