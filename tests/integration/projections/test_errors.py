"""What is told of a failure: no contents, and no waiting for who does not answer."""

import socket
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from ledger.config import Settings
from projections.database import open_engine, open_replica

SECRET = "words that were redacted"


def test_a_failed_statement_does_not_tell_what_was_to_be_written(tmp_path: Path) -> None:
    engine = open_engine(Settings(data_dir=tmp_path))

    with pytest.raises(OperationalError) as told, engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": SECRET})

    engine.dispose()
    assert SECRET not in str(told.value)


def test_a_replica_that_takes_calls_and_says_nothing_is_given_up_soon(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://reader@127.0.0.1:{silent.getsockname()[1]}/ledger"
        replica = open_replica(Settings(data_dir=tmp_path, url=url, read_url=url))
        assert replica is not None
        began = time.monotonic()

        with pytest.raises(OperationalError), replica.connect():
            pass

    assert time.monotonic() - began < 10
