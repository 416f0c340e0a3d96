"""Keeps counts: what changed at which position and for which day, and running totals."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Select,
    Table,
    bindparam,
    column,
    func,
    literal_column,
    select,
    values,
)

from projections.keeping.bulk import inserting
from projections.keeping.schema import create_indexes, create_tables
from projections.spans import FOREVER, TALLIES, Change
from projections.streams import Step
from projections.tables import TEXT, StatisticsTables

AT_ONCE: Final = 64
Key = tuple[str, str]
"""dimension, code"""


class StatisticsKeeper:
    def __init__(self, tables: StatisticsTables) -> None:
        self._tables = tables
        self._deltas: Counter[tuple[str, int, str, int]] = Counter()
        self._changes: Counter[tuple[str, str, int]] = Counter()
        self._insert_deltas = inserting(tables.deltas)
        self._insert_totals = inserting(tables.totals)
        self._newest = _Newest(tables.totals)

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
        self._insert_deltas.run(connection, deltas)
        self._insert_totals.run(connection, self._running(connection))
        self.forget()

    def _running(self, connection: Connection) -> list[tuple[str, str, int, int]]:
        changes = [(*key, change) for key, change in sorted(self._changes.items()) if change]
        counts = self._newest.read(connection, {(each[0], each[1]) for each in changes})
        rows = []
        for dimension, code, position, change in changes:
            counts[dimension, code] = count = counts[dimension, code] + change
            rows.append((dimension, code, position, count))
        return rows

    def forget(self) -> None:
        self._deltas, self._changes = Counter(), Counter()


class _Newest:
    """The newest total of many codes; Core writes the SQL once, for a fixed number of them."""

    def __init__(self, totals: Table) -> None:
        self._names = [(f"dimension_{index}", f"code_{index}") for index in range(AT_ONCE)]
        self._question = _newest(totals, self._names)
        self._sql = ""
        self._order: Sequence[str] = ()

    def read(self, connection: Connection, keys: Collection[Key]) -> dict[Key, int]:
        """0 for a code that never counted anything."""
        found: dict[Key, int] = {}
        ordered = sorted(keys)
        for start in range(0, len(ordered), AT_ONCE):
            found.update(self._ask(connection, ordered[start : start + AT_ONCE]))
        return found

    def _ask(self, connection: Connection, keys: Sequence[Key]) -> Iterator[tuple[Key, int]]:
        """Where fewer are left than the question holds, it asks for the last one again."""
        if not self._sql:
            self._compile(connection)
        asked: dict[str, str] = {}
        for names, key in zip_longest(self._names, keys, fillvalue=keys[-1]):
            asked.update(zip(names, key, strict=True))
        given = tuple(asked[name] for name in self._order)
        for dimension, code, count in connection.exec_driver_sql(self._sql, given).all():
            yield (dimension, code), count

    def _compile(self, connection: Connection) -> None:
        compiled = self._question.compile(dialect=connection.dialect)
        self._sql, self._order = compiled.string, compiled.positiontup or ()


def _newest(totals: Table, names: Sequence[Key]) -> Select[*tuple[Any, ...]]:
    columns = [column(name, totals.c[name].type) for name in ("dimension", "code")]
    rows = [tuple(bindparam(name, type_=TEXT) for name in pair) for pair in names]
    wanted = values(*columns, name="wanted").data(rows).cte("wanted")
    newest = (
        select(totals.c.count)
        .where(totals.c.dimension == wanted.c.dimension, totals.c.code == wanted.c.code)
        .order_by(totals.c.position.desc())
        .limit(literal_column("1"))
        .offset(literal_column("0"))
        .scalar_subquery()
    )
    count = func.coalesce(newest, literal_column("0"))
    return select(wanted.c.dimension, wanted.c.code, count)
