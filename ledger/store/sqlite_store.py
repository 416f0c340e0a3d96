"""The store on SQLite: one file, one writer at a time, one sync for each batch."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

import orjson
from eventsourcing.sqlite import SQLiteCursor

from ledger.errors import StorageFullError
from ledger.facts.fact import StreamId
from ledger.store.appending import append
from ledger.store.batch import Batch, Ground, KeyName, Tip, Used
from ledger.store.failures import FULL, translated
from ledger.store.port import (
    Entry,
    Epoch,
    Erasure,
    Head,
    Key,
    KeyReused,
    Leaf,
    Outcome,
    Receipt,
    Unit,
)
from ledger.store.rows import (
    by_stream,
    claim_rows,
    entries_from,
    event_row,
    key_rows,
    part_rows,
    placed_from,
    runs,
)
from ledger.store.sqlite import HEAD, GaplessRecorder, LedgerDatastore, connected, execute_rows
from ledger.store.sqlite_sweeping import MARK, sweep

STREAM: Final = "SELECT * FROM entries WHERE stream = ? AND version > ? ORDER BY version, name"
STREAMS: Final = (
    "SELECT * FROM entries WHERE stream IN (SELECT value FROM json_each(?))"
    " ORDER BY stream, version, name"
)
ENTRIES: Final = (
    "SELECT * FROM entries WHERE position > ? AND position <= ? ORDER BY position, name"
)
LEAVES: Final = (
    "SELECT rowid, at, state, leaf_hash FROM stored_events"
    " WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
)
PLACES: Final = (
    "SELECT rowid, at, originator_id, originator_version, topic, state, leaf_hash"
    " FROM stored_events WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
)
TIPS: Final = (
    "WITH wanted (stream) AS (VALUES ROWS)"
    " SELECT stream, originator_version, leaf_hash FROM wanted CROSS JOIN stored_events"
    " ON originator_id = stream AND originator_version ="
    " (SELECT max(originator_version) FROM stored_events WHERE originator_id = stream)"
)
USED: Final = (
    "WITH wanted (by, name) AS (VALUES ROWS)"
    " SELECT account, key, fingerprint, first_position, last_position"
    " FROM wanted CROSS JOIN idempotency ON account = by AND key = name"
)
HOLDERS: Final = (
    "WITH wanted (skeleton) AS (VALUES ROWS)"
    " SELECT name, stream FROM wanted CROSS JOIN claims ON name = skeleton"
)
EPOCHS: Final = "SELECT epoch, position, at FROM epochs ORDER BY number"
WORDED: Final = (
    "WITH wanted (place, part) AS (VALUES ROWS)"
    " SELECT place, part FROM wanted CROSS JOIN parts"
    " ON position = place AND name = part AND content IS NOT NULL"
)
BLANK: Final = "UPDATE parts SET salt = NULL, content = NULL WHERE position = ? AND name = ?"
FORGET: Final = (
    "UPDATE idempotency SET fingerprint = x'' WHERE fingerprint <> x'' AND last_position ="
    " (SELECT min(last_position) FROM idempotency WHERE last_position >= ?1)"
    " AND first_position <= ?1"
)
RELEASE: Final = "DELETE FROM claims WHERE name = ?"
INSERT_PARTS: Final = "INSERT INTO parts (position, name, salt, content) VALUES ROWS"
INSERT_KEYS: Final = (
    "INSERT INTO idempotency (account, key, fingerprint, first_position, last_position) VALUES ROWS"
)
INSERT_CLAIMS: Final = "INSERT INTO claims (name, stream, position) VALUES ROWS"


class SqliteStore:
    """`ledger.store.port.Store` in the file `path`."""

    def __init__(self, path: Path, *, reserve_percent: float = 0) -> None:
        self._path, self._folder = path, path.parent
        self._lock = Lock()
        self._reserve = reserve_percent / 100
        self._datastore = LedgerDatastore(str(path))
        self._recorder = GaplessRecorder(self._datastore)
        with translated(), ExitStack() as failing:
            failing.callback(self.close)
            self._recorder.create_table()
            failing.pop_all()

    def append(self, units: Sequence[Unit], now: int) -> Sequence[Outcome]:
        with translated(), self._lock:
            self._keep_reserve()
            return append(self._writing, units, now)

    def sweep(self) -> bool:
        # Whoever writes here waits for the end of it, however long that takes.
        with translated(), self._lock, closing(connected(self._path)) as connection:
            return sweep(connection)

    def _keep_reserve(self) -> None:
        disk = shutil.disk_usage(self._folder)
        if disk.free < disk.total * self._reserve:
            raise StorageFullError(FULL)

    @contextmanager
    def _writing(self) -> Iterator["_Writing"]:
        with self._datastore.transaction(commit=True) as cursor:
            yield _Writing(cursor, self._recorder)

    def receipt(self, key: Key) -> Receipt | KeyReused | None:
        with self._reading() as cursor:
            used = _used(cursor, [key]).get((key.by, key.key))
        return None if used is None else used.answer(key)

    def stream(self, stream: StreamId, *, after: int = 0) -> Sequence[Entry]:
        return self._entries(STREAM, (stream, after))

    def streams(self, streams: Sequence[StreamId]) -> Mapping[StreamId, Sequence[Entry]]:
        return by_stream(self._entries(STREAMS, (orjson.dumps(streams).decode(),)))

    def entries(self, *, after: int, limit: int) -> Sequence[Entry]:
        return self._entries(ENTRIES, (after, after + limit))

    def _entries(self, query: str, values: tuple[object, ...]) -> Sequence[Entry]:
        with self._reading() as cursor:
            cursor.execute(query, values)
            return list(entries_from(cursor.fetchall()))

    def leaves(self, *, after: int, limit: int) -> Sequence[Leaf]:
        with self._reading() as cursor:
            cursor.execute(LEAVES, (after, after + limit))
            return [Leaf(*row) for row in cursor.fetchall()]

    def head(self) -> Head:
        with self._reading() as cursor:
            return _head(cursor)

    def holder(self, name: str) -> StreamId | None:
        with self._reading() as cursor:
            return _holders(cursor, [name]).get(name)

    def epochs(self) -> Sequence[Epoch]:
        with self._reading() as cursor:
            cursor.execute(EPOCHS)
            return [Epoch(*row) for row in cursor.fetchall()]

    @contextmanager
    def _reading(self) -> Iterator[SQLiteCursor]:
        with translated(), self._datastore.transaction(commit=False) as cursor:
            yield cursor

    def close(self) -> None:
        self._datastore.close()


class _Writing:
    """`ledger.store.appending.Writing` on a cursor."""

    def __init__(self, cursor: SQLiteCursor, recorder: GaplessRecorder) -> None:
        self._cursor = cursor
        self._recorder = recorder

    def ground(self, units: Sequence[Unit]) -> Ground:
        streams = {stream for unit in units for stream in unit.streams}
        names = {claim.name for unit in units for claim in unit.claims}
        return Ground(
            _head(self._cursor),
            _tips(self._cursor, streams),
            _used(self._cursor, [unit.key for unit in units]),
            _holders(self._cursor, names),
            _erasable(self._cursor, [each for unit in units for each in unit.erasures]),
        )

    def write(self, batch: Batch) -> None:
        for run in runs(batch.facts):
            self._recorder.place(self._cursor, [event_row(row) for row in run])
            execute_rows(self._cursor, INSERT_PARTS, part_rows(run))
            if (erasure := run[-1].erases) is not None:
                self._erase(erasure)
        execute_rows(self._cursor, INSERT_KEYS, key_rows(batch))
        execute_rows(self._cursor, INSERT_CLAIMS, claim_rows(batch))

    def _erase(self, erasure: Erasure) -> None:
        self._cursor.execute(BLANK, (erasure.position, erasure.part))
        self._cursor.execute(FORGET, (erasure.position,))
        for name in erasure.names:
            self._cursor.execute(RELEASE, (name,))
        self._cursor.execute(MARK)

    def used(self, key: Key) -> Used | None:
        return _used(self._cursor, [key]).get((key.by, key.key))


def _head(cursor: SQLiteCursor) -> Head:
    cursor.execute(HEAD)
    return Head(*(cursor.fetchone() or (0, 0)))


def _tips(cursor: SQLiteCursor, streams: Iterable[StreamId]) -> Mapping[StreamId, Tip]:
    found = execute_rows(cursor, TIPS, [(stream,) for stream in streams])
    return {stream: Tip(version, leaf_hash) for stream, version, leaf_hash in found}


def _used(cursor: SQLiteCursor, keys: Iterable[Key]) -> Mapping[KeyName, Used]:
    found = execute_rows(cursor, USED, [(key.by, key.key) for key in keys])
    return {
        (account, key): Used(fingerprint, _receipt(cursor, first, last))
        for account, key, fingerprint, first, last in found
    }


def _receipt(cursor: SQLiteCursor, first: int, last: int) -> Receipt:
    cursor.execute(PLACES, (first, last))
    return Receipt(tuple(map(placed_from, cursor.fetchall())))


def _erasable(cursor: SQLiteCursor, erasures: Sequence[Erasure]) -> frozenset[tuple[int, str]]:
    wanted = [(erasure.position, erasure.part) for erasure in erasures]
    return frozenset((place, part) for place, part in execute_rows(cursor, WORDED, wanted))


def _holders(cursor: SQLiteCursor, names: Iterable[str]) -> Mapping[str, StreamId]:
    found = execute_rows(cursor, HOLDERS, [(name,) for name in names])
    return {name: StreamId(stream) for name, stream in found}
