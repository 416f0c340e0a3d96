"""Commitments: a promise on record, how it changed, and what was seen of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, assert_never

from ledger.commands import (
    AssessProgress,
    CorrectCommitment,
    MoveDue,
    ReachMilestone,
    RecordCommitment,
    ReportNothingFound,
    SetMilestone,
    SupersedeCommitment,
    VoidCommitment,
    WithdrawCommitment,
)
from ledger.dates import PartialDate
from ledger.errors import Conflict, Unknown
from ledger.facts.assessment import AssessmentFact, ProgressAssessed, ReviewFoundNothing
from ledger.facts.commitment import (
    CommitmentContent,
    CommitmentCorrected,
    CommitmentFact,
    CommitmentRecorded,
    CommitmentSuperseded,
    CommitmentVoided,
    CommitmentWithdrawn,
    Due,
    DueMoved,
    MilestoneReached,
    MilestoneSet,
)
from ledger.facts.dispute import DisputeFact, DisputeOpened, DisputeResolved, ReplyPublished
from ledger.facts.fact import MilestoneId, StreamId
from ledger.rules import assessment, dispute, milestone
from ledger.rules.assessment import Assessable, AssessmentCommand, View
from ledger.rules.days import certainly_before, past, since
from ledger.rules.dispute import DisputeCommand, Objections, Subject
from ledger.rules.evidence import check_citations
from ledger.rules.milestone import Milestone
from ledger.rules.promise import check_content, check_due
from ledger.rules.record import (
    refuse_itself,
    refuse_taken,
    refuse_unchanged,
    refuse_voided,
)
from ledger.rules.words import check_remark
from ledger.vocabulary import RecordStatus

CommitmentCommand = (
    RecordCommitment
    | CorrectCommitment
    | MoveDue
    | SupersedeCommitment
    | WithdrawCommitment
    | VoidCommitment
    | SetMilestone
    | ReachMilestone
)


class UnknownCommitment(Unknown):
    """No commitment has this id; record it first, or name one that is recorded."""


class DueUnchanged(Conflict):
    """The due date is this one already; give the new one, or leave it."""


class AlreadyOver(Conflict):
    """The commitment was assessed as ended; reopen it by an assessment with a reason first."""


class NoLongerStands(Conflict):
    """The commitment was superseded or withdrawn; act on the one that replaced it."""


class WithdrawnAfterDue(Conflict):
    """What is due already cannot be withdrawn; assess it, as abandoned if it is given up."""


class Move(NamedTuple):
    """A due date, and the day from which it was the one."""

    moved_on: PartialDate
    due: Due


class Commitment(NamedTuple):
    """`moves` and `views` stand in the order in which they were recorded."""

    began: PartialDate
    content: CommitmentContent
    status: RecordStatus = RecordStatus.PUBLISHED
    successor: StreamId | None = None
    moves: tuple[Move, ...] = ()
    milestones: Mapping[MilestoneId, Milestone] = {}
    views: tuple[View, ...] = ()
    objections: Objections = Objections()

    @property
    def voided(self) -> bool:
        return self.status is RecordStatus.VOIDED

    @property
    def ended(self) -> bool:
        """Whether the assessment that a list shows is an end state."""
        return assessment.leading(self.views).ended

    def due_on(self, day: date) -> Due | None:
        """What was due, as it stood on the day."""
        moves = [move for move in reversed(self.moves) if move.moved_on.earliest <= day]
        last = max(moves, key=lambda move: move.moved_on.earliest, default=None)
        return self.content.due if last is None else last.due


# --- decide


def decide(
    command: CommitmentCommand | AssessmentCommand | DisputeCommand,
    state: Commitment | None,
    now: datetime,
) -> Sequence[CommitmentFact | AssessmentFact | DisputeFact]:
    """Raise a refusal, or say what happens."""
    if isinstance(command, RecordCommitment):
        refuse_taken(state)
        return _recorded(command, now)
    if state is None:
        raise UnknownCommitment(pointer="/id")
    refuse_voided(voided=state.voided)
    match command:
        case AssessProgress():
            return assessment.assess(command, _assessable(state, command.assessed_on), now)
        case ReportNothingFound():
            return assessment.review(command, _assessable(state, command.looked_on), now)
        case CorrectCommitment():
            return _corrected(command, state, now)
        case VoidCommitment():
            return [CommitmentVoided(effective_on=state.began, reason=command.reason)]
        case ReachMilestone():
            return milestone.reach(command, state.milestones, now)
        case MoveDue() | SupersedeCommitment() | WithdrawCommitment() | SetMilestone():
            return _changed(command, state, now)
        case _:
            return dispute.decide(command, _subject(state), now)


def _changed(
    command: MoveDue | SupersedeCommitment | WithdrawCommitment | SetMilestone,
    state: Commitment,
    now: datetime,
) -> Sequence[CommitmentFact]:
    """What the parties can do only to a promise that stands."""
    if state.status is not RecordStatus.PUBLISHED:
        raise NoLongerStands(_what_became_of(state), pointer="/id")
    match command:
        case MoveDue():
            return _due_moved(command, state, now)
        case SupersedeCommitment():
            return _superseded(command, state, now)
        case WithdrawCommitment():
            return _withdrawn(command, state, now)
        case SetMilestone():
            return milestone.set_up(command, state.milestones, state.content.made_on, now)
        case _:
            assert_never(command)


def _what_became_of(state: Commitment) -> str:
    if state.successor is None:
        return f"The commitment was {state.status.label}; nothing about it changes any more."
    return f"The commitment was superseded by {state.successor}; act on that one."


def _recorded(command: RecordCommitment, now: datetime) -> Sequence[CommitmentFact]:
    check_content(command.content, command.id)
    made_on = past(command.content.made_on, now, "/content/made_on")
    return [CommitmentRecorded(effective_on=made_on, content=command.content)]


def _corrected(
    command: CorrectCommitment, state: Commitment, now: datetime
) -> Sequence[CommitmentFact]:
    check_content(command.content, command.id)
    check_remark(command.noticed_by, "/noticed_by")
    past(command.content.made_on, now, "/content/made_on")
    refuse_unchanged(state.content, command.content, "/content")
    return [
        CommitmentCorrected(
            effective_on=state.began,
            content=command.content,
            reason=command.reason,
            noticed_by=command.noticed_by,
        )
    ]


def _due_moved(command: MoveDue, state: Commitment, now: datetime) -> Sequence[CommitmentFact]:
    _refuse_ended(state)
    check_due(command.due, state.content.made_on, "/due")
    check_citations(command.citations, "/citations")
    moved_on = since(state.content.made_on, command.moved_on, now, "/moved_on")
    if command.due == state.due_on(moved_on.earliest):
        raise DueUnchanged(pointer="/due")
    return [DueMoved(effective_on=moved_on, due=command.due, citations=command.citations)]


def _refuse_ended(state: Commitment) -> None:
    if state.ended:
        raise AlreadyOver(pointer="/id")


def _superseded(
    command: SupersedeCommitment, state: Commitment, now: datetime
) -> Sequence[CommitmentFact]:
    refuse_itself(command.id, command.successor, "/successor")
    superseded_on = since(state.content.made_on, command.superseded_on, now, "/superseded_on")
    return [CommitmentSuperseded(effective_on=superseded_on, successor=command.successor)]


def _withdrawn(
    command: WithdrawCommitment, state: Commitment, now: datetime
) -> Sequence[CommitmentFact]:
    _refuse_ended(state)
    check_citations(command.citations, "/citations")
    withdrawn_on = since(state.content.made_on, command.withdrawn_on, now, "/withdrawn_on")
    due = state.due_on(withdrawn_on.earliest)
    if due is not None and certainly_before(due.latest, withdrawn_on):
        raise WithdrawnAfterDue(pointer="/withdrawn_on")
    return [CommitmentWithdrawn(effective_on=withdrawn_on, citations=command.citations)]


def _assessable(state: Commitment, day: PartialDate) -> Assessable:
    return Assessable(state.content, state.due_on(day.earliest), state.views)


def _subject(state: Commitment) -> Subject:
    content = state.content
    named = (third.stakeholder for third in content.third_parties if third.stakeholder)
    return Subject(
        content.made_on, {*content.promisors, *content.promisees, *named}, state.objections
    )


# --- evolve


def evolve(
    state: Commitment | None, fact: CommitmentFact | AssessmentFact | DisputeFact
) -> Commitment:
    """The commitment after the fact; `decide` sees to it that the first one records it."""
    if isinstance(fact, CommitmentRecorded):
        return Commitment(fact.effective_on, fact.content)
    if state is None:
        raise UnknownCommitment
    match fact:
        case ProgressAssessed():
            return state._replace(views=(*state.views, assessment.seen(fact)))
        case ReviewFoundNothing():
            return state
        case CommitmentCorrected():
            return state._replace(content=fact.content)
        case DueMoved():
            return state._replace(moves=(*state.moves, Move(fact.effective_on, fact.due)))
        case CommitmentSuperseded():
            return state._replace(status=RecordStatus.SUPERSEDED, successor=fact.successor)
        case CommitmentWithdrawn():
            return state._replace(status=RecordStatus.WITHDRAWN)
        case CommitmentVoided():
            return state._replace(status=RecordStatus.VOIDED)
        case MilestoneSet() | MilestoneReached():
            return state._replace(milestones=milestone.evolve(state.milestones, fact))
        case ReplyPublished() | DisputeOpened() | DisputeResolved():
            return state._replace(objections=dispute.evolve(state.objections, fact))
        case _:
            assert_never(fact)
