"""How progress may be seen: by whom, on what evidence, and what may follow what."""

from dataclasses import replace
from itertools import product

import pytest

from ledger.commands import AssessProgress, PublishRubric, ReportNothingFound
from ledger.dates import PartialDate
from ledger.facts import AnyFact
from ledger.facts.assessment import ProgressAssessed, ReviewFoundNothing, RubricPublished
from ledger.facts.commitment import CommitmentSuperseded, Due, DueMoved
from ledger.facts.fact import AssessmentId, StreamId
from ledger.facts.source import Citation
from ledger.rules.assessment import EndStateReopensOnlyWithReason, leading
from ledger.rules.commitment import Commitment
from ledger.rules.rubric import Rubric
from ledger.vocabulary import (
    RUBRIC_VERSION,
    AssessorKind,
    FailureReason,
    Progress,
    ReopenReason,
)
from tests.unit.ledger.samples import (
    COMMITMENT,
    COMPANY,
    CONTRADICTION,
    DOUBLE,
    MET_ON,
    MINISTRY,
    NEW,
    ORIGIN,
    OTHER_COMMITMENT,
    PROMISED,
    UNIVERSITY,
    assessed,
    ident,
)
from tests.unit.ledger.scenario import TODAY, folded, given

ASSESS = AssessProgress(
    id=COMMITMENT,
    assessment=AssessmentId(ident("another")),
    assessed_on=PartialDate("2022-05-01"),
    assessor_kind=AssessorKind.INDEPENDENT,
    progress=Progress.STALLED,
    rubric=RUBRIC_VERSION,
)
FAIL = replace(ASSESS, progress=Progress.NOT_FULFILLED, failure_reason=FailureReason.LACK_OF_FUNDS)
SEEN = [value for value in Progress if value is not Progress.NOT_ASSESSED]
OPEN = [value for value in SEEN if not value.ended]
ENDS = [value for value in SEEN if value.ended]


def seeing(progress: Progress) -> AssessProgress:
    """An assessment with all that its progress asks for."""
    failed = progress is Progress.NOT_FULFILLED
    return replace(
        ASSESS,
        progress=progress,
        citations=(ORIGIN,),
        failure_reason=FailureReason.UNKNOWN if failed else None,
    )


@pytest.mark.parametrize("progress", SEEN)
def test_what_nobody_assessed_may_turn_out_to_be_anything(progress: Progress) -> None:
    given(PROMISED).when(seeing(progress)).accepted()


@pytest.mark.parametrize(("before", "after"), [*product(OPEN, SEEN)])
def test_what_is_open_may_become_anything(before: Progress, after: Progress) -> None:
    given(PROMISED, assessed(before, "2022-04-01")).when(seeing(after)).accepted()


@pytest.mark.parametrize(
    ("before", "after"),
    [(before, after) for before, after in product(ENDS, SEEN) if before is not after],
)
def test_what_has_ended_becomes_anything_else_only_with_a_reason(
    before: Progress, after: Progress
) -> None:
    ended = given(PROMISED, assessed(before, "2022-04-01"))

    ended.when(seeing(after)).refused(
        EndStateReopensOnlyWithReason, "/reopen_reason", tuple(ReopenReason)
    )
    ended.when(replace(seeing(after), reopen_reason=ReopenReason.NEW_EVIDENCE)).accepted()


@pytest.mark.parametrize("end", ENDS)
def test_the_same_end_is_seen_again_without_a_reason(end: Progress) -> None:
    given(PROMISED, assessed(end, "2022-04-01")).when(seeing(end)).accepted()


