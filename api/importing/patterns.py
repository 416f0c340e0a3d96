"""Days as tables write them: a format says what stands where, and how precise the day is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from ledger.dates import PartialDate

_TOKENS: Final = {
    "YYYY": r"(?P<year>\d{4})",
    "MMMM": r"(?P<name>[^\W\d_][\w. \u200c-]*?)",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{2})",
    "D": r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.º)?",
}
_ISO: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[T ].*)?", re.DOTALL)
_PIECE: Final = re.compile("YYYY|MMMM|MM|M|DD|D|[A-Za-z]+|.", re.DOTALL)


class NoSuchDay(ValueError):
    """None of the formats fits, or they read the words as different days."""


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A pattern with the groups year, month or name, and day; a missing one is not known."""

    text: str
    pattern: re.Pattern[str]
    months: Sequence[frozenset[str]]

    def read(self, words: str) -> PartialDate | None:
        """The day, as precise as the format; None where the words do not fit or are no day."""
        found = self.pattern.fullmatch(words)
        if found is None:
            return None
        groups = found.groupdict()
        month = groups.get("month") or self._month(groups.get("name"))
        if groups.get("name") and month is None:
            return None
        numbers = [int(each) for each in (groups["year"], month, groups.get("day")) if each]
        return _day("-".join(f"{number:02}" for number in numbers))

    def _month(self, name: str | None) -> str | None:
        wanted = (name or "").casefold().strip(" .")
        return next((str(at) for at, names in enumerate(self.months, 1) if wanted in names), None)


def _day(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def date_format(text: str, language: str = "en") -> DateFormat:
    """Raise ValueError unless the text names a year, and a month wherever it names a day."""
    if text == "iso":
        return DateFormat(text, _ISO, ())
    pieces = _PIECE.findall(text)
    kinds = {piece[0] for piece in pieces if piece in _TOKENS}
    written = [piece for piece in pieces if piece in _TOKENS]
    if kinds not in ({"Y"}, {"Y", "M"}, {"Y", "M", "D"}) or len(written) != len(kinds):
        raise ValueError("Write a format such as YYYY-MM-DD, D.M.YYYY, MMMM YYYY, YYYY or iso.")
    pattern = "".join(_TOKENS.get(piece, re.escape(piece)) for piece in pieces)
    return DateFormat(text, re.compile(pattern), _months(language) if "MMMM" in written else ())


@lru_cache(maxsize=64)
def _months(language: str) -> Sequence[frozenset[str]]:
    """Every name of each month: whole and short, within a date and by itself."""
    try:
        names = Locale.parse(language, sep="-").months
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"No month names are known for the language {language!r}.") from error
    tables = [names[use][width] for use in names for width in ("wide", "abbreviated")]
    return [
        frozenset(table[month].casefold().strip(" .") for table in tables if month in table)
        for month in range(1, 13)
    ]


def day_of(words: str, formats: Sequence[DateFormat]) -> PartialDate:
    """Raise NoSuchDay with a sentence."""
    read = {found for each in formats if (found := each.read(words)) is not None}
    if not read:
        raise NoSuchDay("This is no day as the mapping says days are written.")
    if len(read) > 1:
        raise NoSuchDay(f"The formats read this as different days: {', '.join(sorted(read))}.")
    return read.pop()
