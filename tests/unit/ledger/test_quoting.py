"""Quotations are found again whatever the typography, and never where they do not stand."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.quoting import Finding, Searchable, find, normalised
from ledger.vocabulary import QuotationCheck

NOT_FOUND = Finding(QuotationCheck.NOT_FOUND, None)
AMBIGUOUS = Finding(QuotationCheck.AMBIGUOUS, None)


def found(start: int) -> Finding:
    return Finding(QuotationCheck.FOUND, start)


def test_words_are_found_where_they_begin() -> None:
    assert find("We will share a plan.", "share a plan", "", "") == found(8)


def test_words_are_found_at_the_very_beginning_and_end() -> None:
    assert find("share", "share", "", "") == found(0)


def test_words_that_are_not_there_are_not_found() -> None:
    assert find("We will share a plan.", "sell a plan", "", "") == NOT_FOUND


def test_words_that_stand_twice_are_ambiguous() -> None:
    assert find("a plan and a plan", "a plan", "", "") == AMBIGUOUS


def test_words_that_overlap_themselves_stand_twice() -> None:
    assert find("anana", "ana", "", "") == AMBIGUOUS


def test_the_words_before_tell_two_places_apart() -> None:
    assert find("a plan and a plan", "a plan", "and ", "") == found(11)


def test_the_words_after_tell_two_places_apart() -> None:
    assert find("a plan and a plan", "a plan", "", " and") == found(0)


def test_context_may_be_copied_without_the_space_between() -> None:
    assert find("a plan and a plan", "a plan", "and", "") == found(11)
    assert find("a plan and a plan", "a plan", "", "and") == found(0)


def test_context_may_touch_the_words() -> None:
    assert find("“share”, share", "share", "“", "”") == found(1)


def test_context_that_does_not_stand_there_is_no_match() -> None:
    assert find("We will share a plan.", "share a plan", "not ", "") == NOT_FOUND
    assert find("We will share a plan.", "share a plan", "", " soon") == NOT_FOUND


def test_context_that_stands_at_both_places_decides_nothing() -> None:
    assert find("is a plan, is a plan,", "a plan", "is ", ",") == AMBIGUOUS


def test_context_of_spaces_is_no_context() -> None:
    assert find("We will share", "will", " ", "\n") == found(3)


def test_space_around_the_words_counts_for_nothing() -> None:
    assert find("We will share", " will\n", "", "") == found(3)


def test_no_words_are_found_nowhere() -> None:
    assert find("We will share", " ", "We", "will") == NOT_FOUND


def test_straight_and_curly_marks_are_equal() -> None:
    text = "the “Stars” of the government’s ‘plan’"

    assert find(text, "\"Stars\" of the government's 'plan'", "", "") == found(4)
    assert find("the government's plan", "government’s", "", "") == found(4)


def test_all_spaces_are_equal() -> None:
    assert find("a\u00a0plan\u2009to\nshare", "a plan to share", "", "") == found(0)


def test_a_run_of_spaces_is_one() -> None:
    assert find("Well:  a \n\n plan", "a plan", "Well: ", "") == found(7)


def test_marks_without_width_count_for_nothing() -> None:
    text = "\ufeffa labo\u00adra\u00adtory\u200b \u2060of ours"

    assert find(text, "laboratory of", "", "") == found(3)
    assert find("a laboratory", "labo\u00adratory", "", "") == found(2)


def test_the_start_counts_what_was_skipped_before_it() -> None:
    text = "one\u00ad  two \u00a0 three\u00adfour"

    assert find(text, "fo", "", "").start == text.index("fo")
    assert find(text, "three", "", "").start == text.index("three")
    assert find(text, "two", "", "").start == text.index("two")


def test_capitals_are_a_difference() -> None:
    assert find("We will share", "we will", "", "") == NOT_FOUND


def test_normalising_says_what_is_compared() -> None:
    assert normalised(" “a”\u00a0\n b\u00adc ") == ' "a" bc '


LETTERS = st.text(st.sampled_from("ab \u00a0\n\u00ad'’“\""), max_size=40)


@given(LETTERS, LETTERS)
def test_what_is_found_stands_at_its_start(text: str, exact: str) -> None:
    finding = find(text, exact, "", "")

    if finding.start is not None:
        wanted = normalised(exact).strip()
        assert normalised(text[finding.start :]).startswith(wanted)
        assert not text[finding.start].isspace()


@given(LETTERS, LETTERS, LETTERS)
def test_whatever_was_cut_out_of_a_text_is_in_it(before: str, words: str, after: str) -> None:
    finding = find(before + words + after, words, before, after)

    if normalised(words).strip():
        assert finding.check in {QuotationCheck.FOUND, QuotationCheck.AMBIGUOUS}


@given(LETTERS, LETTERS, LETTERS)
def test_context_never_finds_more(text: str, words: str, context: str) -> None:
    without = find(text, words, "", "")
    within = find(text, words, context, "")

    if without.check is QuotationCheck.NOT_FOUND:
        assert within == NOT_FOUND
    if without.check is QuotationCheck.FOUND:
        assert within in (without, NOT_FOUND)


@given(LETTERS, LETTERS)
def test_a_text_made_ready_once_answers_the_same(text: str, words: str) -> None:
    assert Searchable(text).find(words, "", "") == find(text, words, "", "")


@given(LETTERS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
