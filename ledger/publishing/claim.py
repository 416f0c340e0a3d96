"""One publisher at a time: a lock beside the head, and one in PostgreSQL for every machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg

from ledger.config import Settings
from ledger.publishing.head import HeadFile, PublisherBusyError
from ledger.publishing.tables import BEGINNING
from ledger.store.failures import translated

Still = Callable[[], None]
"""Raises StorageError once the claim is lost."""

CONNECT_SECONDS: Final = 5
SILENT_MS: Final = 10_000
"""A server that acknowledges nothing for so long is gone: another machine may publish by then."""
CLAIM: Final = "SELECT pg_try_advisory_lock(%s, 1)"


@contextmanager
def claimed(settings: Settings, head: HeadFile) -> Iterator[Still]:
    """Publish for the length of the block; raise PublisherBusyError, StorageError."""
    with head.held():
        if not settings.on_postgres:
            yield _held
            return
        connection = _claimed(settings.url)
        try:
            yield lambda: _alive(connection)
        finally:
            connection.close()


def _claimed(url: str) -> psycopg.Connection:
    """A connection that holds the claim until it is closed."""
    with translated():
        connection = psycopg.connect(
            url, autocommit=True, connect_timeout=CONNECT_SECONDS, tcp_user_timeout=SILENT_MS
        )
        try:
            held = connection.execute(CLAIM, (BEGINNING,)).fetchone() == (True,)
        except psycopg.Error:
            connection.close()
            raise
    if not held:
        connection.close()
        raise PublisherBusyError("another machine publishes this log")
    return connection


def _held() -> None:
    """A lock on a file ends with its process."""


def _alive(connection: psycopg.Connection) -> None:
    with translated():
        connection.execute("SELECT 1")
