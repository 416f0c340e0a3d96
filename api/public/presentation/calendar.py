"""Dates as people read them: "between 22 and 27 February 2022"."""

from datetime import datetime
from typing import Final

from ledger.dates import PartialDate

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def spoken(day: str) -> str:
    """`2022-02-15` reads "15 February 2022", `2022-02` "February 2022", `2022` "2022"."""
    return " ".join(_pieces(day))


def dated(day: str) -> str:
    """With its preposition: "on 15 February 2022", "in February 2022", "in 2022"."""
    return f"{_preposition(day)} {spoken(day)}"


def deadline(earliest: str | None, latest: str) -> str:
    """A due interval in words; without an earliest day it is "by" the latest."""
    if earliest is None:
        return f"by the end of {spoken(latest)}" if len(latest) < _DAY else f"by {spoken(latest)}"
    if earliest == latest:
        return dated(latest)
    return f"between {_opening(earliest, latest)} and {spoken(latest)}"


def instant(moment: str) -> str:
    """An RFC 3339 instant in UTC, to the minute: "19 February 2022, 14:05 UTC"."""
    at = datetime.fromisoformat(moment)
    return f"{spoken(at.date().isoformat())}, {at:%H:%M} UTC"


_DAY: Final = len("2022-02-15")


def _pieces(day: str) -> list[str]:
    """Day, month and year, as far as the date says them."""
    year, *rest = day.split("-")
    names = [_MONTHS[int(part) - 1] for part in rest[:1]]
    numbers = [str(int(part)) for part in rest[1:]]
    return [*numbers, *names, year]


def _preposition(day: str) -> str:
    return "on" if PartialDate(day).precision == "day" else "in"


def _opening(earliest: str, latest: str) -> str:
    """The first date without what it shares with the last: "22" of "22 and 27 February 2022"."""
    first, last = _pieces(earliest), _pieces(latest)
    while len(first) == len(last) > 1 and first[-1] == last[-1]:
        first, last = first[:-1], last[:-1]
    return " ".join(first)
