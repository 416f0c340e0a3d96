"""Keeps counts: what changed at which position and for which day, and running totals."""

from collections import Counter

from sqlalchemy import Connection, Table, bindparam, func, literal_column, select

from projections.keeping.bulk import Many, inserting
from projections.keeping.schema import create_indexes, create_tables
from projections.spans import FOREVER, TALLIES, Change
from projections.streams import Step
from projections.tables import StatisticsTables


class StatisticsKeeper:
    def __init__(self, tables: StatisticsTables) -> None:
        self._tables = tables
        self._deltas: Counter[tuple[str, int, str, int]] = Counter()
        self._changes: Counter[tuple[str, str, int]] = Counter()
        self._insert_deltas = inserting(tables.deltas)
        self._insert_totals = _inserting_totals(tables.totals)

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
        for dimension, code in change.held:
            self._deltas[dimension, position, code, change.day_from] += sign
            if change.day_to < FOREVER:
                self._deltas[dimension, position, code, change.day_to] -= sign
            else:
                self._changes[dimension, code, position] += sign

    def write(self, connection: Connection) -> None:
        """Totals go in by position, for each is the one before it and a change."""
        deltas = [(*key, delta) for key, delta in sorted(self._deltas.items()) if delta]
        changes = [(*key, change) for key, change in sorted(self._changes.items()) if change]
        self._insert_deltas.run(connection, deltas)
        self._insert_totals.run(connection, changes)
        self.forget()

    def forget(self) -> None:
        self._deltas, self._changes = Counter(), Counter()


def _inserting_totals(totals: Table) -> Many:
    """Parameters: dimension, code, position, change."""
    dimension, code, position = (
        bindparam(f"the_{name}", type_=totals.c[name].type)
        for name in ("dimension", "code", "position")
    )
    older = totals.alias()
    newest = select(func.max(older.c.position)).where(
        older.c.dimension == dimension, older.c.code == code
    )
    before = (
        select(totals.c.count)
        .where(
            totals.c.dimension == dimension,
            totals.c.code == code,
            totals.c.position == newest.scalar_subquery(),
        )
        .scalar_subquery()
    )
    change = bindparam("change", type_=totals.c.count.type)
    row = select(dimension, code, position, func.coalesce(before, literal_column("0")) + change)
    statement = totals.insert().from_select(["dimension", "code", "position", "count"], row)
    return Many(statement, ["the_dimension", "the_code", "the_position", "change"])
