"""Full-text search, the one thing that is written twice: FTS5 in SQLite, tsvector in PostgreSQL.

Whatever people type is words to look for, never an operator: FTS5 gets each word quoted,
`plainto_tsquery` takes them as they are. All words must occur in one piece.
"""

from collections.abc import Sequence
from typing import Final, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Table,
    Text,
    and_,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)

from projections.keeping.bulk import Many

BEFORE: Final = "\N{FIRST STRONG ISOLATE}"
AFTER: Final = "\N{POP DIRECTIONAL ISOLATE}"
EXCERPT_WORDS: Final = 32
TERMS: Final = 32
"""Words of a question that count; more find nothing else."""


class FullText(Protocol):
    """The index over the words of one generation."""

    def create(self, connection: Connection) -> None:
        """Make the index, empty."""

    def add(self, connection: Connection, rows: Sequence[tuple[int, str, str]]) -> None:
        """Take in words: id, kind, words."""

    def remove(self, connection: Connection, born: Sequence[int]) -> None:
        """Leave nothing of these records behind; their words still stand in the table."""

    def source(self) -> FromClause:
        """The words, joined with the index."""

    def order(self) -> ColumnElement[int]:
        """The ids, as the index counts them."""

    def matches(self, kind: str | None, /) -> ColumnElement[bool]:
        """Whether the words match the parameter `terms`, in one collection or in all."""

    def terms(self, question: str, kind: str | None, /) -> str:
        """The parameter `terms`, from what somebody typed."""

    def excerpt(self) -> ColumnElement[str]:
        """The words around a match, marked."""


def terms_of(question: str) -> list[str]:
    """The words somebody looks for, without what no text can hold."""
    return question.replace("\0", " ").split()[:TERMS]


_COLUMNS: Final = ("rowid", "kind", "words")
_TERMS: Final = bindparam("terms", type_=Text)


class Fts5:
    """`kind` is a column of the index, so that a search in one collection skips the others."""

    def __init__(self, words: Table) -> None:
        self._words = words
        self._name = f"{words.name}_fts"
        self._fts = table(
            self._name,
            column("rowid", BigInteger),
            column(self._name, Text),
            column("rank", Text),
            column("kind", Text),
            column("words", Text),
        )
        row = {name: bindparam(name, type_=self._fts.c[name].type) for name in _COLUMNS}
        self._insert = Many(self._fts.insert().values(row), _COLUMNS)

    def create(self, connection: Connection) -> None:
        connection.execute(
            text(
                f"CREATE VIRTUAL TABLE {self._name} USING fts5(kind, words, "
                f"content='{self._words.name}', content_rowid='id', "
                "tokenize='unicode61 remove_diacritics 2')"
            )
        )
        connection.execute(self._fts.insert().values({self._name: "secure-delete", "rank": 1}))

    def add(self, connection: Connection, rows: Sequence[tuple[int, str, str]]) -> None:
        self._insert.run(connection, rows)

    def remove(self, connection: Connection, born: Sequence[int]) -> None:
        columns = self._words.c
        gone = select(literal("delete"), columns.id, columns.kind, columns.words)
        statement = self._fts.insert().from_select(
            [self._name, *_COLUMNS], gone.where(columns.born.in_(born))
        )
        connection.execute(statement)

    def source(self) -> FromClause:
        # The sign keeps SQLite from asking the index once for each row of words.
        rowid = literal_column(f"+{self._name}.rowid", BigInteger)
        return self._fts.join(self._words, self._words.c.id == rowid)

    def order(self) -> ColumnElement[int]:
        return self._fts.c.rowid

    def matches(self, _kind: str | None, /) -> ColumnElement[bool]:
        return literal_column(self._name).op("MATCH")(_TERMS)

    def terms(self, question: str, kind: str | None, /) -> str:
        quoted = " ".join(f'"{term.replace(chr(34), chr(34) * 2)}"' for term in terms_of(question))
        inside = f'kind : "{kind}" AND ' if kind else ""
        return f"{inside}words : ({quoted})"

    def excerpt(self) -> ColumnElement[str]:
        return func.snippet(literal_column(self._name), 1, BEFORE, AFTER, "…", EXCERPT_WORDS)


class Tsvector:
    """The words' own computed column, with configuration `simple`: no language is assumed."""

    def __init__(self, words: Table) -> None:
        self._words = words

    def create(self, connection: Connection) -> None:
        """The column and its index belong to the table."""

    def add(self, connection: Connection, rows: Sequence[tuple[int, str, str]]) -> None:
        """The database computes the column."""

    def remove(self, connection: Connection, born: Sequence[int]) -> None:
        """What is deleted from the table is gone."""

    def source(self) -> FromClause:
        return self._words

    def order(self) -> ColumnElement[int]:
        return self._words.c.id

    def matches(self, kind: str | None, /) -> ColumnElement[bool]:
        found = self._words.c.vector.op("@@")(func.plainto_tsquery("simple", _TERMS))
        return and_(found, self._words.c.kind == kind) if kind else found

    def terms(self, question: str, _kind: str | None, /) -> str:
        return " ".join(terms_of(question))

    def excerpt(self) -> ColumnElement[str]:
        question = func.plainto_tsquery("simple", _TERMS)
        options = f"StartSel={BEFORE}, StopSel={AFTER}, MaxWords={EXCERPT_WORDS}, MinWords=16"
        return func.ts_headline("simple", self._words.c.words, question, options)
