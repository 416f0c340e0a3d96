"""What a database's errors mean to the ledger: one translation for both."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from eventsourcing.persistence import ConnectionPoolClosedError, PersistenceError

from ledger.errors import StorageError, StorageFullError
from ledger.store.sqlite_module import sqlite

SQLITE_FULL: Final = "database or disk is full"
POSTGRES_FULL: Final = frozenset({"53100"})
FULL: Final = "the disk is full; nothing was stored, and recording resumes when there is room"
UNKNOWN: Final = "the database failed; the same key will tell whether the facts were stored"

DRIVER_ERRORS: Final = (
    PersistenceError,
    ConnectionPoolClosedError,
    sqlite.Error,
    psycopg.Error,
    OSError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Raise StorageFullError or StorageError for whatever the driver or the library raises."""
    try:
        yield
    except DRIVER_ERRORS as error:
        raise meaning(error) from error


def meaning(error: BaseException) -> StorageError:
    """The ledger's error for a driver's."""
    if any(_says_full(cause) for cause in _causes(error)):
        return StorageFullError(FULL)
    return StorageError(f"{UNKNOWN} ({error})")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _says_full(error: BaseException) -> bool:
    match error:
        case OSError():
            return error.errno in {errno.ENOSPC, errno.EDQUOT}
        case psycopg.Error():
            return error.sqlstate in POSTGRES_FULL
        case sqlite.Error():
            return SQLITE_FULL in str(error)
        case _:
            return False
