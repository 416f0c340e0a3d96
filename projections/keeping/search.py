"""Keeps the words of every record, so that they can be searched as they stood at any moment."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from projections.keeping.fulltext import FullText
from projections.keeping.ranges import Key, Payload, Ranges
from projections.keeping.schema import create_indexes, create_tables
from projections.spans import WORDS, Change
from projections.streams import Step
from projections.tables import SearchTables

VERSION_BITS: Final = 20
PIECE_BITS: Final = 10


class TooManyPiecesError(ValueError):
    """A stream has more versions, or one fact more pieces of words, than an id can count."""


def first_id(born: int) -> int:
    """The lowest id of a record: ids are ordered by `born`, so newest first needs no sorting."""
    return born << (VERSION_BITS + PIECE_BITS)


def word_id(born: int, version: int, piece: int) -> int:
    if version >> VERSION_BITS or piece >> PIECE_BITS:
        raise TooManyPiecesError(version, piece)
    return first_id(born) | version << PIECE_BITS | piece


class SearchKeeper:
    def __init__(self, tables: SearchTables, index: FullText) -> None:
        self._tables, self._index = tables, index
        self._words = Ranges(tables.words, ("born", "piece"), ("id", "stream", "kind", "words"))
        self._erased: list[int] = []

    def create(self, connection: Connection) -> None:
        create_tables(connection, self._tables.metadata)
        self._index.create(connection)

    def index(self, connection: Connection) -> None:
        create_indexes(connection, self._tables.metadata)

    def take(self, step: Step) -> None:
        if step.again and step.again[0].collection:
            self._words.erase(step.again[0].born)
            self._erased.append(step.again[0].born)
            for told in step.again:
                self._take(told)
        elif step.collection:
            self._take(step)

    def _take(self, step: Step) -> None:
        piece = 0
        for change in step.changes:
            if change.kind == WORDS:
                self._words.turn(step.position, change, self._pieces(step, change, piece))
                piece += len(change.held)

    @staticmethod
    def _pieces(step: Step, change: Change, first: int) -> Mapping[Key, Payload]:
        """Each with an id of its own; what closes is known by its key."""
        born, stored = step.born, step.stored
        return {
            (born, key): (
                word_id(born, stored.version, number),
                stored.stream,
                step.collection,
                words,
            )
            for number, (key, words) in enumerate(sorted(change.held.items()), first)
        }

    def write(self, connection: Connection) -> None:
        if self._erased:
            self._index.remove(connection, self._erased)
        rows = self._words.write(connection)
        self._index.add(connection, [(row[6], row[8], row[9]) for row in rows])
        self._erased = []

    def forget(self) -> None:
        self._words.forget()
        self._erased = []
