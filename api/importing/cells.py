"""The parts of a mapping against a row: each cell becomes the value that belongs there."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.importing.finding import TakesTooLong
from api.importing.mapping import Cell, Keyed, Where
from api.importing.markup import plain
from api.importing.patterns import NoSuchDay, day_of
from api.importing.rows import Row
from api.record.pointers import pointer
from api.record.problems import Problem

Step = str | int
Value = str | bool | list["Value"] | dict[str, "Value"]

ANY: Final = "*"
_NAMED: Final = re.compile(r"\{([^{}]+)\}")


class NoSuchColumn(ValueError):
    """The mapping names a column that the row does not have."""

    def __init__(self, column: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no column {column} here.")
        self.known = tuple(known)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What cells may ask of the rest of the mapping: tables of words, parties, other records."""

    vocabularies: Mapping[str, Mapping[str, str | None]]
    parties: Callable[[str, str], list[str]]
    """The list's name in the mapping and the cell → ids."""
    record: Callable[[Keyed, str], str]
    """Kind of record and key → its id."""
    find: Callable[[str, str], str]
    """A regular expression and words → what it takes from them."""


def cells_of(part: object, at: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Cell]]:
    """Every cell of a part, with the steps that lead to it."""
    match part:
        case Cell():
            yield at, part
            yield from cells_of(part.otherwise, (*at, "otherwise"))
        case dict():
            for name, inner in part.items():
                yield from cells_of(inner, (*at, name))
        case list():
            for index, inner in enumerate(part):
                yield from cells_of(inner, (*at, index))
        case _:
            return


def words_of(text: str, row: Row) -> str:
    """A column's words, or a text with columns in braces filled in. Raise NoSuchColumn."""
    if "{" not in text:
        return column(text, row)
    return _NAMED.sub(lambda found: column(found[1], row), text)


def column(name: str, row: Row) -> str:
    """Without spaces around. Raise NoSuchColumn."""
    try:
        return row.values[name].strip()
    except KeyError:
        raise NoSuchColumn(name, list(row.values)) from None


def meets(where: Where, row: Row) -> bool:
    """Whether each column holds one of its values; one that is missing is empty."""
    return all(
        _is_one_of(
            row.values.get(name, "").strip(), (wanted,) if isinstance(wanted, str) else wanted
        )
        for name, wanted in where.items()
    )


def _is_one_of(words: str, wanted: Sequence[str]) -> bool:
    return words in wanted or (bool(words) and ANY in wanted)


@dataclass
class Filling:
    """Fills parts from one row, and collects what is wrong with it."""

    row: Row
    lookup: Lookup
    problems: list[Problem] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    """Place in the record → where it was read from."""
    wanted: dict[str, tuple[Keyed, str]] = field(default_factory=dict)
    """Place in the record → kind and key of the other record that is named there."""

    def fill(self, part: object, at: tuple[Step, ...]) -> Value | None:
        """None where nothing stands, so that the field is left out."""
        match part:
            case Cell():
                return self._cell(part, at)
            case dict():
                inner = {name: self.fill(each, (*at, name)) for name, each in part.items()}
                return {name: each for name, each in inner.items() if each is not None} or None
            case list():
                return self._members(part, at)
            case str() | bool():
                return part
            case _:
                return None

    def _members(self, parts: Sequence[object], at: tuple[Step, ...]) -> list[Value]:
        """The members in one list; a cell that is a list itself gives what is not in it yet."""
        found: list[Value] = []
        for index, part in enumerate(parts):
            value = self.fill(part, (*at, index))
            if isinstance(value, list):
                found += [each for each in value if each not in found]
            elif value is not None:
                found.append(value)
        return found

    def _cell(self, cell: Cell, at: tuple[Step, ...]) -> Value | None:
        self.columns[pointer(at)] = cell.from_
        try:
            words = self._words(cell)
            if words:
                return self._value(cell, words, at)
            return self.fill(cell.otherwise, at)
        except NoSuchColumn as error:
            self.blame(at, str(error), error.known)
        except TakesTooLong:
            self.blame(at, f"`find: {cell.find}` takes too long. {TakesTooLong.__doc__}")
        return None

    def _words(self, cell: Cell) -> str:
        words = cell.value or words_of(cell.from_, self.row)
        for sign, meant in cell.replace.items():
            words = words.replace(sign, meant)
        if cell.html:
            words = plain(words)
        if cell.find is not None:
            words = self.lookup.find(cell.find, words)
        return words.strip()

    def _value(self, cell: Cell, words: str, at: tuple[Step, ...]) -> Value | None:
        if cell.split:
            single = cell.model_copy(update={"split": ()})
            given = [self._value(single, each, at) for each in parted(words, cell.split)]
            return [each for each in given if each is not None]
        if cell.words is not None:
            translated = self._translated(cell, words, at)
            if not translated:
                return None
            words = translated
        return self._finished(cell, words, at)

    def _translated(self, cell: Cell, words: str, at: tuple[Step, ...]) -> str | None:
        table = self.lookup.vocabularies[cell.words] if isinstance(cell.words, str) else cell.words
        if table is None or words in table:
            return table[words] if table else words
        self.blame(at, f"The mapping has no word of ours for “{words}”.", tuple(table))
        return None

    def _finished(self, cell: Cell, words: str, at: tuple[Step, ...]) -> Value | None:
        if cell.dates:
            return self._day(cell, words, at)
        if cell.parties is not None:
            return [*self.lookup.parties(cell.parties, words)]
        if cell.party is not None:
            return self._one(self.lookup.parties(cell.party, words), words, at)
        if cell.record is not None:
            self.wanted[pointer(at)] = (cell.record, words)
            return self.lookup.record(cell.record, words)
        return slug(words) if cell.slug else words

    def _day(self, cell: Cell, words: str, at: tuple[Step, ...]) -> str | None:
        try:
            return str(day_of(words, cell.formats))
        except NoSuchDay as error:
            self.blame(at, f"“{words}”: {error}", cell.dates)
        return None

    def _one(self, found: list[str], words: str, at: tuple[Step, ...]) -> str | None:
        if len(found) > 1:
            self.blame(at, f"“{words}” names {len(found)} stakeholders, where one belongs.")
        return found[0] if len(found) == 1 else None

    def blame(self, at: tuple[Step, ...], detail: str, allowed: Sequence[str] = ()) -> None:
        self.problems.append(Problem(pointer(at), detail, allowed=tuple(allowed)))


def parted(words: str, signs: Sequence[str]) -> list[str]:
    """The values between the signs, in order, each once, without spaces around."""
    for sign in signs[1:]:
        words = words.replace(sign, signs[0])
    pieces = (" ".join(piece.split()) for piece in words.split(signs[0])) if signs else (words,)
    return list(dict.fromkeys(piece for piece in pieces if piece))


def slug(words: str) -> str:
    """Lower-case Latin letters and digits, joined by hyphens; other scripts need `words`."""
    bare = unicodedata.normalize("NFKD", words.casefold())
    return "-".join(
        re.findall("[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))
    )
