"""What commitments can do: be moved, superseded, withdrawn, corrected, and reach milestones."""

from dataclasses import replace

import pytest

from ledger.commands import (
    CorrectCommitment,
    MoveDue,
    ReachMilestone,
    RecordCommitment,
    SetMilestone,
    SupersedeCommitment,
    VoidCommitment,
    WithdrawCommitment,
)
from ledger.dates import PartialDate
from ledger.facts import AnyFact
from ledger.facts.commitment import (
    CommitmentCorrected,
    CommitmentRecorded,
    CommitmentSuperseded,
    CommitmentVoided,
    CommitmentWithdrawn,
    Due,
    DueMoved,
    MilestoneReached,
    MilestoneSet,
)
from ledger.facts.source import Citation
from ledger.rules.commitment import Commitment, NoLongerStands
from ledger.vocabulary import (
    AssessorKind,
    CorrectionReason,
    Progress,
    QuotationRole,
    RecordStatus,
    VoidReason,
)
from tests.unit.ledger.samples import (
    COMMITMENT,
    COMMITMENT_CONTENT,
    COMPANY,
    DUE,
    HEADING,
    MET_ON,
    MILESTONE,
    MINISTRY,
    NEW,
    ORIGIN,
    OTHER_COMMITMENT,
    PROMISED,
    SOURCE,
    STEP,
    assessed,
)
from tests.unit.ledger.scenario import folded, given

MARCH = PartialDate("2022-03-01")
LATER = Due(latest=PartialDate("2022-12-31"))
MOVED = DueMoved(effective_on=MARCH, due=LATER)
SUPERSEDED = CommitmentSuperseded(effective_on=MARCH, successor=OTHER_COMMITMENT)
WITHDRAWN = CommitmentWithdrawn(effective_on=MET_ON)
CORRECT = CorrectCommitment(
    id=COMMITMENT,
    content=replace(COMMITMENT_CONTENT, text="Share a plan of action."),
    reason=CorrectionReason.TRANSLATION,
    noticed_by="Ada",
)


def test_a_commitment_is_true_from_the_day_on_which_it_was_made() -> None:
    given().when(RecordCommitment(id=NEW, content=COMMITMENT_CONTENT)).then(
        CommitmentRecorded(effective_on=MET_ON, content=COMMITMENT_CONTENT)
    )


def test_both_sides_may_promise_each_other() -> None:
    both = (COMPANY, MINISTRY)
    content = replace(COMMITMENT_CONTENT, promisors=both, promisees=both)

    given().when(RecordCommitment(id=NEW, content=content)).accepted()


def test_a_commitment_without_citations_is_recorded() -> None:
    content = replace(COMMITMENT_CONTENT, citations=())

    given().when(RecordCommitment(id=NEW, content=content)).accepted()


def test_a_heading_may_be_cited_for_what_it_inflates() -> None:
    inflated = Citation(source=SOURCE, quotation=HEADING, role=QuotationRole.CONTRADICTION)
    content = replace(COMMITMENT_CONTENT, citations=(ORIGIN, inflated))

    given().when(RecordCommitment(id=NEW, content=content)).accepted()


@pytest.mark.parametrize("latest", ["2022-02-15", "2022-02", "2022"])
def test_a_promise_may_be_due_on_the_day_on_which_it_is_made(latest: str) -> None:
    content = replace(COMMITMENT_CONTENT, due=Due(latest=PartialDate(latest)))

    given().when(RecordCommitment(id=NEW, content=content)).accepted()


@pytest.mark.parametrize("earliest", ["2022-02-27", "2022-02", "2022"])
def test_the_due_dates_may_be_one_day(earliest: str) -> None:
    due = Due(earliest=PartialDate(earliest), latest=PartialDate("2022-02-27"))
    content = replace(COMMITMENT_CONTENT, due=due)

    given().when(RecordCommitment(id=NEW, content=content)).accepted()


@pytest.mark.parametrize("became", [(), (SUPERSEDED,), (WITHDRAWN,)])
def test_whatever_became_of_it_a_commitment_is_corrected_from_the_start(
    became: tuple[AnyFact, ...],
) -> None:
    given(PROMISED, *became).when(CORRECT).then(
        CommitmentCorrected(
            effective_on=MET_ON,
            content=CORRECT.content,
            reason=CorrectionReason.TRANSLATION,
            noticed_by="Ada",
        )
    )


@pytest.mark.parametrize("became", [(), (SUPERSEDED,), (WITHDRAWN,)])
def test_whatever_became_of_it_a_commitment_can_be_voided(
    became: tuple[AnyFact, ...],
) -> None:
    given(PROMISED, *became).when(VoidCommitment(id=COMMITMENT, reason=VoidReason.NOT_SAID)).then(
        CommitmentVoided(effective_on=MET_ON, reason=VoidReason.NOT_SAID)
    )


def test_a_correction_counts_from_the_start_even_if_the_start_was_wrong() -> None:
    earlier = replace(COMMITMENT_CONTENT, made_on=PartialDate("2022-02-14"))
    command = replace(CORRECT, content=earlier)

    given(PROMISED).when(command).then(
        CommitmentCorrected(
            effective_on=MET_ON, content=earlier, reason=command.reason, noticed_by="Ada"
        )
    )


def test_a_due_date_is_moved() -> None:
    command = MoveDue(id=COMMITMENT, due=LATER, moved_on=MARCH, citations=(ORIGIN,))

    given(PROMISED).when(command).then(DueMoved(effective_on=MARCH, due=LATER, citations=(ORIGIN,)))


