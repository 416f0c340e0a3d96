"""Days against the clock and against each other."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ledger.dates import PartialDate
from ledger.rules.days import BeforeItBegan, InTheFuture, certainly_before, past, since, today

DAY = PartialDate("2022-07-01")
COMES = datetime(2022, 6, 30, 10, 0, tzinfo=UTC)
"""When 1 July begins at UTC+14."""


def test_a_day_has_come_once_it_begins_anywhere() -> None:
    assert past(DAY, COMES, "/day") == DAY

    with pytest.raises(InTheFuture) as caught:
        past(DAY, COMES - timedelta(microseconds=1), "/day")
    assert caught.value.pointer == "/day"


@pytest.mark.parametrize("day", ["2022-07", "2022"])
def test_a_month_and_a_year_have_come_with_their_first_day(day: str) -> None:
    assert past(PartialDate(day), COMES, "/day") == day


def test_the_clock_may_run_in_any_zone() -> None:
    east = timezone(timedelta(hours=14))

    assert today(datetime(2022, 7, 1, 0, 0, tzinfo=east)) == "2022-06-30"
    assert past(DAY, datetime(2022, 7, 1, 0, 0, tzinfo=east), "/day") == DAY


@pytest.mark.parametrize(
    ("day", "other", "before"),
    [
        ("2022-02-14", "2022-02-15", True),
        ("2022-02-15", "2022-02-15", False),
        ("2022-02", "2022-02-15", False),
        ("2022-02", "2022-03-01", True),
        ("2022-03-01", "2022", False),
        ("2021", "2022", True),
    ],
)
def test_a_day_lies_before_another_if_every_reading_says_so(
    day: str, other: str, *, before: bool
) -> None:
    assert certainly_before(PartialDate(day), PartialDate(other)) is before


def test_a_day_may_lie_between_the_beginning_and_now() -> None:
    assert since(DAY, DAY, COMES, "/day") == DAY


def test_the_refusal_of_an_early_day_names_both() -> None:
    with pytest.raises(BeforeItBegan) as caught:
        since(DAY, PartialDate("2022-06"), COMES, "/day")

    assert caught.value.detail == "2022-06 lies before 2022-07-01, when the record begins."
    assert caught.value.pointer == "/day"
