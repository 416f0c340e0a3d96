"""Questions compiled once and put to the driver itself: only their parameters are left to fill in.

The SQL is SQLAlchemy's. What is saved is its work around every execution, which costs more than the
database's own. Only for columns that come as the driver gives them: numbers, text and bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Dialect, Select

Values = Mapping[str, Any]

MOST_FORMS: Final = 64
"""Forms of one question that are kept: one for each length of its lists, which are few."""


@dataclass(frozen=True, slots=True)
class Item:
    """Stands for one value of a list while the SQL is written."""

    name: str
    place: int


class Form(NamedTuple):
    """The SQL for lists of certain lengths; each parameter is named, or is an item, or constant."""

    sql: str
    places: Sequence[tuple[str | Item, Any]]


class Prepared:
    """One question for one dialect. Lists grow to a power of two, by their last value."""

    def __init__(self, question: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        self._compiled = question.compile(dialect=dialect)
        binds = self._compiled.binds.values()
        self._lists = sorted({bind.key for bind in binds if bind.expanding})
        self._forms: dict[tuple[int, ...], Form] = {}

    def ask(self, connection: Connection, values: Values) -> Sequence[Any]:
        """Every row, as a tuple. No list may be empty. Raise the driver's own errors."""
        lists = {name: _grown(values[name]) for name in self._lists}
        lengths = tuple(map(len, lists.values()))
        form = self._forms.get(lengths) or self._write(lengths, {**values, **lists})
        given = [_filled(place, values, lists) for place in form.places]
        cursor = connection.connection.cursor()
        cursor.execute(form.sql, given)
        rows = cursor.fetchall()
        cursor.close()
        return rows

    def _write(self, lengths: tuple[int, ...], values: Values) -> Form:
        items = {
            name: [Item(name, place) for place in range(length)]
            for name, length in zip(self._lists, lengths, strict=True)
        }
        expanded = self._compiled.construct_expanded_state({**values, **items})
        names, given = expanded.positiontup or (), expanded.positional_parameters
        places = [
            (value if isinstance(value, Item) else name, value)
            for name, value in zip(names, given, strict=True)
        ]
        if len(self._forms) >= MOST_FORMS:
            self._forms.clear()
        form = self._forms[lengths] = Form(expanded.statement, places)
        return form


def _grown(values: Sequence[object]) -> Sequence[object]:
    missing = (1 << (len(values) - 1).bit_length()) - len(values)
    return [*values, *[values[-1]] * missing]


def _filled(place: tuple[str | Item, Any], values: Values, lists: Values) -> Any:
    name, constant = place
    if isinstance(name, Item):
        return lists[name.name][name.place]
    return values.get(name, constant)