def test_an_assessment_keeps_everything_that_was_said() -> None:
    ended = assessed(Progress.FULFILLED, "2022-04-01", by=UNIVERSITY)
    command = replace(
        FAIL,
        assessor=UNIVERSITY,
        citations=(CONTRADICTION,),
        reopen_reason=ReopenReason.ASSESSOR_ERROR,
        note="We had looked at the wrong plan.",
    )

    given(PROMISED, ended).when(command).then(
        ProgressAssessed(
            effective_on=PartialDate("2022-05-01"),
            assessment=ASSESS.assessment,
            assessor_kind=AssessorKind.INDEPENDENT,
            assessor=UNIVERSITY,
            progress=Progress.NOT_FULFILLED,
            failure_reason=FailureReason.LACK_OF_FUNDS,
            reopen_reason=ReopenReason.ASSESSOR_ERROR,
            citations=(CONTRADICTION,),
            rubric=RUBRIC_VERSION,
            note="We had looked at the wrong plan.",
        )
    )


def test_a_commitment_is_assessed_on_the_day_of_the_promise_at_the_earliest() -> None:
    given(PROMISED).when(replace(ASSESS, assessed_on=MET_ON)).accepted()


def test_a_superseded_commitment_is_still_assessed() -> None:
    superseded = CommitmentSuperseded(
        effective_on=PartialDate("2022-03-01"), successor=OTHER_COMMITMENT
    )

    given(PROMISED, superseded).when(ASSESS).accepted()


# --- who assesses


@pytest.mark.parametrize(
    ("kind", "assessor"),
    [
        (AssessorKind.SELF, COMPANY),
        (AssessorKind.PROMISEE, MINISTRY),
        (AssessorKind.INDEPENDENT, UNIVERSITY),
        (AssessorKind.INDEPENDENT, None),
        (AssessorKind.OFFICIAL, UNIVERSITY),
        (AssessorKind.OFFICIAL, None),
    ],
)
def test_each_kind_of_assessor_has_its_place(kind: AssessorKind, assessor: StreamId | None) -> None:
    given(PROMISED).when(replace(ASSESS, assessor_kind=kind, assessor=assessor)).accepted()


def test_a_promisor_that_was_merged_since_still_assesses_itself() -> None:
    content = replace(PROMISED.content, promisors=(DOUBLE,))
    command = replace(ASSESS, assessor_kind=AssessorKind.SELF, assessor=DOUBLE)

    given(replace(PROMISED, content=content)).when(command).accepted()


@pytest.mark.parametrize(
    ("kind", "assessor"),
    [
        (AssessorKind.OFFICIAL, None),
        (AssessorKind.INDEPENDENT, UNIVERSITY),
        (AssessorKind.PROMISEE, MINISTRY),
    ],
)
def test_assessors_may_disagree(kind: AssessorKind, assessor: StreamId | None) -> None:
    ended = assessed(Progress.FULFILLED, "2022-04-01")

    given(PROMISED, ended).when(replace(ASSESS, assessor_kind=kind, assessor=assessor)).accepted()


# --- failure


@pytest.mark.parametrize("day", ["2022-02-28", "2022-03"])
def test_a_commitment_fails_after_the_due_day(day: str) -> None:
    given(PROMISED).when(replace(FAIL, assessed_on=PartialDate(day))).accepted()


def test_a_contradiction_is_a_failure_on_any_day() -> None:
    command = replace(FAIL, assessed_on=MET_ON, citations=(ORIGIN, CONTRADICTION))

    given(PROMISED).when(command).accepted()


def test_a_failure_is_measured_by_what_was_due_on_the_day() -> None:
    moved = DueMoved(effective_on=PartialDate("2022-04-01"), due=Due(latest=PartialDate("2022-12")))

    given(PROMISED, moved).when(replace(FAIL, assessed_on=PartialDate("2022-03-31"))).accepted()


def test_what_is_abandoned_may_have_a_reason() -> None:
    command = replace(
        ASSESS,
        progress=Progress.ABANDONED,
        citations=(ORIGIN,),
        failure_reason=FailureReason.CHANGED_POSITION,
    )

    given(PROMISED).when(command).accepted()


# --- late records


