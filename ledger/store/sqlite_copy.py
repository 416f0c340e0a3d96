"""Copying a ledger out of SQLite, and filling an empty file."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from ledger.errors import NoLedgerError
from ledger.facts.fact import AccountId, StreamId
from ledger.store.batch import Batch, ClaimRow, FactRow, KeyRow
from ledger.store.copying import Place, epoch_rows
from ledger.store.failures import translated
from ledger.store.port import Claim, Entry, Epoch, Head, Key
from ledger.store.rows import claim_rows, entries_from, event_row, key_rows, part_rows
from ledger.store.sqlite import (
    HEAD,
    GaplessRecorder,
    LedgerDatastore,
    execute_rows,
    schema,
)
from ledger.store.sqlite_module import refuse_old, sqlite
from ledger.store.sqlite_store import (
    BLANK,
    EPOCHS,
    INSERT_CLAIMS,
    INSERT_KEYS,
    INSERT_PARTS,
    SqliteStore,
)

ENTRIES: Final = "SELECT * FROM entries ORDER BY position, name"
KEYS: Final = (
    "SELECT account, key, fingerprint, first_position, last_position"
    " FROM idempotency ORDER BY last_position"
)
CLAIMS: Final = "SELECT name, stream, position FROM claims ORDER BY name"
INSERT_EPOCHS: Final = "INSERT INTO epochs (number, epoch, position, at) VALUES ROWS"


def require_sqlite(path: Path) -> None:
    """Raise NoLedgerError."""
    if not path.exists():
        raise NoLedgerError(
            f"There is no ledger at {path}. Set LEDGER_DATA_DIR to the folder of one, "
            "or begin one there with `commitments serve`."
        )


@contextmanager
def copy_sqlite(path: Path) -> Iterator["SqliteCopy"]:
    """Raise NoLedgerError, StorageError. Writers go on; what they add is not in the copy."""
    refuse_old(sqlite)
    require_sqlite(path)
    # Opening gives an older ledger what it lacks, and keeps its log in place while we read.
    with (
        closing(SqliteStore(path)),
        translated(),
        closing(sqlite.connect(path, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        yield SqliteCopy(connection)


class SqliteCopy:
    """`ledger.store.copying.Copy` on a connection."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection

    def head(self) -> Head:
        return Head(*(self._connection.execute(HEAD).fetchone() or (0, 0)))

    def entries(self) -> Iterator[Entry]:
        return entries_from(self._connection.execute(ENTRIES))

    def keys(self) -> Iterator[KeyRow]:
        for account, key, fingerprint, first, last in self._connection.execute(KEYS):
            yield KeyRow(Key(AccountId(account), key, fingerprint), first, last)

    def claims(self) -> Iterator[ClaimRow]:
        for name, stream, position in self._connection.execute(CLAIMS):
            yield ClaimRow(Claim(name, StreamId(stream)), position)

    def epochs(self) -> Sequence[Epoch]:
        return [Epoch(*row) for row in self._connection.execute(EPOCHS)]


@contextmanager
def fill_sqlite(path: Path) -> Iterator["SqliteFilling"]:
    """A new file; it is worth nothing until the block has ended well."""
    refuse_old(sqlite)
    datastore = LedgerDatastore(str(path))
    with closing(datastore), translated():
        with datastore.transaction(commit=True) as cursor:
            for statement in schema():
                cursor.execute(statement)
        yield SqliteFilling(datastore)


class SqliteFilling:
    """`ledger.store.copying.Filling`, a transaction for each call."""

    def __init__(self, datastore: LedgerDatastore) -> None:
        self._datastore = datastore
        self._recorder = GaplessRecorder(datastore)

    def facts(self, facts: Sequence[FactRow], redacted: Place | None = None) -> None:
        with self._datastore.transaction(commit=True) as cursor:
            self._recorder.place(cursor, [event_row(row) for row in facts])
            execute_rows(cursor, INSERT_PARTS, part_rows(facts))
            if redacted is not None:
                cursor.execute(BLANK, redacted)

    def keys(self, keys: Sequence[KeyRow]) -> None:
        self._insert(INSERT_KEYS, key_rows(Batch((), (), keys, ())))

    def claims(self, claims: Sequence[ClaimRow]) -> None:
        self._insert(INSERT_CLAIMS, claim_rows(Batch((), (), (), claims)))

    def epochs(self, epochs: Sequence[Epoch]) -> None:
        self._insert(INSERT_EPOCHS, epoch_rows(epochs))

    def _insert(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._datastore.transaction(commit=True) as cursor:
            execute_rows(cursor, statement, rows)
