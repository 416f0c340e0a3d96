"""An empty place to restore into: nothing is mixed, and nothing is half there."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Final

import psycopg
from psycopg import sql

from api.exporting.orders import FOLDER
from ledger.archive.writing import sync_folder
from ledger.config import Settings
from ledger.errors import PlaceTakenError, StorageError
from ledger.store.failures import translated

FILES: Final = ("desk.db", "ledger.db")
"""What a restore makes; the ledger comes last, for without it there is no ledger."""
DERIVED: Final = ("views.db", "log.db")
LEFT: Final = (
    *FILES,
    *DERIVED,
    *(f"{name}-{rest}" for name in (*FILES, *DERIVED) for rest in ("wal", "shm", "journal")),
    FOLDER,
)
"""What another ledger may have left. SQLite would play a journal into the restored file, and the
service would hand out datasets of facts that the restored ledger does not have."""
STAGE: Final = "restoring"
"""Folder inside the data folder where the files are made."""

_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
_USED: Final = (("ledger", "stored_events"), ("ledger", "epochs"), ("desk", "accounts"))


@contextmanager
def empty_place(settings: Settings) -> Iterator[Settings]:
    """Settings to restore with. In SQLite the files appear in their place when the block ends well.

    Raise PlaceTakenError, StorageError.
    """
    if settings.on_postgres:
        _refuse_left(settings.data_dir, (FOLDER,))
        _refuse_used(settings.url)
        yield settings
        return
    with translated():
        _refuse_left(settings.data_dir, LEFT)
        stage = _made(settings.data_dir)
        try:
            yield settings.model_copy(update={"data_dir": stage})
            _move(stage, settings.data_dir)
        finally:
            rmtree(stage)
            sync_folder(settings.data_dir)


def _refuse_left(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        if os.path.lexists(folder / name):
            raise PlaceTakenError(
                f"{folder / name} is there already, and a restore overwrites nothing. "
                "Set LEDGER_DATA_DIR to an empty folder, or move what is there away."
            )


def _made(folder: Path) -> Path:
    stage = folder / STAGE
    folder.mkdir(parents=True, exist_ok=True)
    try:
        stage.mkdir(mode=0o700)
    except FileExistsError as error:
        raise PlaceTakenError(
            f"{stage} is there: another restore runs, or one was killed. "
            "If none runs, remove that folder and restore again."
        ) from error
    return stage


def _move(stage: Path, folder: Path) -> None:
    if left := sorted(each.name for each in stage.iterdir() if each.name not in FILES):
        raise StorageError(f"The restored files are not complete: {', '.join(left)} should be gone")
    for name in FILES:
        (stage / name).rename(folder / name)


def _refuse_used(url: str) -> None:
    with translated(), psycopg.connect(url) as server:
        for schema, table in _USED:
            if table in _tables(server, schema) and _has_rows(server, schema, table):
                raise _taken(schema)
        if _tables(server, "views"):
            raise _taken("views")


def _tables(server: psycopg.Connection, schema: str) -> set[str]:
    return {name for (name,) in server.execute(_TABLES, (schema,))}


def _has_rows(server: psycopg.Connection, schema: str, table: str) -> bool:
    name = sql.Identifier(schema, table)
    query = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(name)
    return server.execute(query).fetchone() == (True,)


def _taken(schema: str) -> PlaceTakenError:
    return PlaceTakenError(
        f"The database of LEDGER_URL is in use: its schema {schema} is not empty, and a restore "
        "overwrites nothing. Set LEDGER_URL to a new database, or drop the schemas ledger, views "
        "and desk of this one."
    )
