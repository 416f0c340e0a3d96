"""Calendar dates that say how precise they are: a year, a month or a day."""

import re
from calendar import monthrange
from datetime import date
from typing import Literal, Self

Precision = Literal["year", "month", "day"]

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_PRECISIONS: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}


class PartialDate(str):
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD` (EDTF level 0, ISO 8601-2), and a plain string in JSON.

    `PartialDate.parse` checks; the constructor trusts, because stored facts were checked
    when they were accepted.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raise ValueError unless the text is a date of the Gregorian calendar that exists."""
        found = _SHAPE.fullmatch(text)
        if found is None:
            message = "write a date as YYYY, YYYY-MM or YYYY-MM-DD"
            raise ValueError(message)
        year, month, day = (int(part or 1) for part in found.groups())
        date(year, month, day)
        return cls(text)

    @classmethod
    def of(cls, day: date) -> Self:
        """The same day, with day precision."""
        return cls(day.isoformat())

    @property
    def precision(self) -> Precision:
        return _PRECISIONS[len(self)]

    @property
    def earliest(self) -> date:
        """The first day the words can mean: what the world's clock sorts by."""
        return date.fromisoformat(f"{self}-01-01"[:10])

    @property
    def latest(self) -> date:
        """The last day the words can mean: what a due date is measured by."""
        match self.precision:
            case "day":
                return date.fromisoformat(self)
            case "month":
                year, month = int(self[:4]), int(self[5:])
                return date(year, month, monthrange(year, month)[1])
            case "year":
                return date(int(self), 12, 31)
