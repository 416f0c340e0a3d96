"""Rows as every format gives them: names of columns, and words."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts the rows of a table from 1; `values` keeps the words as they were written."""

    number: int
    values: Mapping[str, str]

    @property
    def text(self) -> str:
        """All of it, a line for each column: what is archived as the source."""
        lines = (f"{column}: {words}" for column, words in self.values.items())
        return "\n".join([f"Row {self.number}", *lines])

    @property
    def digest(self) -> bytes:
        """Equal for equal words in equal columns, wherever the row stands."""
        written = orjson.dumps(dict(self.values), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(written).digest()


class BadTable(ValueError):
    """A file that cannot be read as the mapping says; the message says what to try."""


def flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """A tree as columns: names joined by dots; a list of words is one cell, a line for each."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from flat(inner, f"{path}.{name}" if path else str(name))
        case list() if not any(isinstance(each, dict | list) for each in value):
            yield path, "\n".join(_words(each) for each in value)
        case list():
            for index, inner in enumerate(value):
                yield from flat(inner, f"{path}.{index}" if path else str(index))
        case _:
            yield path, _words(value)


def _words(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