def test_a_due_date_may_be_moved_back() -> None:
    command = MoveDue(id=COMMITMENT, due=DUE, moved_on=PartialDate("2022-04-01"))

    given(PROMISED, MOVED).when(command).accepted()


def test_a_move_that_is_recorded_late_is_compared_with_what_was_due_then() -> None:
    command = MoveDue(id=COMMITMENT, due=LATER, moved_on=PartialDate("2022-02-20"))

    given(PROMISED, MOVED).when(command).accepted()


def test_a_due_date_is_moved_on_the_day_of_the_promise_at_the_earliest() -> None:
    given(PROMISED).when(MoveDue(id=COMMITMENT, due=LATER, moved_on=MET_ON)).accepted()


def test_what_somebody_else_says_has_ended_outweighs_the_promisor() -> None:
    open_still = assessed(Progress.STALLED, "2022-03-01")
    own_view = assessed(Progress.FULFILLED, "2022-04-01", kind=AssessorKind.SELF, by=COMPANY)

    given(PROMISED, open_still, own_view).when(
        MoveDue(id=COMMITMENT, due=LATER, moved_on=MARCH)
    ).accepted()


def test_due_dates_are_known_for_each_day() -> None:
    late = DueMoved(effective_on=MET_ON, due=Due(latest=PartialDate("2022-03-31")))

    state = folded([PROMISED, MOVED, late])

    assert isinstance(state, Commitment)
    assert state.due_on(PartialDate("2022-02-14").earliest) == DUE
    assert state.due_on(MET_ON.earliest) == late.due
    assert state.due_on(PartialDate("2022-02-28").earliest) == late.due
    assert state.due_on(MARCH.earliest) == LATER


def test_of_two_moves_on_one_day_the_last_recorded_counts() -> None:
    again = replace(MOVED, due=Due(latest=PartialDate("2023")))

    state = folded([PROMISED, MOVED, again])

    assert isinstance(state, Commitment)
    assert state.due_on(MARCH.earliest) == again.due


def test_a_commitment_is_superseded_by_another() -> None:
    command = SupersedeCommitment(id=COMMITMENT, successor=OTHER_COMMITMENT, superseded_on=MARCH)

    given(PROMISED).when(command).then(SUPERSEDED)


def test_what_has_ended_may_be_superseded() -> None:
    command = SupersedeCommitment(id=COMMITMENT, successor=OTHER_COMMITMENT, superseded_on=MARCH)

    given(PROMISED, assessed(Progress.FULFILLED, "2022-02-26")).when(command).accepted()


def test_a_superseded_commitment_points_to_its_successor() -> None:
    command = MoveDue(id=COMMITMENT, due=LATER, moved_on=MARCH)

    superseded = given(PROMISED, SUPERSEDED).when(command).refused(NoLongerStands)
    withdrawn = given(PROMISED, WITHDRAWN).when(command).refused(NoLongerStands)

    assert OTHER_COMMITMENT in superseded.detail
    assert "withdrawn" in withdrawn.detail


def test_a_withdrawn_commitment_may_be_a_successor() -> None:
    command = SupersedeCommitment(id=COMMITMENT, successor=OTHER_COMMITMENT, superseded_on=MARCH)

    given(PROMISED).knowing(OTHER_COMMITMENT, PROMISED, WITHDRAWN).when(command).accepted()


def test_a_commitment_is_withdrawn_on_the_due_day_at_the_latest() -> None:
    command = WithdrawCommitment(
        id=COMMITMENT, withdrawn_on=PartialDate("2022-02-27"), citations=(ORIGIN,)
    )

    given(PROMISED).when(command).then(
        CommitmentWithdrawn(effective_on=PartialDate("2022-02-27"), citations=(ORIGIN,))
    )


def test_a_commitment_without_a_due_date_is_withdrawn_on_any_day() -> None:
    endless = replace(PROMISED, content=replace(COMMITMENT_CONTENT, due=None))

    given(endless).when(
        WithdrawCommitment(id=COMMITMENT, withdrawn_on=PartialDate("2022-06-30"))
    ).accepted()


def test_what_became_of_a_commitment_is_its_status() -> None:
    voided = CommitmentVoided(effective_on=MET_ON, reason=VoidReason.TEST)
    became: tuple[list[AnyFact], ...] = ([], [SUPERSEDED], [WITHDRAWN], [voided])

    states = [folded([PROMISED, *facts]) for facts in became]

    assert [state.status for state in states if isinstance(state, Commitment)] == list(RecordStatus)


def test_a_milestone_is_set() -> None:
    command = SetMilestone(
        id=COMMITMENT, milestone=MILESTONE, text="A draft.", set_on=MET_ON, due=LATER
    )

    given(PROMISED).when(command).then(
        MilestoneSet(effective_on=MET_ON, milestone=MILESTONE, text="A draft.", due=LATER)
    )


def test_a_milestone_is_reached_on_the_day_on_which_it_is_set_at_the_earliest() -> None:
    command = ReachMilestone(
        id=COMMITMENT, milestone=MILESTONE, reached_on=MARCH, citations=(ORIGIN,)
    )

    given(PROMISED, STEP).when(command).then(
        MilestoneReached(effective_on=MARCH, milestone=MILESTONE, citations=(ORIGIN,))
    )


def test_a_milestone_of_a_superseded_commitment_is_still_reached() -> None:
    command = ReachMilestone(id=COMMITMENT, milestone=MILESTONE, reached_on=MARCH)

    given(PROMISED, STEP, SUPERSEDED).when(command).accepted()
