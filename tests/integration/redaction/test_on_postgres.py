"""On PostgreSQL no table holds redacted words; after VACUUM FULL no data file does either."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from api.app import running
from ledger.store.opening import open_store
from tests.integration.api.service import settings_in
from tests.integration.redaction.marked import fill, found_in, tokens
from tests.integration.redaction.test_no_byte_left import redact

FACTS = 500
EVERY_TABLE = (
    "SELECT schemaname, tablename FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)
DATA = (
    "SELECT setting, oid FROM pg_settings, pg_database"
    " WHERE name = 'data_directory' AND datname = current_database()"
)


@pytest.mark.postgres
async def test_nothing_is_left_of_the_words(tmp_path: Path, postgres_database_url: str) -> None:
    words = tokens(FACTS)
    chosen = range(1, FACTS + 1, 8)
    gone = {words[position - 1] for position in chosen}
    settings = settings_in(tmp_path, url=postgres_database_url)
    with closing(open_store(settings)) as store:
        fill(store, words)
    async with running(settings) as service:
        assert await service.parts.follower.wait(FACTS, 60)
        with psycopg.connect(postgres_database_url, autocommit=True) as server:
            assert found_in(*rows(server)) == {*words}

            await redact(service, chosen)

            assert found_in(*rows(server)) == {*words} - gone
    with psycopg.connect(postgres_database_url, autocommit=True) as server:
        for schema, table in server.execute(EVERY_TABLE).fetchall():
            server.execute(SQL("VACUUM FULL {}").format(Identifier(schema, table)))
        server.execute("CHECKPOINT")
        left = found_in(*data_files(server))
    assert {*words} - gone <= left
    assert not gone & left


def rows(server: psycopg.Connection[Any]) -> Iterator[bytes]:
    """Every row of every table, with what is in its bytes."""
    for schema, table in server.execute(EVERY_TABLE).fetchall():
        found = server.execute(SQL("SELECT * FROM {}").format(Identifier(schema, table)))
        for row in found:
            yield b" ".join(each if isinstance(each, bytes) else str(each).encode() for each in row)


def data_files(server: psycopg.Connection[Any]) -> Iterator[bytes]:
    """The files of this database, as they lie on the disk."""
    ((folder, database),) = server.execute(DATA).fetchall()
    for path in (Path(folder) / "base" / str(database)).iterdir():
        yield path.read_bytes()
