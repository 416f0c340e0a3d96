"""Keeps counts: what changed at which position and for which day, and running totals."""

from collections import Counter
from typing import Final

from sqlalchemy import Connection, select

from projections.keeping.bulk import inserting
from projections.keeping.schema import create_indexes, create_tables
from projections.spans import FOREVER, TALLIES, Change
from projections.streams import Step
from projections.tables import StatisticsTables

Tally = tuple[str, str]
"""(dimension, code)"""

KEPT_TOTALS: Final = 50_000


class StatisticsKeeper:
    """`_totals` remembers running totals that were read or written, up to a bound."""

    def __init__(self, tables: StatisticsTables) -> None:
        self._tables = tables
        self._deltas: Counter[tuple[str, str, int, int]] = Counter()
        self._changes: Counter[tuple[str, str, int]] = Counter()
        self._totals: dict[Tally, int] = {}
        self._insert_deltas = inserting(tables.deltas)
        self._insert_totals = inserting(tables.totals)

    def create(self, connection: Connection) -> None:
        create_tables(connection, self._tables.metadata)

    def index(self, connection: Connection) -> None:
        create_indexes(connection, self._tables.metadata)

    def take(self, step: Step) -> None:
        """A redaction takes words away; nothing that is counted changes."""
        if step.collection and not step.again:
            for change in step.changes:
                if change.kind == TALLIES:
                    self._count(step.position, change)

    def _count(self, position: int, change: Change) -> None:
        sign = 1 if change.opened else -1
        self._deltas[*change.key, position, change.day_from] += sign
        if change.day_to < FOREVER:
            self._deltas[*change.key, position, change.day_to] -= sign
        else:
            self._changes[*change.key, position] += sign

    def write(self, connection: Connection) -> None:
        deltas = [(*key, delta) for key, delta in sorted(self._deltas.items()) if delta]
        self._insert_deltas.run(connection, deltas)
        self._insert_totals.run(connection, self._running(connection))
        self._deltas, self._changes = Counter(), Counter()

    def _running(self, connection: Connection) -> list[tuple[str, str, int, int]]:
        if len(self._totals) > KEPT_TOTALS:
            self._totals = {}
        rows = []
        for (dimension, code, position), change in sorted(self._changes.items()):
            if change:
                tally = dimension, code
                self._totals[tally] = self._total(connection, tally) + change
                rows.append((dimension, code, position, self._totals[tally]))
        return rows

    def _total(self, connection: Connection, tally: Tally) -> int:
        if tally in self._totals:
            return self._totals[tally]
        columns = self._tables.totals.c
        newest = (
            select(columns.count)
            .where(columns.dimension == tally[0], columns.code == tally[1])
            .order_by(columns.position.desc())
            .limit(1)
        )
        return connection.scalar(newest) or 0

    def forget(self) -> None:
        """The totals go too: they may hold what was rolled back."""
        self._deltas, self._changes, self._totals = Counter(), Counter(), {}
