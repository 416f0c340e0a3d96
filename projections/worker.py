"""Keeps views up with the ledger, batch by batch: blocking, one round at a time.

Views at the same position go together, so that a fact is read and decoded once for all of them.
Folding is in memory; then the rows and the positions of all of them are written in one
transaction. A crash before its commit leaves the views where they were, and the batch comes again.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

import structlog
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from ledger.facts.housekeeping import RedactionApplied
from ledger.store.port import Entry, Store
from projections.catalogue import is_postgres
from projections.generations import OvertakenError, Tail, advance, caught_up, note_stall
from projections.streams import Batch, Decode, Streams
from projections.sweeping import mark

BATCH: Final = 500
SHORTEST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 60.0
MOVED: Final = select(func.pg_notify("views_moved", ""))
"""Heard by every process that serves what this one folds."""

log = structlog.get_logger()


class GapError(Exception):
    """The store left a position out: folding on would lose a fact for ever."""


class Worker:
    """`tails` are what it keeps; whoever changes the list does so between two rounds.

    `erased` says that words were taken out of rows; whoever sees to the rest sets it back.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        decode: Decode,
        tails: Iterable[Tail],
        *,
        batch: int = BATCH,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._writing = engine.execution_options(begin="IMMEDIATE")
        self._store, self._batch = store, batch
        self._streams = Streams(store, decode)
        self._seconds = seconds
        self.tails = list(tails)
        self.erased = False

    def round(self, names: Collection[str] | None = None) -> bool:
        """One batch for the named views (None: all); whether more facts wait.

        Raises what the stores raise.
        """
        groups: dict[int, list[Tail]] = defaultdict(list)
        for tail in self.tails:
            ours = names is None or tail.view.name in names
            if ours and tail.wait_until <= self._seconds():
                groups[tail.position].append(tail)
        full = [self._follow(groups[position], position) for position in sorted(groups)]
        return any(full)

    def _follow(self, tails: Sequence[Tail], position: int) -> bool:
        entries = self._store.entries(after=position, limit=self._batch)
        if entries:
            check_contiguous(position, entries)
            topics = frozenset[str]().union(*(tail.view.topics for tail in tails))
            self._keep(tails, self._streams.batch(entries, topics), entries)
        return len(entries) == self._batch

    def _keep(self, tails: Sequence[Tail], batch: Batch, entries: Sequence[Entry]) -> None:
        """What the database refuses is parted until the one view and the one fact stand alone."""
        try:
            self._write(tails, batch, entries)
        except OvertakenError:
            with self._writing.begin() as connection:
                self.tails = caught_up(connection, self._engine, self.tails)
        except OperationalError:
            raise
        except SQLAlchemyError as error:
            self._part(tails, batch, entries, error)

    def _part(
        self,
        tails: Sequence[Tail],
        batch: Batch,
        entries: Sequence[Entry],
        error: Exception,
    ) -> None:
        if len(tails) > 1:
            for tail in tails:
                self._keep([tail], batch, entries)
        elif len(entries) > 1:
            middle = len(entries) // 2
            self._keep(tails, batch, entries[:middle])
            if tails[0].position == entries[middle - 1].position:
                self._keep(tails, batch, entries[middle:])
        else:
            self._stand_still(tails[0], entries[0], error)

    def _stand_still(self, tail: Tail, entry: Entry, error: Exception) -> None:
        """Written down first: a database that cannot even do that is away, and no fact's fault."""
        with self._writing.begin() as connection:
            note_stall(connection, tail, entry.position, _told(error))
        log.error("view.stalled", view=tail.view.name, position=entry.position)
        self._stall(tail, entry, error)

    def _write(self, tails: Sequence[Tail], batch: Batch, entries: Sequence[Entry]) -> None:
        erases = any(entry.topic == RedactionApplied.TOPIC for entry in entries)
        try:
            reached = [self._gather(tail, batch, entries) for tail in tails]
            with self._writing.begin() as connection:
                _write_all(connection, tails, reached)
                if erases:
                    mark(connection)
                for tail in _standing_still(tails, reached):
                    note_stall(connection, tail, tail.stalled_at, tail.error)
        finally:
            # Written, or to come again: either way nothing may linger in memory.
            for tail in tails:
                tail.keeper.forget()
        self.erased |= erases
        for tail, position in zip(tails, reached, strict=True):
            tail.position = position
            _resume(tail)

    def _gather(self, tail: Tail, batch: Batch, entries: Sequence[Entry]) -> int:
        """Fold into memory, up to the first fact that will not fold; how far that is."""
        for index, entry in enumerate(entries):
            if entry.topic in tail.view.topics:
                try:
                    tail.keeper.take(batch.step(entry))
                except Exception as error:
                    log.exception("view.stalled", view=tail.view.name, position=entry.position)
                    tail.keeper.forget()
                    self._stall(tail, entry, error)
                    return self._gather(tail, batch, entries[:index])
        return entries[-1].position if entries else tail.position

    def _stall(self, tail: Tail, entry: Entry, error: Exception) -> None:
        """The view waits at the fact, for longer each time; nothing else does."""
        tail.stalled_at, tail.tries = entry.position, tail.tries + 1
        tail.error = _told(error)
        pause = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** (tail.tries - 1))
        tail.wait_until = self._seconds() + pause


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _write_all(connection: Connection, tails: Sequence[Tail], reached: Sequence[int]) -> None:
    moved = [
        (tail, each) for tail, each in zip(tails, reached, strict=True) if each > tail.position
    ]
    advance(connection, [tail for tail, _ in moved], [each for _, each in moved])
    for tail, _ in moved:
        tail.keeper.write(connection)
    if moved and is_postgres(connection.engine):
        connection.execute(MOVED)


def _standing_still(tails: Sequence[Tail], reached: Sequence[int]) -> list[Tail]:
    pairs = zip(tails, reached, strict=True)
    return [tail for tail, position in pairs if tail.stalled_at == position + 1]


def _resume(tail: Tail) -> None:
    if tail.stalled_at is not None and tail.position >= tail.stalled_at:
        tail.stalled_at, tail.error, tail.tries = None, None, 0
        log.info("view.resumed", view=tail.view.name, position=tail.position)


def check_contiguous(position: int, entries: Sequence[Entry]) -> None:
    """Raise GapError unless the entries follow the position one by one."""
    for expected, entry in enumerate(entries, position + 1):
        if entry.position != expected:
            raise GapError(f"position {expected} is missing: the store answered {entry.position}")
