"""Opening the desk's database, which holds accounts, tokens and their audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from api.desk.tables import SCHEMA, metadata
from ledger.config import Settings
from ledger.errors import StorageError
from ledger.store.sqlite_module import refuse_old, sqlite

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

_LOCK: Final = 0x6465736B
"""The letters d-e-s-k: two processes never create the schema at the same time."""

_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
)


@contextmanager
def desk_database(settings: Settings) -> Iterator[Engine]:
    """The database with its tables, closed at the end."""
    try:
        engine = _opened(settings)
    except OperationalError as error:
        raise StorageError("The database of accounts cannot be opened.") from error
    try:
        yield engine
    finally:
        engine.dispose()


def _opened(settings: Settings) -> Engine:
    return _on_postgres(settings.url) if settings.on_postgres else _on_sqlite(settings.data_dir)


def _on_sqlite(folder: Path) -> Engine:
    refuse_old(sqlite)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "desk.db"
    path.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{path}", module=sqlite)
    event.listen(engine, "connect", _prepare)
    plain = engine.execution_options(schema_translate_map={SCHEMA: None})
    metadata.create_all(plain)
    return plain


def _prepare(connection: "DBAPIConnection", _record: "ConnectionPoolEntry") -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _on_postgres(url: str) -> Engine:
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url), pool_pre_ping=True
    )
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(text(f"create schema if not exists {SCHEMA}"))
        metadata.create_all(connection)
    return engine
