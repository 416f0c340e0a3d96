"""Opens the views' database: `views.db` in the data folder, or the schema `views` in PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from ledger.config import Settings
from ledger.store.sqlite_module import sqlite

SCHEMA: Final = "views"
SEARCH_PATH: Final = f"-c search_path={SCHEMA}"
BEGINNING: Final = 0x7669657773
"""The letters v-i-e-w-s: the lock under which schema and tables are begun in PostgreSQL."""
BUSY_SECONDS: Final = 30
REPLICA_SECONDS: Final = 2
"""A replica that does not even answer is left alone soon: the primary has everything."""
REPLICA_QUESTION_SECONDS: Final = 5
"""So long it may take over one question, before it gives up itself and the primary is asked."""
REPLICA_SILENCE_SECONDS: Final = 10.0
"""So long it may say nothing at all, as one does whose machine or network hangs."""
EVERY_SECONDS: Final = 0.1
"""So often the driver looks whether it was waited long enough."""
UNLIMITED: Final = 0
"""Each reading thread keeps one connection, and there are as many threads as executors allow."""


def open_engine(settings: Settings) -> Engine:
    """The engine, with the schema made if it was missing."""
    return _postgres(settings.url) if settings.on_postgres else _sqlite(settings)


@contextmanager
def opened_engine(settings: Settings) -> Iterator[Engine]:
    """The same for the length of a block, which leaves no connection behind."""
    engine = open_engine(settings)
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite(settings: Settings) -> Engine:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{settings.data_dir / 'views.db'}",
        module=sqlite,
        pool_size=UNLIMITED,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    """What is lost with the power is folded again, so NORMAL is enough here."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        # Rows of two kilobytes: four to a page, and commits that take a fifth to a quarter less CPU
        # than with half of it.
        "page_size=8192",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "secure_delete=FAST",
        "cache_size=-16384",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """The module would begin at the first write: readers need one snapshot, writers the lock."""
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.connection.cursor().execute(f"BEGIN {mode}")


def open_replica(settings: Settings) -> Engine | None:
    """The engine of the streaming replica that readers are sent to, if there is one."""
    if not settings.read_url or not settings.on_postgres:
        return None
    url = settings.read_url
    options = f"{SEARCH_PATH} -c statement_timeout={REPLICA_QUESTION_SECONDS}s"
    return _connecting(
        lambda: Impatient.connect(url, options=options, connect_timeout=REPLICA_SECONDS)
    )


class Impatient(psycopg.Connection[TupleRow]):
    """Closes itself when the server says nothing for too long, though the connection stands."""

    def wait(
        self, gen: PQGen[RV], interval: float = EVERY_SECONDS, timeout: float | None = None
    ) -> RV:
        try:
            return super().wait(gen, interval, timeout or REPLICA_SILENCE_SECONDS)
        except psycopg.OperationalError:
            if self.info.transaction_status is TransactionStatus.ACTIVE:
                self.close()
            raise


def _connecting(connect: Callable[[], psycopg.Connection[TupleRow]]) -> Engine:
    """The driver reads the URL itself: it may name several hosts, of which one can be written."""
    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        paramstyle="format",
        pool_size=UNLIMITED,
        hide_parameters=True,
    )


def _postgres(url: str) -> Engine:
    """Processes that start together make the schema one after the other."""
    engine = _connecting(lambda: psycopg.connect(url, options=SEARCH_PATH))
    try:
        with engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(BEGINNING)))
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    except DBAPIError:
        engine.dispose()
        raise
    return engine
