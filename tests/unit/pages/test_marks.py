"""Quotations in an archived text, matches in an excerpt."""

from api.public.presentation.marks import Piece, matched, quoted
from tests.unit.pages.examples import quotation

TEXT = "They say we will publish the plan by May."


def test_a_quotation_that_was_found_is_marked_where_it_stands() -> None:
    found = quotation(id="q", exact="we will publish", start=9)

    pieces = quoted(TEXT, [found])

    assert pieces == [
        Piece("They say ", marked=False),
        Piece("we will publish", marked=True, begins=("q",)),
        Piece(" the plan by May.", marked=False),
    ]


def test_overlapping_quotations_are_cut_where_each_begins_and_ends() -> None:
    wide = quotation(id="wide", exact="publish the plan", start=17)
    narrow = quotation(id="narrow", exact="the plan by May", start=25)

    pieces = quoted(TEXT, [wide, narrow])

    assert pieces == [
        Piece("They say we will ", marked=False),
        Piece("publish ", marked=True, begins=("wide",)),
        Piece("the plan", marked=True, begins=("narrow",)),
        Piece(" by May", marked=True),
        Piece(".", marked=False),
    ]


def test_no_piece_of_the_text_is_lost_or_said_twice() -> None:
    quotations = [quotation(exact="say we", start=5), quotation(exact=TEXT, start=0)]

    pieces = quoted(TEXT, quotations)

    assert "".join(piece.text for piece in pieces) == TEXT


def test_a_quotation_that_was_not_found_marks_nothing() -> None:
    lost = quotation(check="not_found", start=None)

    assert quoted(TEXT, [lost]) == [Piece(TEXT, marked=False)]


def test_a_withheld_quotation_marks_nothing() -> None:
    withheld = quotation(exact=None, start=9)

    assert quoted(TEXT, [withheld]) == [Piece(TEXT, marked=False)]


def test_typography_that_the_quotation_leaves_out_is_marked_with_it() -> None:
    text = "The pu\u00adblic\u00a0 board’s plan, they say."
    found = quotation(id="q", exact="public board's plan", start=4)

    pieces = quoted(text, [found])

    assert pieces[1] == Piece("pu\u00adblic\u00a0 board’s plan", marked=True, begins=("q",))


def test_the_matches_of_an_excerpt_are_marked_and_their_signs_are_gone() -> None:
    excerpt = "a \u2068flood\u2069 plan for \u2068flood\u2069 years"

    pieces = [piece for piece in matched(excerpt) if piece.text]

    assert pieces == [
        Piece("a ", marked=False),
        Piece("flood", marked=True),
        Piece(" plan for ", marked=False),
        Piece("flood", marked=True),
        Piece(" years", marked=False),
    ]
