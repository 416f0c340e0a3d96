"""Names that look the same have the same skeleton; names that do not, have not."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.names import skeleton


@pytest.mark.parametrize(
    ("name", "look_alike"),
    [
        ("Meta", "META"),
        ("Meta", "\N{CYRILLIC CAPITAL LETTER EM}eta"),
        ("Meta", "Met\N{CYRILLIC SMALL LETTER A}"),
        ("Meta", "\N{FULLWIDTH LATIN CAPITAL LETTER M}eta"),
        ("Meta", "Me\N{ZERO WIDTH JOINER}ta"),
        ("Meta", " Meta\u00a0"),
        ("Ministry of IT", "ministry   of lT"),
        ("Burn", "Bum"),
        ("Room 100", "Room 1OO"),
        ("Room 1", "Room l"),
        ("Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "Cafe\N{COMBINING ACUTE ACCENT}"),
        ("Stra\N{LATIN SMALL LETTER SHARP S}e", "STRASSE"),
        ("\N{ARABIC LETTER ALEF}", "\N{ARABIC LETTER ALEF ISOLATED FORM}"),
        ("Paypal", "P\N{CYRILLIC SMALL LETTER A}yp\N{CYRILLIC SMALL LETTER A}l"),
    ],
)
def test_look_alikes_have_one_skeleton(name: str, look_alike: str) -> None:
    assert skeleton(name) == skeleton(look_alike)


@pytest.mark.parametrize(
    ("name", "another"),
    [
        ("Meta", "Beta"),
        ("Ministry of IT", "Ministry of Law"),
        ("Cafe", "Caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("Ab", "A b"),
        ("Ali", "Ala"),
    ],
)
def test_different_names_have_different_skeletons(name: str, another: str) -> None:
    assert skeleton(name) != skeleton(another)


def test_of_two_that_look_like_nothing_else_the_smaller_stands_for_both() -> None:
    tipeha, dehi = "\N{HEBREW ACCENT TIPEHA}", "\N{HEBREW ACCENT DEHI}"

    assert skeleton(dehi) == skeleton(tipeha) == tipeha


@given(st.text())
def test_the_skeleton_of_a_skeleton_is_itself(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)


@given(st.text())
def test_space_around_and_between_counts_once(text: str) -> None:
    assert skeleton(f"  {text}\n") == skeleton(text)


@given(st.text(st.characters(codec="ascii")))
def test_plain_capitals_make_no_difference_but_for_the_i(text: str) -> None:
    plain = text.replace("I", "i")

    assert skeleton(plain.casefold()) == skeleton(plain)


def test_what_is_printable_holds_no_format_character() -> None:
    formats = [letter for letter in map(chr, range(0x110000)) if category(letter) == "Cf"]

    assert not any(letter.isprintable() for letter in formats)
    assert {skeleton(f"a{letter}b") for letter in formats} == {"ab"}
