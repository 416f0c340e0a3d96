"""Which tables serve the views, and how far they are; read again only after a write."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from projections.asking.served import Served
from projections.catalogue import VIEWS, is_postgres
from projections.tables import GENERATIONS

_VERSIONS: Final = {view.name: view.version for view in VIEWS}

_LIVE: Final = select(
    GENERATIONS.c.view, GENERATIONS.c.version, GENERATIONS.c.generation, GENERATIONS.c.position
).where(GENERATIONS.c.state == "live")


class State(NamedTuple):
    """Two readers in the same state read the same rows.

    `folded` is what every view has folded, None if one has never been built.
    """

    served: Served
    positions: Mapping[str, int]
    folded: int | None

    def position(self, view: str) -> int:
        """What the view has folded; raise ViewUnavailable."""
        self.served.generation(view)
        return self.positions[view]

    def lowest(self) -> int:
        """What every view has folded; raise ViewUnavailable."""
        return min(map(self.position, _VERSIONS)) if self.folded is None else self.folded


class Standing:
    """What one connection knows of it. The connection must not write."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seen: object = None
        self._state: State | None = None

    def glance(self) -> State | None:
        """The state of this instant, if it is still the last one seen."""
        is_same = self._seen is not None and self._data_version() == self._seen
        return self._state if is_same else None

    def look(self) -> State:
        """The state that the transaction sees."""
        seen = self._data_version()
        if self._state is None or seen is None or seen != self._seen:
            self._state, self._seen = _read(self._connection), seen
        return self._state

    def _data_version(self) -> object:
        """Changes whenever another connection has written (SQLite, PRAGMA data_version)."""
        if is_postgres(self._connection.engine):
            return None
        cursor = self._connection.connection.cursor()
        try:
            cursor.execute(_DATA_VERSION)
            return cursor.fetchone()
        finally:
            cursor.close()


_DATA_VERSION: Final = "PRAGMA data_version"


def _read(connection: Connection) -> State:
    rows: list[tuple[Any, ...]] = [
        (view, generation, position)
        for view, version, generation, position in connection.execute(_LIVE)
        if _VERSIONS.get(view) == version
    ]
    generations = tuple(sorted((view, generation) for view, generation, _ in rows))
    served = _served(generations, on_postgres=is_postgres(connection.engine))
    positions = {view: position for view, _, position in rows}
    folded = min(positions.values()) if len(positions) == len(_VERSIONS) else None
    return State(served, positions, folded)


_served: Final = lru_cache(16)(Served)
"""One value for the same tables, so that it can be told by its identity."""
