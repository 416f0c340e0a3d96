"""What was acknowledged is there after a process dies, and whoever retries stores it once."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ledger.config import Settings
from ledger.errors import StorageError
from ledger.store.opening import open_store
from ledger.store.port import Receipt, Store
from tests.integration.store.units import NOW, key, stored, unit
from tests.support.postgres import PostgresServer

LINES = (3, 40, 101, 12, 55)
"""After how many lines each writer is killed: before, in and after an append."""


def killed_writer(checkout: Path, folder: Path, turn: int, lines: int) -> list[list[str]]:
    """What a writer had said when SIGKILL came."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.writer", folder, str(turn)],
        stdout=subprocess.PIPE,
        cwd=checkout,
    ) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _ in range(lines)]
        writer.kill()
        said += writer.stdout.readlines()
    return [line.decode().split() for line in said]


def test_a_killed_process_loses_nothing_that_it_acknowledged(
    checkout: Path, tmp_path: Path
) -> None:
    said = [
        words
        for turn, lines in enumerate(LINES)
        for words in killed_writer(checkout, tmp_path, turn, lines)
    ]

    asked = {words[1] for words in said if words[0] == "asks"}
    told = {words[1]: int(words[2]) for words in said if words[0] == "told"}
    with closing(open_store(Settings(data_dir=tmp_path, disk_reserve_percent=0))) as store:
        assert told == {name: position(store, name) for name in told}
        for name in asked:
            stored(store, unit(key=key(name)))
        assert_whole(store, len(asked))


def position(store: Store, name: str) -> int | None:
    receipt = store.receipt(key(name))
    return receipt.position if isinstance(receipt, Receipt) else None


def assert_whole(store: Store, count: int) -> None:
    positions = [entry.position for entry in store.entries(after=0, limit=count + 1)]
    assert positions == list(range(1, count + 1))
    assert store.head().position == count


@pytest.mark.postgres
def test_a_killed_postgres_server_loses_nothing_that_was_acknowledged(
    start_postgres: Callable[..., PostgresServer], tmp_path: Path
) -> None:
    server = start_postgres(on_disk=True)
    with closing(open_store(Settings(data_dir=tmp_path, url=server.url()))) as store:
        for turn in range(2):
            stored(store, *[unit(key=key(f"{turn}-{number}")) for number in range(5)])
            server.kill()
            with pytest.raises(StorageError):
                store.append([unit(key=key(f"{turn}-last"))], NOW)
            server.start()
            retried(store, turn)
        assert_whole(store, 12)


def retried(store: Store, turn: int) -> None:
    """The service goes on by itself; a first try may meet a connection that is broken too."""
    for _ in range(3):
        try:
            stored(store, unit(key=key(f"{turn}-last")))
        except StorageError:
            continue
        return
    pytest.fail("the store did not recover")
