"""A COMMIT whose answer never comes: the first receipt, once, or an honest error."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.config import Settings
from ledger.errors import StorageError
from ledger.store import sqlite
from ledger.store.opening import open_store
from ledger.store.port import Receipt, Store
from ledger.store.sqlite_module import sqlite as driver
from tests.faults.swallowing import Loss, Proxy, proxy
from tests.integration.store.units import NOW, key, stored, unit
from tests.support.postgres import PostgresServer


@pytest.fixture
def between(postgres_server: PostgresServer) -> Iterator[Proxy]:
    with proxy(postgres_server.port) as running:
        yield running


@pytest.fixture
def on_postgres(between: Proxy, postgres_database_url: str, tmp_path: Path) -> Iterator[Store]:
    url = postgres_database_url.replace(f":{between.target[1]}/", f":{between.port}/")
    with closing(open_store(Settings(data_dir=tmp_path, url=url))) as store:
        stored(store, unit())
        yield store


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(Settings(data_dir=tmp_path, disk_reserve_percent=0))) as store:
        stored(store, unit())
        yield store


def failing_once(*, after: bool) -> Callable[[sqlite.LedgerConnection], None]:
    """A commit that fails the first time, before or after it is done."""
    failures = [driver.OperationalError("disk I/O error")]

    def commit(connection: sqlite.LedgerConnection) -> None:
        if after or not failures:
            super(sqlite.LedgerConnection, connection).commit()
        if failures:
            raise failures.pop()

    return commit


def assert_stored_once(store: Store) -> None:
    asked = key()

    (receipt,) = stored(store, unit(key=asked))

    assert (receipt.position, receipt.replayed) == (2, False)
    assert store.head().position == 2
    assert store.receipt(asked) == stored(store, unit(key=asked))[0]
    assert store.receipt(asked) == Receipt(receipt.facts, replayed=True)


def assert_unknown_then_stored_once(store: Store) -> None:
    asked = key()
    with pytest.raises(StorageError, match="same key"):
        store.append([unit(key=asked)], NOW)
    assert store.head().position == 1

    (receipt,) = stored(store, unit(key=asked))

    assert (receipt.position, receipt.replayed) == (2, False)


def test_postgres_gives_the_first_receipt_when_the_answer_to_commit_is_lost(
    between: Proxy, on_postgres: Store
) -> None:
    between.loses = Loss.ANSWER

    assert_stored_once(on_postgres)

    assert between.lost == 1


def test_postgres_says_unknown_when_the_commit_never_arrived(
    between: Proxy, on_postgres: Store
) -> None:
    between.loses = Loss.REQUEST

    assert_unknown_then_stored_once(on_postgres)

    assert between.lost == 1


def test_sqlite_gives_the_first_receipt_when_commit_fails_after_it_was_done(
    on_sqlite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite.LedgerConnection, "commit", failing_once(after=True))

    assert_stored_once(on_sqlite)


def test_sqlite_says_unknown_when_commit_fails_before_it_was_done(
    on_sqlite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite.LedgerConnection, "commit", failing_once(after=False))

    assert_unknown_then_stored_once(on_sqlite)
