"""Opens the store that the settings ask for, and refuses whatever could lose a fact."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Final

from ledger.config import Settings
from ledger.errors import UnsafeSettingError
from ledger.store.copying import Copy, Filling
from ledger.store.failures import translated
from ledger.store.port import Store
from ledger.store.postgres_copy import copy_postgres, fill_postgres, require_postgres
from ledger.store.postgres_store import PostgresStore
from ledger.store.sqlite_copy import copy_sqlite, fill_sqlite, require_sqlite
from ledger.store.sqlite_module import refuse_old, sqlite
from ledger.store.sqlite_store import SqliteStore

UNSAFE_VARIABLES: Final[Mapping[str, str]] = {
    "POSTGRES_ENABLE_DB_FUNCTIONS": "its inserts take no lock, so readers lose facts",
    "AIOHTTP_NO_EXTENSIONS": "the HTTP parser in Python is slower and less strict",
}


def open_store(settings: Settings) -> Store:
    """Create what is missing; raise UnsafeSettingError or StorageError."""
    refuse_variables(os.environ)
    if settings.on_postgres:
        return PostgresStore(settings.url)
    refuse_old(sqlite)
    with translated():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteStore(
        settings.data_dir / "ledger.db", reserve_percent=settings.disk_reserve_percent
    )


def require_ledger(settings: Settings) -> None:
    """For those who read what is there: raise NoLedgerError, StorageError, and make nothing."""
    if settings.on_postgres:
        require_postgres(settings.url)
    else:
        require_sqlite(settings.data_dir / "ledger.db")


def open_copy(settings: Settings) -> AbstractContextManager[Copy]:
    """The ledger as it is now, while others go on writing; raise NoLedgerError, StorageError."""
    if settings.on_postgres:
        return copy_postgres(settings.url)
    return copy_sqlite(settings.data_dir / "ledger.db")


def open_filling(settings: Settings) -> AbstractContextManager[Filling]:
    """An empty ledger to be filled; where its block fails, what it made is worth nothing."""
    if settings.on_postgres:
        return fill_postgres(settings.url)
    return fill_sqlite(settings.data_dir / "ledger.db")


def refuse_variables(environment: Mapping[str, str]) -> None:
    """Raise UnsafeSettingError for the first variable that is set to anything."""
    for name, harm in UNSAFE_VARIABLES.items():
        if environment.get(name):
            message = f"{name} is set: {harm}; remove it from the environment"
            raise UnsafeSettingError(message)
