"""Copying a ledger out of PostgreSQL, and filling an empty schema: one transaction for either."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, LiteralString

from psycopg import Connection, IsolationLevel, connect
from psycopg.rows import tuple_row

from ledger.errors import NoLedgerError
from ledger.facts.fact import AccountId, StreamId
from ledger.store.batch import Batch, ClaimRow, FactRow, KeyRow
from ledger.store.copying import LINES, Place, epoch_rows
from ledger.store.failures import translated
from ledger.store.port import Claim, Entry, Epoch, Head, Key
from ledger.store.postgres import (
    CONNECTION_SETTINGS,
    EXISTS,
    INSERT_FACTS,
    columns,
    create_schema,
)
from ledger.store.postgres_store import (
    EPOCHS,
    HEAD,
    INSERT_CLAIMS,
    INSERT_KEYS,
    INSERT_PARTS,
    TAKE_AWAY,
    PostgresStore,
)
from ledger.store.rows import claim_rows, entries_from, event_row, key_rows, part_rows

ENTRIES: Final = "SELECT * FROM entries ORDER BY position, name"
KEYS: Final = (
    "SELECT account, key, fingerprint, first_position, last_position"
    " FROM idempotency ORDER BY last_position"
)
CLAIMS: Final = 'SELECT name, stream, position FROM claims ORDER BY name COLLATE "C"'
INSERT_EPOCHS: Final = (
    "INSERT INTO epochs (number, epoch, position, at)"
    " SELECT * FROM unnest(%b::bigint[], %b::text[], %b::bigint[], %b::bigint[])"
)
IS_THERE: Final = "SELECT to_regclass('ledger.stored_events') IS NOT NULL"


def require_postgres(url: str) -> None:
    """Raise NoLedgerError, StorageError."""
    with translated(), connect(url) as connection:
        if connection.execute(IS_THERE).fetchone() != (True,):
            raise NoLedgerError(
                "There is no ledger in this database. Set LEDGER_URL to the database of one, "
                "or begin one there with `commitments serve`."
            )


@contextmanager
def copy_postgres(url: str) -> Iterator["PostgresCopy"]:
    """Raise NoLedgerError, StorageError. Writers go on; what they add is not in the copy."""
    require_postgres(url)
    # Opening gives an older ledger what it lacks.
    PostgresStore(url).close()
    with translated(), connect(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        _prepare(connection)
        yield PostgresCopy(connection)


def _prepare(connection: Connection[Any]) -> None:
    for setting in CONNECTION_SETTINGS:
        connection.execute(setting)


class PostgresCopy:
    """`ledger.store.copying.Copy` in a transaction; rows come a thousand at a time."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def head(self) -> Head:
        (row,) = self._connection.execute(HEAD).fetchall()
        return Head(*row)

    def entries(self) -> Iterator[Entry]:
        return entries_from(self._rows("facts", ENTRIES))

    def keys(self) -> Iterator[KeyRow]:
        for account, key, fingerprint, first, last in self._rows("keys", KEYS):
            yield KeyRow(Key(AccountId(account), key, fingerprint), first, last)

    def claims(self) -> Iterator[ClaimRow]:
        for name, stream, position in self._rows("names", CLAIMS):
            yield ClaimRow(Claim(name, StreamId(stream)), position)

    def epochs(self) -> Sequence[Epoch]:
        return [Epoch(*row) for row in self._rows("epochs", EPOCHS)]

    def _rows(self, name: str, query: LiteralString) -> Iterator[Any]:
        with self._connection.cursor(name, row_factory=tuple_row) as cursor:
            cursor.itersize = LINES
            yield from cursor.execute(query, binary=True)


@contextmanager
def fill_postgres(url: str) -> Iterator["PostgresFilling"]:
    """The schema of the ledger; everything is stored at the end of the block, or nothing is."""
    with translated(), connect(url) as connection:
        _prepare(connection)
        if connection.execute(EXISTS).fetchone() is None:
            create_schema(connection.cursor())
        yield PostgresFilling(connection)


class PostgresFilling:
    """`ledger.store.copying.Filling` in a transaction."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def facts(self, facts: Sequence[FactRow], redacted: Place | None = None) -> None:
        self._insert(INSERT_FACTS, [event_row(row) for row in facts])
        self._insert(INSERT_PARTS, part_rows(facts))
        if redacted is not None:
            self._connection.execute(TAKE_AWAY, (*redacted, []))

    def keys(self, keys: Sequence[KeyRow]) -> None:
        self._insert(INSERT_KEYS, key_rows(Batch((), (), keys, ())))

    def claims(self, claims: Sequence[ClaimRow]) -> None:
        self._insert(INSERT_CLAIMS, claim_rows(Batch((), (), (), claims)))

    def epochs(self, epochs: Sequence[Epoch]) -> None:
        self._insert(INSERT_EPOCHS, epoch_rows(epochs))

    def _insert(self, statement: LiteralString, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self._connection.execute(statement, columns(rows))
