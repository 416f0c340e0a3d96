"""The library's PostgreSQL recorder, made gapless.

Its own positions come from a sequence, which skips numbers when a transaction fails. Here the
one-row table `head` is counter and lock, read and advanced in the transaction that inserts.
"""

from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any, Final

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection, Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row

from ledger.errors import UnsafeSettingError
from ledger.log.hashing import leaf_hash

SCHEMA: Final = "ledger"
SCRIPT: Final = "postgres_schema.sql"
PLACE: Final = ("dbname", "host", "port", "user", "password")
CONNECTION_SETTINGS: Final = (
    "SET search_path TO ledger, pg_temp",
    # Every question of a ledger is a look-up by index. Statistics that lag behind a table which
    # only grows must not make a scan of it.
    "SET enable_seqscan TO off",
    "SET enable_hashjoin TO off",
    "SET enable_mergejoin TO off",
)
SWITCHED_OFF: Final = (
    "SELECT name FROM pg_settings WHERE setting = 'off'"
    " AND name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name"
)
EXISTS: Final = (
    "SELECT 1 WHERE to_regclass('ledger.epochs') IS NOT NULL"
    " AND to_regprocedure('ledger.take_away(bigint, text, text[])') IS NOT NULL"
)
"""Asks for what came last into the schema: where it is missing, everything missing is made."""
FIRST_EPOCH: Final = (
    "INSERT INTO epochs (number, epoch, position, at)"
    " SELECT 1, encode(substr(sha256(uuid_send(gen_random_uuid())), 1, 8), 'hex'), 0,"
    " extract(epoch FROM clock_timestamp()) * 1000"
    " WHERE NOT EXISTS (SELECT 1 FROM epochs) ON CONFLICT DO NOTHING"
)
CREATION_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('ledger'))"
CREATE_SCHEMA: Final = "CREATE SCHEMA IF NOT EXISTS ledger"
POOL_SIZE: Final = 2
POOL_OVERFLOW: Final = 14

HOLD_HEAD: Final = "SELECT held_position, held_at FROM hold_head()"
INSERT_FACTS: Final = (
    "INSERT INTO stored_events"
    " (notification_id, originator_id, originator_version, topic, state, at, leaf_hash)"
    " SELECT * FROM unnest(%b::bigint[], %b::text[], %b::bigint[], %b::text[], %b::bytea[],"
    " %b::bigint[], %b::bytea[])"
)
INSERT_NEXT: Final = (
    "INSERT INTO stored_events"
    " (notification_id, originator_id, originator_version, topic, state, at, leaf_hash)"
    " SELECT held_position + nth, stream, version, topic, state, held_at, hash FROM hold_head(),"
    " unnest(%b::text[], %b::bigint[], %b::text[], %b::bytea[], %b::bytea[])"
    " WITH ORDINALITY AS new (stream, version, topic, state, hash, nth)"
    " RETURNING notification_id"
)

EventRow = tuple[int, str, int, str, bytes, int, bytes]


class LedgerDatastore(PostgresDatastore):
    """Connections whose unqualified names are the ledger's."""

    def __init__(self, url: str) -> None:
        given = conninfo_to_dict(url)
        super().__init__(
            *(str(given.get(name, "")) for name in PLACE),
            schema=SCHEMA,
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            originator_id_type="text",
        )
        # All of the URL counts, TLS and options too, which the library has no names for.
        self.pool.kwargs = {"row_factory": dict_row, **given}

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        library_settings = super().after_connect_func()

        def after_connect(connection: Connection[Any]) -> None:
            library_settings(connection)
            for setting in CONNECTION_SETTINGS:
                connection.execute(setting)

        return after_connect


class GaplessRecorder(PostgresApplicationRecorder):
    """The library's recorder on the ledger's own table."""

    def __init__(self, datastore: LedgerDatastore) -> None:
        super().__init__(datastore)
        self.sql_create_statements = []
        self.lock_table_statements = []

    def refuse_unsafe(self) -> None:
        """Raise UnsafeSettingError unless a commit is on disk before it returns."""
        with self.datastore.cursor() as cursor:
            cursor.execute(SWITCHED_OFF)
            names = ", ".join(row["name"] for row in cursor)
        if names:
            message = (
                f"PostgreSQL runs with {names} = off and can lose acknowledged facts; "
                "set it to on in postgresql.conf, for the database and for the role"
            )
            raise UnsafeSettingError(message)

    def create_table(self) -> None:
        """Make what is missing; a role that may only append finds everything there."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(EXISTS)
            if cursor.fetchone() is None:
                create_schema(cursor)
            cursor.execute(FIRST_EPOCH)

    def place(self, cursor: Cursor[Any], rows: Sequence[EventRow]) -> None:
        """Insert facts at their positions, which must be the next ones."""
        cursor.execute(INSERT_FACTS, columns(rows))

    def _insert_stored_events(
        self, curs: Cursor[DictRow], stored_events: Sequence[StoredEvent], **_: object
    ) -> None:
        rows = [
            (
                str(event.originator_id),
                event.originator_version,
                event.topic,
                event.state,
                leaf_hash(event.state),
            )
            for event in stored_events
        ]
        curs.execute(INSERT_NEXT, columns(rows))

    def _notify_channel(self, curs: Cursor[DictRow]) -> None:
        """The insert itself notifies, with the newest position."""


def create_schema(cursor: Cursor[Any]) -> None:
    """Make the schema and whatever is missing in it, one process at a time."""
    cursor.execute(CREATION_LOCK)
    cursor.execute(CREATE_SCHEMA)
    cursor.execute(resources.files(__package__).joinpath(SCRIPT).read_bytes())


def columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows as one list a column, which one statement unnests."""
    return [list(column) for column in zip(*rows, strict=True)]
