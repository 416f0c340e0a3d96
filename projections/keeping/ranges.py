"""A table whose rows hold over ranges of positions and days.

Ranges that open and close inside one batch are written once, as they ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, update

from projections.keeping.bulk import Many, inserting
from projections.spans import Change
from projections.tables import OPEN

Key = tuple[Any, ...]
Payload = tuple[Any, ...]


class Ranges:
    """What a batch opens and closes in one table, until it is written.

    `identity` names the columns of a key, `payload` those of what holds.
    """

    def __init__(self, table: Table, identity: Sequence[str], payload: Sequence[str] = ()) -> None:
        self._table = table
        self._identity = tuple(identity)
        self._names = (*identity, "pos_from", "pos_to", "day_from", "day_to", *payload)
        self._opened: dict[tuple[Key, int], tuple[Any, ...]] = {}
        self._ended: list[tuple[Any, ...]] = []
        self._closed: list[tuple[Any, ...]] = []
        self._erased: set[int] = set()
        self._insert = inserting(table, self._names)
        self._close = _closing(table, self._identity)

    def turn(self, position: int, change: Change, held: Mapping[Key, Payload]) -> None:
        """Open or close ranges from a position on; `held` has the keys as the table knows them."""
        if change.opened:
            self._open(position, change, held)
        else:
            self._shut(position, change.day_from, held)

    def _open(self, position: int, change: Change, held: Mapping[Key, Payload]) -> None:
        day_from = change.day_from
        where = position, OPEN, day_from, change.day_to
        for key, payload in held.items():
            self._opened[key, day_from] = (*key, *where, *payload)

    def _shut(self, position: int, day_from: int, keys: Iterable[Key]) -> None:
        for key in keys:
            row = self._opened.pop((key, day_from), None)
            place = len(key)
            if row is None:
                self._closed.append((position, *key, day_from, OPEN))
            elif row[place] != position:
                self._ended.append((*row[: place + 1], position, *row[place + 2 :]))

    def erase(self, born: int) -> None:
        """Forget everything about a record, here and in the table."""
        place = self._identity.index("born")
        self._erased.add(born)
        self._opened = {key: row for key, row in self._opened.items() if row[place] != born}
        self._ended = [row for row in self._ended if row[place] != born]
        self._closed = [row for row in self._closed if row[place + 1] != born]

    def write(self, connection: Connection) -> list[tuple[Any, ...]]:
        """Erasures, then closings, then what is new in the order of its key.

        The new rows are answered: key, range of positions, range of days, payload.
        """
        self._write_erasures(connection)
        self._close.run(connection, self._closed)
        rows = sorted([*self._ended, *self._opened.values()])
        self._insert.run(connection, rows)
        self.forget()
        return rows

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
