"""Keeps the records of one collection: their rows, facets and parts."""

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
        born, position, stream = step.born, step.position, step.stored.stream
        for change in step.changes:
            if change.kind == ROWS:
                self._turn(self._rows, (born,), position, change, (stream, *change.payload))
            elif change.kind == FACETS:
                self._turn(self._facets, (*change.key, born), position, change, ())
            elif change.kind == PARTS:
                content = (orjson.dumps(change.payload),) if change.opened else ()
                self._turn(self._parts, (change.key, born), position, change, content)

    @staticmethod
    def _turn(
        ranges: Ranges,
        key: tuple[Any, ...],
        position: int,
        change: Change,
        payload: tuple[Any, ...],
    ) -> None:
        if change.opened:
            ranges.open(key, position, (change.day_from, change.day_to), payload)
        else:
            ranges.close(key, position, change.day_from)

    def _erase(self, born: int) -> None:
        for ranges in (self._rows, self._facets, self._parts):
            ranges.erase(born)

    def write(self, connection: Connection) -> None:
        for ranges in (self._rows, self._facets, self._parts):
            ranges.write(connection)

    def forget(self) -> None:
        for ranges in (self._rows, self._facets, self._parts):
            ranges.forget()
