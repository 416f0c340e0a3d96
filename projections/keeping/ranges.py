"""A table whose rows hold over ranges of positions and days.

Ranges that open and close inside one batch are written once, as they ended.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, update

from projections.keeping.bulk import Many, inserting
from projections.tables import OPEN

Key = tuple[Any, ...]


class Ranges:
    """What a batch opens and closes in one table, until it is written.

    `identity` names the columns of a key, `payload` those of what holds.
    """

    def __init__(self, table: Table, identity: Sequence[str], payload: Sequence[str] = ()) -> None:
        self._table = table
        self._identity = tuple(identity)
        self._names = (*identity, "pos_from", "pos_to", "day_from", "day_to", *payload)
        self._opened: dict[Key, tuple[Any, ...]] = {}
        self._ended: list[tuple[Any, ...]] = []
        self._closed: list[tuple[Any, ...]] = []
        self._erased: set[int] = set()
        self._insert = inserting(table, self._names)
        self._close = _closing(table, self._identity)

    def open(
        self, key: Key, position: int, days: tuple[int, int], payload: tuple[Any, ...] = ()
    ) -> None:
        self._opened[*key, days[0]] = (*key, position, OPEN, *days, *payload)

    def close(self, key: Key, position: int, day_from: int) -> None:
        row = self._opened.pop((*key, day_from), None)
        if row is None:
            self._closed.append((position, *key, day_from, OPEN))
        elif row[len(key)] != position:
            ended = list(row)
            ended[len(key) + 1] = position
            self._ended.append(tuple(ended))

    def erase(self, born: int) -> None:
        """Forget everything about a record, here and in the table."""
        place = self._identity.index("born")
        self._erased.add(born)
        self._opened = {key: row for key, row in self._opened.items() if key[place] != born}
        self._ended = [row for row in self._ended if row[place] != born]
        self._closed = [row for row in self._closed if row[place + 1] != born]

    def write(self, connection: Connection) -> list[tuple[Any, ...]]:
        """Erasures, then closings, then what is new in the order of its key.

        The new rows are answered: key, range of positions, range of days, payload.
        """
        self._write_erasures(connection)
        self._close.run(connection, self._closed)
        rows = sorted(self._ended + list(self._opened.values()), key=self._order)
        self._insert.run(connection, rows)
        self.forget()
        return rows

    def _order(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        count = len(self._identity)
        return (*row[: count + 1], row[count + 2])

    def _write_erasures(self, connection: Connection) -> None:
        if self._erased:
            born = self._table.c.born
            connection.execute(delete(self._table).where(born.in_(sorted(self._erased))))

    def forget(self) -> None:
        """Drop whatever was not written."""
        self._opened, self._ended, self._closed = {}, [], []
        self._erased = set()


def _closing(table: Table, identity: Sequence[str]) -> Many:
    """Parameters: the position, the key, the first day, OPEN."""
    names = [*identity, "day_from", "pos_to"]
    statement = (
        update(table)
        .where(*(table.c[name] == bindparam(f"the_{name}") for name in names))
        .values(pos_to=bindparam("position"))
    )
    return Many(statement, ["position", *(f"the_{name}" for name in names)])
