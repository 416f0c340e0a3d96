"""Days as ordinals and instants as text, remembered: the same few thousand come again and again."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from ledger.dates import PartialDate


@lru_cache(maxsize=8192)
def earliest_day(text: str) -> int:
    """The first day that a stored date can mean, as an ordinal."""
    return PartialDate(text).earliest.toordinal()


@lru_cache(maxsize=8192)
def latest_day(text: str) -> int:
    """The last day that a stored date can mean, as an ordinal."""
    return PartialDate(text).latest.toordinal()


@lru_cache(maxsize=1024)
def instant(milliseconds: int) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    when = _EPOCH + timedelta(milliseconds=milliseconds)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_day(milliseconds: int) -> date:
    """The day in UTC of an instant in ms."""
    return date.fromordinal(_EPOCH.toordinal() + milliseconds // _DAY)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = 86_400_000
