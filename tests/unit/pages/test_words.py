"""Terms, titles and totals."""

import pytest

from api.public.presentation.counts import CountLine, Total, tables, totals
from api.public.presentation.terms import BY_SLUG, anchor, definition, heading, label
from api.public.presentation.titles import title_of
from ledger.vocabulary import VOCABULARIES, Form
from projections.documents import Statistics
from tests.unit.pages.examples import commitment

COUNTS: Statistics = {
    "commitments": {"form": {"commits": 3, "informs": 1}, "verifiable": {"true": 0}},
    "statements": {"concern": 2},
    "entities": {"commitments": 4},
}


def test_every_vocabulary_has_a_place_in_the_glossary() -> None:
    assert list(BY_SLUG.values()) == list(VOCABULARIES)
    assert heading("record-status") == "Record status"
    assert anchor("form", "commits") == "form-commits"


def test_a_code_is_defined_by_the_vocabulary_and_nowhere_else() -> None:
    assert definition("form", "commits") == Form.COMMITS.definition


def test_a_code_that_is_no_longer_in_use_still_reads_as_words() -> None:
    assert label("hopes_for") == "hopes for"
    assert definition("form", "hopes_for") == ""


@pytest.mark.parametrize("text", [None, ""])
def test_a_title_that_is_withheld_says_so(text: str | None) -> None:
    assert title_of("commitments", commitment(text=text)) == "Commitment (words withheld)"


def test_totals_name_every_kind_even_where_there_is_none() -> None:
    assert totals(COUNTS, ("commitments", "meetings")) == [
        Total("Commitments", "/commitments", 4),
        Total("Meetings", "/meetings", 0),
    ]


def test_a_count_has_its_share_its_definition_and_a_link_to_what_it_counts() -> None:
    form, *_ = tables(COUNTS)

    assert form.lines[0] == CountLine(
        "commits",
        3,
        75,
        Form.COMMITS.definition,
        "/commitments",
        {"form": "commits", "record_status": "published"},
    )


def test_yes_and_no_are_counted_in_words_and_nothing_at_all_has_no_share() -> None:
    _, verifiable, _ = tables(COUNTS)

    assert [(line.words, line.percent) for line in verifiable.lines] == [("yes", 0)]


def test_progress_is_linked_by_the_name_that_the_list_gives_it() -> None:
    counts: Statistics = {**COUNTS, "commitments": {"progress": {"fulfilled": 1}}}

    progress, _ = tables(counts)

    assert progress.lines[0].query == {"status": "fulfilled", "record_status": "published"}


def test_counts_stand_in_the_order_of_the_vocabulary() -> None:
    counts: Statistics = {
        **COUNTS,
        "commitments": {"form": {"informs": 1, "commits": 2, "legally_binding": 1}},
    }

    form, _ = tables(counts)

    assert [line.words for line in form.lines] == ["legally binding", "commits", "informs"]
