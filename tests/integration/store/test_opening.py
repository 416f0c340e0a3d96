"""A ledger that could lose facts is not opened, and the message says what to do."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType

import eventsourcing.sqlite
import psycopg
import pytest

from ledger.config import Settings
from ledger.errors import StorageError, UnsafeSettingError
from ledger.store import sqlite_module
from ledger.store.opening import open_store, refuse_variables
from ledger.store.port import Claim, Store
from ledger.store.postgres_store import PostgresStore
from ledger.store.sqlite import LedgerDatastore
from ledger.store.sqlite_module import is_safe, refuse_old, sqlite
from ledger.store.sqlite_store import SqliteStore
from tests.integration.store.raw import raw
from tests.integration.store.test_erasing import erasing, is_blank
from tests.integration.store.units import draft, new_stream, stored, unit
from tests.support.postgres import PostgresServer


def release(version: str) -> ModuleType:
    """A module that claims to hold a release of SQLite."""
    module = ModuleType("sqlite")
    vars(module)["sqlite_version"] = version
    return module


def test_the_chosen_sqlite_is_free_of_the_write_ahead_log_bug() -> None:
    assert is_safe(sqlite)
    refuse_old(sqlite)


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2"])
def test_an_old_sqlite_is_refused_with_the_package_that_cures_it(version: str) -> None:
    with pytest.raises(UnsafeSettingError, match=f"{version}.*pysqlite3"):
        refuse_old(release(version))


@pytest.mark.parametrize("version", ["3.51.3", "3.52.0", "4.0.0"])
def test_a_new_sqlite_is_accepted(version: str) -> None:
    refuse_old(release(version))


def test_the_interpreters_own_sqlite_is_used_once_it_is_new_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.51.3")

    assert sqlite_module.choose() is sqlite3


def test_the_library_opens_the_ledger_with_the_chosen_module_only(tmp_path: Path) -> None:
    assert vars(eventsourcing.sqlite)["sqlite3"] is sqlite

    with (
        closing(LedgerDatastore(str(tmp_path / "ledger.db"))) as datastore,
        datastore.transaction(commit=False) as cursor,
    ):
        cursor.execute("SELECT sqlite_version()")
        assert cursor.fetchone()[0] == sqlite.sqlite_version
        assert isinstance(cursor.sqlite_cursor, sqlite.Cursor)


@pytest.mark.parametrize("name", ["POSTGRES_ENABLE_DB_FUNCTIONS", "AIOHTTP_NO_EXTENSIONS"])
def test_a_variable_that_makes_things_unsafe_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")

    with pytest.raises(UnsafeSettingError, match=f"{name}.*remove it"):
        open_store(Settings(data_dir=tmp_path))


def test_a_variable_that_is_empty_harms_nobody() -> None:
    refuse_variables({"AIOHTTP_NO_EXTENSIONS": ""})


def test_a_place_without_a_write_ahead_log_is_refused() -> None:
    with pytest.raises(UnsafeSettingError, match="local disk"):
        SqliteStore(Path(":memory:"))


def test_every_connection_syncs_each_commit(tmp_path: Path) -> None:
    with closing(LedgerDatastore(str(tmp_path / "ledger.db"))) as datastore:
        for commit in (True, False):
            with datastore.transaction(commit=commit) as cursor:
                cursor.execute("PRAGMA synchronous")
                assert cursor.fetchone()[0] == 2


def test_a_missing_data_folder_is_made(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new" / "folder", disk_reserve_percent=0)

    with closing(open_store(settings)) as store:
        stored(store, unit())

    assert (tmp_path / "new" / "folder" / "ledger.db").exists()


def test_a_file_that_is_no_database_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("something else, " * 100)

    with pytest.raises(StorageError, match="not a database"):
        open_store(Settings(data_dir=tmp_path))


def test_a_ledger_has_an_epoch_of_its_own_and_keeps_it(
    store: Store, reopened: Callable[[], Store], tmp_path: Path
) -> None:
    (epoch,) = store.epochs()
    with closing(SqliteStore(tmp_path / "other.db")) as other:
        assert other.epochs()[0].id != epoch.id

    assert list(reopened().epochs()) == [epoch]
    assert (len(epoch.id), epoch.position) == (16, 0)


def test_a_ledger_from_before_there_were_epochs_gets_one(
    settings: Settings, store: Store, reopened: Callable[[], Store]
) -> None:
    stored(store, unit())
    with raw(settings) as database:
        database.execute("DROP TABLE epochs")

    opened = reopened()

    assert [epoch.position for epoch in opened.epochs()] == [0]
    assert stored(opened, unit())[0].position == 2


BEFORE_REDACTIONS = {
    "sqlite": [
        "DROP TRIGGER claims_are_deleted_only_by_a_redaction",
        "DROP TRIGGER keys_lose_their_digest_only_by_a_redaction",
        "DROP VIEW ordered",
        (
            "CREATE TRIGGER claims_are_never_deleted BEFORE DELETE ON claims"
            " BEGIN SELECT RAISE(ABORT, 'never'); END"
        ),
        (
            "CREATE TRIGGER keys_are_never_changed BEFORE UPDATE ON idempotency"
            " BEGIN SELECT RAISE(ABORT, 'never'); END"
        ),
    ],
    "postgres": [
        "DROP FUNCTION take_away",
        "DROP TRIGGER claims_are_deleted_only_by_a_redaction ON claims",
        "DROP TRIGGER keys_lose_their_digest_only_by_a_redaction ON idempotency",
        "DROP TRIGGER claims_are_never_changed ON claims",
        (
            "CREATE TRIGGER claims_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON claims"
            " FOR EACH STATEMENT EXECUTE FUNCTION nothing_is_ever_changed()"
        ),
        (
            "CREATE TRIGGER keys_are_never_changed BEFORE UPDATE OR DELETE ON idempotency"
            " FOR EACH STATEMENT EXECUTE FUNCTION nothing_is_ever_changed()"
        ),
    ],
}
"""What makes of a ledger one that was begun before words could be redacted over the desk."""


def test_a_ledger_from_before_there_were_redactions_can_redact(
    settings: Settings, store: Store, reopened: Callable[[], Store]
) -> None:
    stream = new_stream()
    stored(store, unit(draft(stream), claims=[Claim("zainab", stream)]))
    with raw(settings) as database:
        for statement in BEFORE_REDACTIONS["postgres" if settings.on_postgres else "sqlite"]:
            database.execute(statement)

    opened = reopened()

    stored(opened, unit(erasing(opened, 1, "zainab")))
    assert (is_blank(opened, 1), opened.holder("zainab")) == (True, None)


@pytest.mark.postgres
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_postgres_server_that_may_lose_a_commit_is_refused(
    start_postgres: Callable[..., PostgresServer], setting: str
) -> None:
    server = start_postgres(on_disk=False, settings={setting: "off"})

    with pytest.raises(UnsafeSettingError, match=f"{setting} = off"):
        PostgresStore(server.url())


@pytest.mark.postgres
def test_a_database_whose_own_setting_may_lose_a_commit_is_refused(
    postgres_database_url: str,
) -> None:
    name = postgres_database_url.rpartition("/")[2]
    with psycopg.connect(postgres_database_url, autocommit=True) as administrator:
        administrator.execute(f"ALTER DATABASE {name} SET synchronous_commit TO off".encode())

    with pytest.raises(UnsafeSettingError, match="synchronous_commit"):
        PostgresStore(postgres_database_url)


@pytest.mark.postgres
def test_a_server_that_does_not_answer_is_a_storage_error() -> None:
    with pytest.raises(StorageError):
        PostgresStore("postgresql://postgres@127.0.0.1:1/postgres")
