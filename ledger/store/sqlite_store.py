"""The store on SQLite: one file, one writer at a time, one sync for each batch."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import orjson
from eventsourcing.sqlite import SQLiteCursor

from ledger.errors import StorageFullError
from ledger.facts.fact import StreamId
from ledger.store.appending import append
from ledger.store.batch import Batch, Ground, Tip, Used
from ledger.store.failures import FULL, translated
from ledger.store.port import Entry, Head, Key, KeyReused, Outcome, Receipt, Unit
from ledger.store.rows import (
    by_stream,
    claim_rows,
    entries_from,
    event_row,
    key_rows,
    part_rows,
    placed_from,
)
from ledger.store.sqlite import HEAD, GaplessRecorder, LedgerDatastore

STREAM: Final = "SELECT * FROM entries WHERE stream = ? AND version > ? ORDER BY version, name"
STREAMS: Final = (
    "SELECT * FROM entries WHERE stream IN (SELECT value FROM json_each(?))"
    " ORDER BY stream, version, name"
)
ENTRIES: Final = (
    "SELECT * FROM entries WHERE position > ? AND position <= ? ORDER BY position, name"
)
PLACES: Final = (
    "SELECT rowid, at, originator_id, originator_version, topic, state, leaf_hash"
    " FROM stored_events WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
)
TIP: Final = (
    "SELECT originator_version, leaf_hash FROM stored_events"
    " WHERE originator_id = ? ORDER BY originator_version DESC LIMIT 1"
)
USED: Final = (
    "SELECT fingerprint, first_position, last_position FROM idempotency"
    " WHERE account = ? AND key = ?"
)
HOLDER: Final = "SELECT stream FROM claims WHERE name = ?"
INSERT_PART: Final = "INSERT INTO parts (position, name, salt, content) VALUES (?, ?, ?, ?)"
INSERT_KEY: Final = (
    "INSERT INTO idempotency (account, key, fingerprint, first_position, last_position)"
    " VALUES (?, ?, ?, ?, ?)"
)
INSERT_CLAIM: Final = "INSERT INTO claims (name, stream, position) VALUES (?, ?, ?)"


class SqliteStore:
    """`ledger.store.port.Store` in the file `path`."""

    def __init__(self, path: Path, *, reserve_percent: float = 0) -> None:
        self._folder = path.parent
        self._reserve = reserve_percent / 100
        self._datastore = LedgerDatastore(str(path))
        self._recorder = GaplessRecorder(self._datastore)
        with translated(), ExitStack() as failing:
            failing.callback(self.close)
            self._recorder.create_table()
            failing.pop_all()

    def append(self, units: Sequence[Unit], now: int) -> Sequence[Outcome]:
        with translated():
            self._keep_reserve()
            return append(self._writing, units, now)

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
            used = _used(cursor, key)
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

    def head(self) -> Head:
        with self._reading() as cursor:
            return _head(cursor)

    def holder(self, name: str) -> StreamId | None:
        with self._reading() as cursor:
            return _holder(cursor, name)

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
        cursor = self._cursor
        streams = {stream for unit in units for stream in unit.streams}
        names = {claim.name for unit in units for claim in unit.claims}
        keys = {(unit.key.by, unit.key.key): unit.key for unit in units}
        return Ground(
            _head(cursor),
            {stream: tip for stream in streams if (tip := _tip(cursor, stream))},
            {name: used for name, key in keys.items() if (used := _used(cursor, key))},
            {name: holder for name in names if (holder := _holder(cursor, name))},
        )

    def write(self, batch: Batch) -> None:
        self._recorder.place(self._cursor, [event_row(row) for row in batch.facts])
        self._cursor.executemany(INSERT_PART, part_rows(batch))
        self._cursor.executemany(INSERT_KEY, key_rows(batch))
        self._cursor.executemany(INSERT_CLAIM, claim_rows(batch))

    def used(self, key: Key) -> Used | None:
        return _used(self._cursor, key)


def _head(cursor: SQLiteCursor) -> Head:
    cursor.execute(HEAD)
    return Head(*(cursor.fetchone() or (0, 0)))


def _tip(cursor: SQLiteCursor, stream: StreamId) -> Tip | None:
    cursor.execute(TIP, (stream,))
    found = cursor.fetchone()
    return None if found is None else Tip(*found)


def _used(cursor: SQLiteCursor, key: Key) -> Used | None:
    cursor.execute(USED, (key.by, key.key))
    found = cursor.fetchone()
    if found is None:
        return None
    fingerprint, first, last = found
    cursor.execute(PLACES, (first, last))
    return Used(fingerprint, Receipt(tuple(map(placed_from, cursor.fetchall()))))


def _holder(cursor: SQLiteCursor, name: str) -> StreamId | None:
    cursor.execute(HOLDER, (name,))
    found = cursor.fetchone()
    return None if found is None else StreamId(found[0])
