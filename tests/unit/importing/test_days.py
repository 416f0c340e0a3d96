"""Days as tables write them: what is read, how precisely, and what is refused."""

import pytest

from api.importing.patterns import NoSuchDay, date_format, day_of


def read(words: str, *formats: str, months: str = "en") -> str:
    return day_of(words, [date_format(each, months) for each in formats])


@pytest.mark.parametrize(
    ("words", "form", "day"),
    [
        ("2019-01", "YYYY-M", "2019-01"),
        ("2019-7-10", "YYYY-M-D", "2019-07-10"),
        ("31-12-2020", "DD-MM-YYYY", "2020-12-31"),
        ("2021", "YYYY", "2021"),
        ("December 16, 2021", "MMMM D, YYYY", "2021-12-16"),
        ("Dec. 2021", "MMMM YYYY", "2021-12"),
        ("November 2nd, 2023", "MMMM D, YYYY", "2023-11-02"),
        ("2024-03-01T23:30:00-05:00", "iso", "2024-03-01"),
        ("2024年3月5日", "YYYY年M月D日", "2024-03-05"),
        ("٢٠٢٤/٣/٤", "YYYY/M/D", "2024-03-04"),
    ],
)
def test_a_day_is_as_precise_as_its_format(words: str, form: str, day: str) -> None:
    assert read(words, form) == day


@pytest.mark.parametrize(
    ("words", "language", "day"),
    [
        ("5 марта 2024", "ru", "2024-03-05"),
        ("5 mars 2024", "fr", "2024-03-05"),
        ("5 مارچ 2024", "ur", "2024-03-05"),
    ],
)
def test_months_have_names_in_other_languages(words: str, language: str, day: str) -> None:
    assert read(words, "D MMMM YYYY", months=language) == day


def test_the_first_format_that_fits_decides_between_precisions() -> None:
    assert read("2019-01", "YYYY-MM-DD", "YYYY-MM", "YYYY") == "2019-01"


@pytest.mark.parametrize("words", ["30-02-2020", "1-1-2020", "soon", "31 Foo 2020"])
def test_what_does_not_fit_is_no_day(words: str) -> None:
    with pytest.raises(NoSuchDay):
        read(words, "DD-MM-YYYY", "DD MMMM YYYY")


def test_words_that_two_formats_read_differently_are_nobodys_day() -> None:
    with pytest.raises(NoSuchDay, match="2024-01-02, 2024-02-01"):
        read("01/02/2024", "DD/MM/YYYY", "MM/DD/YYYY")
    assert read("13/02/2024", "DD/MM/YYYY", "MM/DD/YYYY") == "2024-02-13"


@pytest.mark.parametrize("text", ["DD", "DD.YYYY", "YYYY YYYY", "MM-DD", "whenever"])
def test_a_format_without_a_year_or_with_a_gap_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Write a format"):
        date_format(text)


def test_a_language_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="tlh"):
        date_format("MMMM YYYY", "tlh")
