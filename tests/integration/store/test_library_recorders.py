"""The event library's own published cases for recorders, on both of ours."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.tests import persistence as published

from ledger.store import postgres, sqlite


class _OnSqlite:
    @pytest.fixture(autouse=True)
    def opened(self, tmp_path: Path) -> Iterator[None]:
        datastore = sqlite.LedgerDatastore(str(tmp_path / "ledger.db"))
        self.recorder = sqlite.GaplessRecorder(datastore)
        self.recorder.create_table()
        yield
        datastore.close()

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> sqlite.GaplessRecorder:
        return self.recorder


class _OnPostgres:
    @pytest.fixture(autouse=True)
    def opened(self, postgres_database_url: str) -> Iterator[None]:
        datastore = postgres.LedgerDatastore(postgres_database_url)
        self.recorder = postgres.GaplessRecorder(datastore)
        self.recorder.create_table()
        yield
        datastore.close()

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> postgres.GaplessRecorder:
        return self.recorder


class TestSqliteRecorder(_OnSqlite, published.ApplicationRecorderTestCase[sqlite.GaplessRecorder]):
    pass


class TestSqlitePositions(_OnSqlite, published.NonInterleavingNotificationIDsBaseCase):
    pass


@pytest.mark.postgres
class TestPostgresRecorder(
    _OnPostgres, published.ApplicationRecorderTestCase[postgres.GaplessRecorder]
):
    def test_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


@pytest.mark.postgres
class TestPostgresPositions(_OnPostgres, published.NonInterleavingNotificationIDsBaseCase):
    pass
