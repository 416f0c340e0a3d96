"""Dates in words."""

import pytest

from api.public.presentation.calendar import dated, deadline, instant, spoken


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2022-02-15", "15 February 2022"),
        ("2022-02-05", "5 February 2022"),
        ("2021-10", "October 2021"),
        ("2022", "2022"),
    ],
)
def test_a_date_says_no_more_than_is_known(day: str, words: str) -> None:
    assert spoken(day) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2022-02-15", "on 15 February 2022"),
        ("2021-10", "in October 2021"),
        ("2022", "in 2022"),
    ],
)
def test_a_date_takes_the_preposition_of_its_precision(day: str, words: str) -> None:
    assert dated(day) == words


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        ("2022-02-22", "2022-02-27", "between 22 and 27 February 2022"),
        ("2022-02-22", "2022-03-02", "between 22 February and 2 March 2022"),
        ("2021-12-28", "2022-01-04", "between 28 December 2021 and 4 January 2022"),
        ("2022-01", "2022-03", "between January and March 2022"),
        ("2021", "2023", "between 2021 and 2023"),
        ("2022-02", "2022-02-27", "between February 2022 and 27 February 2022"),
        ("2022-02-27", "2022-02-27", "on 27 February 2022"),
        ("2022-02", "2022-02", "in February 2022"),
        (None, "2022-02-27", "by 27 February 2022"),
        (None, "2022-06", "by the end of June 2022"),
        (None, "2023", "by the end of 2023"),
    ],
)
def test_a_due_interval_reads_as_people_say_it(
    earliest: str | None, latest: str, words: str
) -> None:
    assert deadline(earliest, latest) == words


def test_an_instant_is_told_to_the_minute_in_utc() -> None:
    assert instant("2022-02-19T14:05:59.123456Z") == "19 February 2022, 14:05 UTC"
