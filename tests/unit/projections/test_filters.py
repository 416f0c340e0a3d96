"""What people type into filters and cursors, and what it means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.asking.cursors import read_cursor, write_cursor
from projections.asking.filters import FILTERS, Between, Having, Matching, Never, conditions
from projections.keeping.fulltext import terms_of
from projections.keeping.search import TooManyPiecesError, first_id, word_id
from projections.port import COLLECTIONS, BadCursor, BadFilter
from tests.unit.projections.telling import ident

TODAY = date(2024, 6, 1)
SOMEBODY = ident(7)


def asked(collection: str = "commitments", **filters: str) -> list[object]:
    return list(conditions(FILTERS[collection], filters, TODAY))


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def test_every_collection_has_filters_with_a_sentence() -> None:
    assert FILTERS.keys() == set(COLLECTIONS)
    assert all(
        each.sentence.endswith(".") for filters in FILTERS.values() for each in filters.values()
    )


def test_a_party_is_on_either_side_or_on_the_one_that_is_asked_for() -> None:
    assert asked(party=SOMEBODY) == [Having("party", (SOMEBODY,), party=True)]
    assert asked(party=SOMEBODY, role="promisee") == [Having("promisee", (SOMEBODY,), party=True)]


def test_a_role_alone_means_nothing() -> None:
    with pytest.raises(BadFilter, match="a role needs a party"):
        asked(role="promisor")


def test_an_unknown_code_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(BadFilter) as refused:
        asked(form="promises")

    assert refused.value.name == "form"
    assert refused.value.allowed[0] == "legally_binding"


def test_an_unknown_filter_is_refused_with_those_that_exist() -> None:
    with pytest.raises(BadFilter) as refused:
        asked(colour="red")

    assert "party" in refused.value.allowed


@pytest.mark.parametrize("text", ["7", "", SOMEBODY + "0", "x" * 36])
def test_an_id_has_the_shape_of_a_uuid(text: str) -> None:
    with pytest.raises(BadFilter, match="UUID"):
        asked(party=text)


@pytest.mark.parametrize("text", ["2023-02-30", "soon", "2023-1-1", "0000"])
def test_a_date_exists(text: str) -> None:
    with pytest.raises(BadFilter):
        asked(due_before=text)


def test_before_and_after_a_month_leave_the_month_out() -> None:
    assert asked(due_before="2022-03", due_after="2022-03") == [
        Between("due", high=day("2022-03-01")),
        Between("due", low=day("2022-04-01")),
    ]


def test_since_and_until_a_month_take_it_in() -> None:
    assert asked("meetings", since="2022-03", until="2022-03") == [
        Between("day", low=day("2022-03-01")),
        Between("day", high=day("2022-04-01")),
    ]


def test_overdue_looks_at_the_day_asked_about() -> None:
    assert asked(overdue="true") == [Between("open_due", high=TODAY.toordinal())]
    assert asked(overdue="false") == [Between("open_due", high=TODAY.toordinal(), outside=True)]


def test_a_year_after_the_last_look_a_promise_is_stale() -> None:
    assert asked(flag="stale") == [Between("looked", high=day("2023-06-02"))]


def test_words_are_looked_for_and_no_words_find_nothing() -> None:
    assert asked(text="a lab") == [Matching("a lab")]
    assert asked(text="  ") == [Never()]


def test_terms_hold_nothing_that_a_text_cannot() -> None:
    assert terms_of('lab\0 "OR" *') == ["lab", '"OR"', "*"]


@given(key=st.none() | st.text(max_size=20), born=st.integers(0, 2**53 - 1))
def test_a_cursor_comes_back_as_it_was_handed_out(key: str | None, born: int) -> None:
    cursor = write_cursor("commitments", "due", key, born)

    assert read_cursor(cursor, "commitments", "due") == (key, born)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "é",
        "bm9uc2Vuc2U",
        "W10",
        "A" * 3000,
        write_cursor("meetings", "due", None, 1),
        write_cursor("commitments", "newest", None, 1),
        write_cursor("commitments", "due", None, -1),
    ],
)
def test_a_cursor_from_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(text, "commitments", "due")


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_a_refusal(text: str) -> None:
    try:
        read_cursor(text, "commitments", "due")
    except BadCursor:
        return


def test_ids_of_words_are_ordered_by_record() -> None:
    assert first_id(5) < word_id(5, 1, 0) < word_id(5, 1, 1) < word_id(5, 2, 0) < first_id(6)


def test_more_pieces_than_an_id_can_count_are_refused() -> None:
    with pytest.raises(TooManyPiecesError):
        word_id(5, 1, 1024)
