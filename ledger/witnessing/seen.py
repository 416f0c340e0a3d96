"""What a witness has seen: the newest checkpoint of each log, in one SQLite file.

It is all that a witness must never forget. So it is begun on purpose, and opened only where it is.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from ledger.errors import LedgerError, PlaceTakenError
from ledger.store.failures import translated
from ledger.store.sqlite_module import sqlite

FILE: Final = "witness.db"
BUSY_SECONDS: Final = 10
PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL")
SCHEMA: Final = (
    "CREATE TABLE identity (name TEXT NOT NULL)",
    """\
CREATE TABLE seen (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    at INTEGER NOT NULL,
    note TEXT NOT NULL
) WITHOUT ROWID
""",
)
NAME: Final = "SELECT name FROM identity"
BEGIN: Final = "INSERT INTO identity (name) VALUES (?)"
LAST: Final = "SELECT size, root, at, note FROM seen WHERE origin = ?"
KEEP: Final = """\
INSERT INTO seen (origin, size, root, at, note) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (origin) DO UPDATE
SET size = excluded.size, root = excluded.root, at = excluded.at, note = excluded.note
"""


class NoWitnessError(LedgerError):
    """There is no witness in the folder; the message names the cure."""


@dataclass(frozen=True, slots=True)
class Last:
    """The newest checkpoint that was cosigned, and the second at which; `note` has both lines."""

    size: int
    root: bytes
    at: int
    note: str


class Turn:
    """The only one that reads or writes what was seen, until it ends."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection

    def last(self, origin: str) -> Last | None:
        """None where no checkpoint of this log was ever cosigned."""
        row = self._connection.execute(LAST, (origin,)).fetchone()
        return None if row is None else Last(*row)

    def keep(self, origin: str, last: Last) -> None:
        """Durable when the turn ends."""
        row = (origin, last.size, last.root, last.at, last.note)
        self._connection.execute(KEEP, row)


class Seen:
    """Blocking; used from any thread and any process. Raises StorageError."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection
        self._lock = Lock()

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Whoever comes meanwhile waits. An error takes back whatever was kept."""
        with self._lock, translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Turn(self._connection)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def last(self, origin: str) -> Last | None:
        """The newest, outside of any turn."""
        with self._lock, translated():
            return Turn(self._connection).last(origin)


def begin_seen(folder: Path, name: str) -> None:
    """Make the file; raise PlaceTakenError where there is one, StorageError."""
    path = folder / FILE
    if path.exists():
        raise PlaceTakenError(f"{path} is there already: a witness is begun once")
    with translated(), closing(_connected(path)) as connection:
        connection.execute("BEGIN")
        for statement in SCHEMA:
            connection.execute(statement)
        connection.execute(BEGIN, (name,))
        connection.execute("COMMIT")


@contextmanager
def opened_seen(folder: Path, name: str) -> Iterator[Seen]:
    """Raise NoWitnessError where it was never begun, or is another's; StorageError."""
    path = folder / FILE
    if not path.exists():
        raise NoWitnessError(
            f"{path} is missing: a new witness begins with --init. If this one has cosigned "
            "before, put the file back; without it, it could cosign what contradicts that"
        )
    with translated():
        connection = _connected(path)
    with closing(connection):
        with translated():
            ((found,),) = connection.execute(NAME).fetchall()
        if found != name:
            raise NoWitnessError(f"the witness in {folder} is named {found!r}, not {name!r}")
        yield Seen(connection)


def _connected(path: Path) -> sqlite.Connection:
    connection = sqlite.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
