"""The store on PostgreSQL: the schema `ledger`, one writer at a time, one sync for each batch."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from eventsourcing.persistence import OperationalError
from psycopg import Connection, Cursor, connect
from psycopg.rows import TupleRow, tuple_row

from ledger.facts.fact import StreamId
from ledger.store.appending import append
from ledger.store.batch import Batch, Ground, KeyName, Tip, Used
from ledger.store.failures import translated
from ledger.store.port import Entry, Epoch, Head, Key, KeyReused, Leaf, Outcome, Receipt, Unit
from ledger.store.postgres import HOLD_HEAD, GaplessRecorder, LedgerDatastore, columns
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

STREAM: Final = "SELECT * FROM entries WHERE stream = %b AND version > %b ORDER BY version, name"
STREAMS: Final = "SELECT * FROM entries WHERE stream = ANY(%b) ORDER BY stream, version, name"
ENTRIES: Final = (
    "SELECT * FROM entries WHERE position > %b AND position <= %b ORDER BY position, name"
)
LEAVES: Final = (
    "SELECT notification_id, at, state, leaf_hash FROM stored_events"
    " WHERE notification_id > %b AND notification_id <= %b ORDER BY notification_id"
)
HEAD: Final = "SELECT position, at FROM head"
TIPS: Final = (
    "SELECT wanted.stream, tip.* FROM unnest(%b::text[]) AS wanted (stream),"
    " LATERAL (SELECT originator_version, leaf_hash FROM stored_events"
    " WHERE originator_id = wanted.stream ORDER BY originator_version DESC LIMIT 1) AS tip"
)
USED: Final = (
    "SELECT account, key, fingerprint,"
    " notification_id, at, originator_id, originator_version, topic, state, leaf_hash"
    " FROM unnest(%b::text[], %b::text[]) AS wanted (account, key)"
    " JOIN idempotency USING (account, key)"
    " JOIN stored_events ON notification_id BETWEEN first_position AND last_position"
    " ORDER BY notification_id"
)
HOLDERS: Final = "SELECT name, stream FROM claims WHERE name = ANY(%b::text[])"
EPOCHS: Final = "SELECT epoch, position, at FROM epochs ORDER BY number"
WORDED: Final = (
    "SELECT position, name FROM unnest(%b::bigint[], %b::text[]) AS wanted (position, name)"
    " JOIN parts USING (position, name) WHERE content IS NOT NULL"
)
TAKE_AWAY: Final = "SELECT take_away(%b, %b, %b::text[])"
VACUUM: Final = "VACUUM ledger.parts, ledger.claims, ledger.idempotency"
INSERT_PARTS: Final = (
    "INSERT INTO parts (position, name, salt, content)"
    " SELECT * FROM unnest(%b::bigint[], %b::text[], %b::bytea[], %b::bytea[])"
)
INSERT_KEYS: Final = (
    "INSERT INTO idempotency (account, key, fingerprint, first_position, last_position)"
    " SELECT * FROM unnest(%b::text[], %b::text[], %b::bytea[], %b::bigint[], %b::bigint[])"
)
INSERT_CLAIMS: Final = (
    "INSERT INTO claims (name, stream, position)"
    " SELECT * FROM unnest(%b::text[], %b::text[], %b::bigint[])"
)


class PostgresStore:
    """`ledger.store.port.Store` in the database at `url`."""

    def __init__(self, url: str) -> None:
        self._url, self._erased = url, False
        self._datastore = LedgerDatastore(url)
        with translated(), ExitStack() as failing:
            failing.callback(self.close)
            self._recorder = GaplessRecorder(self._datastore)
            self._recorder.refuse_unsafe()
            self._recorder.create_table()
            failing.pop_all()

    def append(self, units: Sequence[Unit], now: int) -> Sequence[Outcome]:
        with translated():
            outcomes = append(self._writing, units, now)
        self._erased |= any(unit.erasures for unit in units)
        return outcomes

    def sweep(self) -> bool:
        # Dead rows go; a role that may not is told so by the server, and autovacuum does it later.
        if self._erased:
            with translated(), connect(self._url, autocommit=True) as connection:
                connection.execute(VACUUM)
            self._erased = False
        return True

    @contextmanager
    def _writing(self) -> Iterator["_Writing"]:
        # A pipeline sends what needs no answer yet together: three waits for a batch, not nine.
        try:
            with (
                self._datastore.get_connection() as connection,
                connection.pipeline(),
                connection.transaction(),
            ):
                yield _Writing(connection, self._recorder)
        except OperationalError:
            # After a restart of the server every idle connection is as broken as this one.
            self._datastore.pool.check()
            raise

    def receipt(self, key: Key) -> Receipt | KeyReused | None:
        with self._reading() as cursor:
            used = _used(cursor.execute(USED, ([key.by], [key.key]))).get((key.by, key.key))
        return None if used is None else used.answer(key)

    def stream(self, stream: StreamId, *, after: int = 0) -> Sequence[Entry]:
        return self._entries(STREAM, (stream, after))

    def streams(self, streams: Sequence[StreamId]) -> Mapping[StreamId, Sequence[Entry]]:
        return by_stream(self._entries(STREAMS, (list(streams),)))

    def entries(self, *, after: int, limit: int) -> Sequence[Entry]:
        return self._entries(ENTRIES, (after, after + limit))

    def _entries(self, query: str, values: tuple[object, ...]) -> Sequence[Entry]:
        with self._reading() as cursor:
            return list(entries_from(cursor.execute(query, values)))

    def leaves(self, *, after: int, limit: int) -> Sequence[Leaf]:
        with self._reading() as cursor:
            return [Leaf(*row) for row in cursor.execute(LEAVES, (after, after + limit))]

    def head(self) -> Head:
        with self._reading() as cursor:
            return Head(*_only(cursor.execute(HEAD)))

    def holder(self, name: str) -> StreamId | None:
        with self._reading() as cursor:
            return _holders(cursor.execute(HOLDERS, ([name],))).get(name)

    def epochs(self) -> Sequence[Epoch]:
        with self._reading() as cursor:
            return [Epoch(*row) for row in cursor.execute(EPOCHS)]

    @contextmanager
    def _reading(self) -> Iterator[Cursor[TupleRow]]:
        with translated(), self._datastore.get_connection() as connection:
            yield _cursor(connection)

    def close(self) -> None:
        self._datastore.close()


class _Writing:
    """`ledger.store.appending.Writing` on a connection."""

    def __init__(self, connection: Connection[Any], recorder: GaplessRecorder) -> None:
        self._connection = connection
        self._recorder = recorder

    def ground(self, units: Sequence[Unit]) -> Ground:
        head = self._ask(HOLD_HEAD)
        streams = {stream for unit in units for stream in unit.streams}
        tips = self._ask(TIPS, list(streams))
        keys = {(unit.key.by, unit.key.key) for unit in units}
        used = self._ask(USED, *columns(list(keys)))
        holders = self._ask(HOLDERS, [claim.name for unit in units for claim in unit.claims])
        wanted = [(each.position, each.part) for unit in units for each in unit.erasures]
        erasable = frozenset(self._ask(WORDED, *columns(wanted))) if wanted else frozenset()
        return Ground(Head(*_only(head)), _tips(tips), _used(used), _holders(holders), erasable)

    def _ask(self, query: str, *values: object) -> Cursor[TupleRow]:
        return _cursor(self._connection).execute(query, values)

    def write(self, batch: Batch) -> None:
        if not batch.facts:
            return
        for run in runs(batch.facts):
            self._recorder.place(self._connection.cursor(), [event_row(row) for row in run])
            self._ask(INSERT_PARTS, *columns(part_rows(run)))
            if (erasure := run[-1].erases) is not None:
                self._ask(TAKE_AWAY, erasure.position, erasure.part, list(erasure.names))
        self._ask(INSERT_KEYS, *columns(key_rows(batch)))
        if batch.claims:
            self._ask(INSERT_CLAIMS, *columns(claim_rows(batch)))

    def used(self, key: Key) -> Used | None:
        self._ask(HOLD_HEAD)
        return _used(self._ask(USED, [key.by], [key.key])).get((key.by, key.key))


def _cursor(connection: Connection[Any]) -> Cursor[TupleRow]:
    return connection.cursor(binary=True, row_factory=tuple_row)


def _only(rows: Cursor[TupleRow]) -> TupleRow:
    (row,) = rows
    return row


def _tips(rows: Cursor[TupleRow]) -> Mapping[StreamId, Tip]:
    return {stream: Tip(version, leaf_hash) for stream, version, leaf_hash in rows}


def _used(rows: Cursor[TupleRow]) -> Mapping[KeyName, Used]:
    return {
        (account, key): Used(fingerprint, Receipt(tuple(placed_from(row[3:]) for row in places)))
        for (account, key, fingerprint), places in groupby(rows, key=itemgetter(0, 1, 2))
    }


def _holders(rows: Cursor[TupleRow]) -> Mapping[str, StreamId]:
    return {name: StreamId(stream) for name, stream in rows}