def test_a_view_recorded_late_takes_its_place_before_the_end() -> None:
    ended = assessed(Progress.FULFILLED, "2022-05-02")

    given(PROMISED, ended).when(ASSESS).accepted()


def test_an_end_recorded_late_may_precede_the_same_end() -> None:
    again = assessed(Progress.FULFILLED, "2022-05-02")

    given(PROMISED, again).when(seeing(Progress.FULFILLED)).accepted()


def test_an_end_recorded_late_may_precede_a_view_that_reopened_one() -> None:
    first = assessed(Progress.FULFILLED, "2022-04-01")
    reopened = replace(
        assessed(Progress.STALLED, "2022-05-02"), reopen_reason=ReopenReason.NEW_EVIDENCE
    )

    given(PROMISED, first, reopened).when(seeing(Progress.FULFILLED)).accepted()


def test_an_end_of_the_same_day_comes_after_what_was_recorded_before() -> None:
    same_day = assessed(Progress.STALLED, "2022-05-01")

    given(PROMISED, same_day).when(seeing(Progress.FULFILLED)).accepted()


# --- which one leads


@pytest.mark.parametrize(
    ("views", "progress"),
    [
        ([], Progress.NOT_ASSESSED),
        ([assessed(Progress.STALLED, "2022-04-01")], Progress.STALLED),
        (
            [
                assessed(Progress.STALLED, "2022-04-01"),
                assessed(Progress.IN_PROGRESS, "2022-03-01"),
            ],
            Progress.STALLED,
        ),
        (
            [
                assessed(Progress.STALLED, "2022-04-01"),
                assessed(Progress.IN_PROGRESS, "2022-04-01"),
            ],
            Progress.IN_PROGRESS,
        ),
        (
            [assessed(Progress.FULFILLED, "2022-04-01", kind=AssessorKind.SELF)],
            Progress.FULFILLED,
        ),
        (
            [
                assessed(Progress.STALLED, "2022-03-01"),
                assessed(Progress.FULFILLED, "2022-04-01", kind=AssessorKind.SELF),
            ],
            Progress.STALLED,
        ),
    ],
)
def test_the_newest_view_leads_and_others_before_the_promisors(
    views: list[AnyFact], progress: Progress
) -> None:
    state = folded([PROMISED, *views])

    assert isinstance(state, Commitment)
    assert leading(state.views) is progress
    assert state.ended is progress.ended


# --- reviews and rubrics


def test_a_review_that_found_nothing_is_a_fact() -> None:
    command = ReportNothingFound(
        id=COMMITMENT,
        looked_on=MET_ON,
        assessor_kind=AssessorKind.OFFICIAL,
        assessor=UNIVERSITY,
        looked_at="The gazette.",
    )

    given(PROMISED).when(command).then(
        ReviewFoundNothing(
            effective_on=MET_ON,
            assessor_kind=AssessorKind.OFFICIAL,
            assessor=UNIVERSITY,
            looked_at="The gazette.",
        )
    )


def test_a_review_changes_nothing_that_a_rule_asks() -> None:
    review = ReviewFoundNothing(
        effective_on=MET_ON, assessor_kind=AssessorKind.OFFICIAL, looked_at="The gazette."
    )

    assert folded([PROMISED, review]) == folded([PROMISED])


@pytest.mark.parametrize("version", ["1", "2.1", "2022-06", "1" * 30])
def test_a_rubric_is_published_today(version: str) -> None:
    definitions = {value.value: value.definition for value in Progress}
    fact = RubricPublished(effective_on=PartialDate(TODAY), rubric=version, definitions=definitions)

    given().when(PublishRubric(id=NEW, rubric=version, definitions=definitions)).then(fact)

    assert folded([fact]) == Rubric(version)


def test_one_quotation_may_be_cited_in_two_roles() -> None:
    both: tuple[Citation, ...] = (ORIGIN, CONTRADICTION)

    given(PROMISED).when(replace(ASSESS, citations=both)).accepted()
