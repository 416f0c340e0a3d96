"""Where tiles lie: `log.db` in the data folder, or the schema `log` in PostgreSQL.

Everything here can be made again from the facts and the head. What cannot is not here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from ledger.config import Settings
from ledger.store.failures import meaning
from ledger.store.sqlite_module import sqlite

FILE: Final = "log.db"
SCHEMA: Final = "log"
BEGINNING: Final = 0x6C6F67
"""The letters l-o-g: the lock under which the schema is begun in PostgreSQL."""
BUSY_SECONDS: Final = 30
PRAGMAS: Final = ("journal_mode=WAL", "synchronous=NORMAL")
"""What a loss of power takes is hashed again, so NORMAL is enough here."""

metadata = MetaData()

tiles = Table(
    "tiles",
    metadata,
    Column("level", SmallInteger, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)
"""One growing row a tile: a narrower one is a prefix of it."""

progress = Table(
    "progress",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
)
"""One row: up to which size the tiles go."""

published = Table(
    "published",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("verifiers", Text, nullable=False),
)
"""One row: the newest checkpoint that readers are shown, and its log's verifier keys."""

witnessed = Table(
    "witnessed",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
)
"""One row: the newest checkpoint that as many witnesses cosigned as the policy asks for."""

cosigners = Table(
    "cosigners",
    metadata,
    Column("key", Text, primary_key=True),
    Column("first_size", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("trouble", Text, nullable=False),
)
"""One row a witness: what it cosigned first and last, at which second by its own clock."""

stamps = Table(
    "stamps",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("response", LargeBinary, nullable=False),
)
"""One row a stamp: what an outside authority said of the checkpoint of this size. These cannot be
made again, but losing them loses no fact and no proof."""


@contextmanager
def log_database(settings: Settings) -> Iterator[Engine]:
    """The database with its tables; raise StorageError. Nothing is left open at the end."""
    engine = _on_postgres(settings.url) if settings.on_postgres else _on_sqlite(settings.data_dir)
    try:
        with failing(), engine.begin() as connection:
            _begin_schema(connection)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def failing() -> Iterator[None]:
    """Raise StorageError for what SQLAlchemy or a driver raises."""
    try:
        yield
    except DBAPIError as error:
        raise meaning(error.orig or error) from error
    except (sqlite.Error, psycopg.Error) as error:
        raise meaning(error) from error


def _begin_schema(connection: Connection) -> None:
    """Processes that start together make it one after the other."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(BEGINNING)))
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    metadata.create_all(connection)


def _on_postgres(url: str) -> Engine:
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(url, options=f"-c search_path={SCHEMA}"),
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _on_sqlite(folder: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{folder / FILE}",
        module=sqlite,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.connection.cursor().execute("BEGIN")
