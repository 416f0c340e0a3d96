"""What a column and a table are, said once for every tabular format."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

Document = Mapping[str, Any]
"""A record as `projections.documents` shapes it."""

Cell = str | int | bool | tuple[str, ...] | None
Row = Mapping[str, Cell]


class Kind(Enum):
    """What the cells of a column hold; DATE may end at its month or year."""

    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """`refers` is the table whose `id` the cells are; `required` ones are never empty.

    `facet`: few values, worth counting. `searched`: words that people look for.
    """

    name: str
    sentence: str
    kind: Kind = Kind.TEXT
    refers: str | None = None
    required: bool = False
    facet: bool = False
    searched: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` makes the rows that one record of `collection` gives; `label` names a row to people.

    A table whose rows have an `id` has that for its key.
    """

    name: str
    sentence: str
    collection: str
    columns: tuple[Column, ...]
    rows: Callable[[Document], Iterator[Row]]
    label: str | None = None

    @property
    def keyed(self) -> bool:
        return self.columns[0].name == "id"

    @property
    def searched(self) -> tuple[str, ...]:
        """Names of the columns that hold words."""
        return tuple(column.name for column in self.columns if column.searched)

    def cells(self, row: Row) -> list[Cell]:
        """A row in the order of the columns."""
        return [row[column.name] for column in self.columns]
