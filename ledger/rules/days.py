"""Days against the clock and against each other, as far as their precision can tell."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from ledger.dates import PartialDate
from ledger.errors import Conflict, Invalid

_FURTHEST_EAST: Final = timedelta(hours=14)
"""Kiribati, UTC+14: no place on Earth is later."""


class InTheFuture(Invalid):
    """The day has come nowhere on Earth yet; give the day on which it happened."""


class BeforeItBegan(Conflict):
    """The day lies before the record begins; give the day on which it happened."""


def today(now: datetime) -> PartialDate:
    """The day in UTC, for facts that are so because they are recorded."""
    return PartialDate.of(now.astimezone(UTC).date())


def lies_ahead(day: PartialDate, now: datetime) -> bool:
    """Whether not even the first day that is meant has come anywhere."""
    return day.earliest > _furthest_day(now)


def _furthest_day(now: datetime) -> date:
    return (now.astimezone(UTC) + _FURTHEST_EAST).date()


def past(day: PartialDate, now: datetime, pointer: str) -> PartialDate:
    """The day itself. Raise InTheFuture unless it can have come somewhere."""
    if lies_ahead(day, now):
        raise InTheFuture(pointer=pointer)
    return day


def certainly_before(day: PartialDate, other: PartialDate) -> bool:
    """Whether every day that `day` can mean comes before every day that `other` can mean."""
    return day.latest < other.earliest


def since(began: PartialDate, day: PartialDate, now: datetime, pointer: str) -> PartialDate:
    """The day itself. Raise BeforeItBegan or InTheFuture unless it lies between the two."""
    if certainly_before(day, began):
        raise BeforeItBegan(f"{day} lies before {began}, when the record begins.", pointer=pointer)
    return past(day, now, pointer)
