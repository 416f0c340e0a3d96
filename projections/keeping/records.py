"""Keeps the records of one collection: their rows, facets and parts."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from projections.keeping.ranges import Ranges
from projections.keeping.schema import create_indexes, create_tables
from projections.spans import FACETS, PARTS, ROWS, Change
from projections.streams import Step
from projections.tables import EntityTables

_PAYLOAD: Final = (
    "title",
    "kind",
    "refers",
    "document",
    "day",
    "due",
    "open_due",
    "review",
    "looked",
)


class RecordKeeper:
    def __init__(self, collection: str, tables: EntityTables) -> None:
        self._collection, self._tables = collection, tables
        self._rows = Ranges(tables.rows, ("born",), ("stream", *_PAYLOAD))
        self._facets = Ranges(tables.facets, ("facet", "value", "born"))
        self._parts = Ranges(tables.parts, ("part", "born"), ("content",))

    def create(self, connection: Connection) -> None:
        create_tables(connection, self._tables.metadata)

    def index(self, connection: Connection) -> None:
        create_indexes(connection, self._tables.metadata)

    def take(self, step: Step) -> None:
        if step.again and step.again[0].collection == self._collection:
            self._erase(step.again[0].born)
            for told in step.again:
                self._take(told)
        elif step.collection == self._collection:
            self._take(step)

    def _take(self, step: Step) -> None:
        for change in step.changes:
            if change.kind == ROWS:
                self._rows.turn(step.position, change, self._row(step, change))
            elif change.kind == FACETS:
                keys = [(*key, step.born) for key in change.held]
                self._facets.turn(step.position, change, dict.fromkeys(keys, ()))
            elif change.kind == PARTS:
                parts = {(key, step.born): (kept,) for key, kept in _encoded(change).items()}
                self._parts.turn(step.position, change, parts)

    @staticmethod
    def _row(step: Step, change: Change) -> dict[tuple[int], tuple[Any, ...]]:
        key = (step.born,)
        return {key: (step.stored.stream, *change.held[()])}

    def _erase(self, born: int) -> None:
        for ranges in (self._rows, self._facets, self._parts):
            ranges.erase(born)

    def write(self, connection: Connection) -> None:
        for ranges in (self._rows, self._facets, self._parts):
            ranges.write(connection)

    def forget(self) -> None:
        for ranges in (self._rows, self._facets, self._parts):
            ranges.forget()


def _encoded(change: Change) -> Mapping[str, bytes]:
    """What closes is known by its key."""
    if not change.opened:
        return dict.fromkeys(change.held, b"")
    return {key: orjson.dumps(content) for key, content in change.held.items()}
