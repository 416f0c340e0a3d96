"""Sentences about records."""

from collections.abc import Mapping

import pytest

from api.public.presentation.phrases import (
    checkable,
    counted,
    differing_attribution,
    flag_reason,
    joint,
    language,
    listed,
    speaking,
    tone,
    unassessed,
)
from ledger.vocabulary import Flag
from tests.unit.pages.examples import assessment, bearing, citation, commitment, strength


@pytest.mark.parametrize(
    ("words", "sentence"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list_reads_as_a_sentence(words: list[str], sentence: str) -> None:
    assert listed(words) == sentence
    assert "".join(joint(i, len(words)) + word for i, word in enumerate(words)) == sentence


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (
            {"deliverable": True, "measure": False, "time": True, "owner": False},
            "Can be checked: the words say what is to be delivered and by when.",
        ),
        (
            {"deliverable": True, "measure": False, "time": False, "owner": False},
            "Cannot be checked: the words say what is to be delivered, and nothing to hold it to.",
        ),
        (
            {"deliverable": False, "measure": False, "time": True, "owner": True},
            (
                "Cannot be checked: the words say by when and who is to do it, but not what is to "
                "be delivered."
            ),
        ),
        (
            dict.fromkeys(("deliverable", "measure", "time", "owner"), False),
            (
                "Cannot be checked: the words say neither what is to be delivered nor anything to "
                "measure it by."
            ),
        ),
    ],
)
def test_verifiable_is_explained_by_the_elements_that_the_words_hold(
    held: Mapping[str, bool], sentence: str
) -> None:
    verifiable = sentence.startswith("Can be")

    assert checkable(strength(elements=held, verifiable=verifiable)) == sentence


def test_sources_that_name_different_speakers_differ() -> None:
    named = citation(attributed_to="the head of policy")
    vague = citation(role="corroboration", attributed_to="one of the representatives")

    assert differing_attribution([named, vague])


def test_sources_that_name_the_same_speaker_or_none_do_not_differ() -> None:
    named = citation(attributed_to="the head of policy")

    assert not differing_attribution([named, named, citation()])


def test_evidence_of_what_came_later_is_no_attribution_of_the_words() -> None:
    named = citation(attributed_to="the head of policy")
    later = citation(role="fulfilment", attributed_to="a spokesman")

    assert not differing_attribution([named, later])


def test_an_overdue_flag_names_its_rule_and_the_day() -> None:
    due = {"earliest": None, "latest": "2022-02-27", "text": None, "basis": "stated"}

    reason = flag_reason("overdue", commitment(due=due))

    assert reason == f"{Flag.OVERDUE.definition} The latest due day was 27 February 2022."


def test_a_due_month_is_over_when_its_last_day_is() -> None:
    due = {"earliest": None, "latest": "2024-12", "text": None, "basis": "stated"}

    reason = flag_reason("overdue", commitment(due=due))

    assert reason.endswith("The latest due day was the last of December 2024.")


def test_an_outcome_that_nobody_has_assessed_is_told_without_a_verdict() -> None:
    one = commitment(outcomes=[bearing("fulfils")])
    two = commitment(outcomes=[bearing("fulfils", 1), bearing("contradicts", 2)])

    assert unassessed(one) == (
        "An outcome that bears on it is on record; nobody has assessed it yet."
    )
    assert unassessed(two) == (
        "2 outcomes that bear on it are on record; nobody has assessed it yet."
    )


def test_nothing_is_said_of_outcomes_that_are_assessed_or_not_there() -> None:
    assessed = commitment(outcomes=[bearing("fulfils")], assessments=[assessment(1)])

    assert unassessed(assessed) == ""
    assert unassessed(commitment()) == ""


def test_overdue_beside_an_unassessed_outcome_says_why_it_still_is() -> None:
    due = {"earliest": None, "latest": "2022-02-27", "text": None, "basis": "stated"}

    reason = flag_reason("overdue", commitment(due=due, outcomes=[bearing("fulfils")]))

    assert reason.endswith("only an assessment ends a commitment, and nobody has made one yet.")


def test_a_review_due_flag_names_the_day_of_the_review() -> None:
    reason = flag_reason("review_due", commitment(review_on="2023-01"))

    assert reason == f"{Flag.REVIEW_DUE.definition} Somebody was to look again by January 2023."


@pytest.mark.parametrize("flag", Flag)
def test_every_flag_is_explained_whatever_the_commitment_lacks(flag: Flag) -> None:
    assert flag_reason(flag.value, commitment()) == flag.definition


def test_a_concern_is_raised_and_everything_else_is_said() -> None:
    assert speaking("concern") == ("Raised by", "Raised with")
    assert speaking("information") == ("Said by", "Said to")


def test_a_code_without_a_colour_of_its_own_is_neutral() -> None:
    assert tone("fulfilled") == "good"
    assert tone("not_assessed") == "still"


def test_numbers_are_counted_in_words() -> None:
    assert counted(1, "meeting") == "1 meeting"
    assert counted(1200, "meeting") == "1,200 meetings"
    assert counted(2, "party", "parties") == "2 parties"


@pytest.mark.parametrize(
    ("tag", "words"), [("ur", "Urdu"), ("und", "not stated"), ("x!", "x!"), ("qqq", "qqq")]
)
def test_a_language_is_named_where_it_has_a_name(tag: str, words: str) -> None:
    assert language(tag) == words
