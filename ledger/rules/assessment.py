"""Assessments and reviews, in the stream of the commitment they are about.

DOMAIN's transitions, as they are read here: every open value may follow every other, in each
direction ("no evidence" and "not assessable" as freely as the four middle ones), because an
assessor may look again and see more or less; every open value may become an end state; an end state
becomes anything else, another end state included, only with a reopen reason. `not_assessed` is what
is true before anybody looks, so nobody assesses it.

Assessors may disagree, so each is held to their own earlier view: the one that was theirs on the
day of the new one, whenever it was recorded.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from ledger.commands import AssessProgress, ReportNothingFound
from ledger.dates import PartialDate
from ledger.errors import Conflict, Invalid
from ledger.facts.assessment import ProgressAssessed, ReviewFoundNothing
from ledger.facts.commitment import CommitmentContent, Due
from ledger.facts.fact import AssessmentId, StreamId
from ledger.rules.days import certainly_before, past
from ledger.rules.evidence import check_citations, cites
from ledger.rules.words import check_remark, check_text
from ledger.vocabulary import RUBRIC_VERSION, AssessorKind, Progress, QuotationRole, ReopenReason

AssessmentCommand = AssessProgress | ReportNothingFound

_CITED: Final = frozenset(
    {Progress.IN_PROGRESS, Progress.PARTLY_FULFILLED, Progress.FULFILLED, Progress.ABANDONED}
)
_FAILED: Final = frozenset({Progress.NOT_FULFILLED, Progress.ABANDONED})
_ASSESSABLE: Final = tuple(value for value in Progress if value is not Progress.NOT_ASSESSED)
_REASONS: Final = tuple(ReopenReason)


class AssessmentKnown(Conflict):
    """An assessment with this id is recorded already; take a new id for another one."""


class NotAssessedIsTheDefault(Invalid):
    """A commitment is not assessed until somebody looks; give one of the values in the list."""


class UnknownRubric(Invalid):
    """No rubric has this version; assess under one in the list."""


class TalkIsNotEnough(Invalid):
    """Talk shows no such progress; cite at least one quotation for it."""


class FailureNeedsReason(Invalid):
    """A commitment that was not fulfilled needs a failure reason; `unknown` is one."""


class ReasonWithoutFailure(Invalid):
    """A failure reason belongs to not_fulfilled or abandoned; leave it out here."""


class NeitherDueNorContradicted(Conflict):
    """Nothing failed yet; wait until the due date has passed, or cite a contradiction."""


class EndStateReopensOnlyWithReason(Conflict):
    """The assessor has seen it end; give a reason from the list to reopen it."""


class NothingToReopen(Conflict):
    """The assessor has seen no other end, so nothing reopens; leave the reopen reason out."""


class LaterViewStands(Conflict):
    """The assessor saw it open on a later day without reopening it; it cannot have ended before."""


class AssessedBeforeMade(Conflict):
    """Nobody can look at a promise before it was made; give the day on which they looked."""


class AssessorMissing(Invalid):
    """Name the party who assesses; only official and independent assessors may stay unnamed."""


class NotAPromisor(Conflict):
    """Only a promisor of this commitment assesses itself; name one, or correct the commitment."""


class NotAPromisee(Conflict):
    """Only a promisee of this commitment assesses as one; name one, or correct the commitment."""


class AssessorIsAParty(Conflict):
    """A party is no independent or official judge; record it as self or promisee."""


class View(NamedTuple):
    """What one assessor saw on a day; `reopens` says that it overturned an end with a reason."""

    assessment: AssessmentId
    assessed_on: PartialDate
    assessor_kind: AssessorKind
    assessor: StreamId | None
    progress: Progress
    reopens: bool


class Assessable(NamedTuple):
    """The commitment, as far as these rules ask; `due` is what was due on the day assessed."""

    content: CommitmentContent
    due: Due | None
    views: Sequence[View]


def assess(
    command: AssessProgress, commitment: Assessable, now: datetime
) -> Sequence[ProgressAssessed]:
    """Raise a refusal, or record the assessment."""
    if any(view.assessment == command.assessment for view in commitment.views):
        raise AssessmentKnown(pointer="/assessment")
    _check_scale(command)
    _check_looked(command.assessed_on, commitment, now, "/assessed_on")
    _check_assessor(command, commitment.content)
    _check_shown(command, commitment.due)
    _check_transition(command, commitment.views)
    return [_assessed(command)]


def _check_scale(command: AssessProgress) -> None:
    check_remark(command.note, "/note")
    if command.progress is Progress.NOT_ASSESSED:
        raise NotAssessedIsTheDefault(pointer="/progress", allowed=_ASSESSABLE)
    if command.rubric != RUBRIC_VERSION:
        raise UnknownRubric(pointer="/rubric", allowed=(RUBRIC_VERSION,))


def _check_looked(day: PartialDate, commitment: Assessable, now: datetime, pointer: str) -> None:
    if certainly_before(day, commitment.content.made_on):
        raise AssessedBeforeMade(pointer=pointer)
    past(day, now, pointer)


def _check_assessor(command: AssessmentCommand, content: CommitmentContent) -> None:
    pointer, assessor = "/assessor", command.assessor
    match command.assessor_kind:
        case AssessorKind.SELF:
            if _named(assessor) not in content.promisors:
                raise NotAPromisor(pointer=pointer)
        case AssessorKind.PROMISEE:
            if _named(assessor) not in content.promisees:
                raise NotAPromisee(pointer=pointer)
        case AssessorKind.OFFICIAL | AssessorKind.INDEPENDENT:
            if assessor in (*content.promisors, *content.promisees):
                raise AssessorIsAParty(pointer=pointer)


def _named(assessor: StreamId | None) -> StreamId:
    if assessor is None:
        raise AssessorMissing(pointer="/assessor")
    return assessor


def _check_shown(command: AssessProgress, due: Due | None) -> None:
    check_citations(command.citations, "/citations")
    if command.progress in _CITED and not command.citations:
        raise TalkIsNotEnough(pointer="/citations")
    if command.failure_reason is not None and command.progress not in _FAILED:
        raise ReasonWithoutFailure(pointer="/failure_reason")
    if command.progress is Progress.NOT_FULFILLED:
        _check_failed(command, due)


def _check_failed(command: AssessProgress, due: Due | None) -> None:
    if command.failure_reason is None:
        raise FailureNeedsReason(pointer="/failure_reason")
    overdue = due is not None and certainly_before(due.latest, command.assessed_on)
    if not overdue and not cites(command.citations, QuotationRole.CONTRADICTION):
        raise NeitherDueNorContradicted(pointer="/progress")


def _check_transition(command: AssessProgress, views: Sequence[View]) -> None:
    theirs = [
        view
        for view in views
        if (view.assessor_kind, view.assessor) == (command.assessor_kind, command.assessor)
    ]
    before = view_on(theirs, command.assessed_on.earliest)
    overturns = before is not None and before.progress.ended and before.progress != command.progress
    if overturns and command.reopen_reason is None:
        raise EndStateReopensOnlyWithReason(pointer="/reopen_reason", allowed=_REASONS)
    if command.reopen_reason is not None and not overturns:
        raise NothingToReopen(pointer="/reopen_reason")
    _check_after(command, theirs)


def _check_after(command: AssessProgress, theirs: Sequence[View]) -> None:
    """An end recorded late must not stand right before a view that knew of no end."""
    later = [view for view in theirs if view.assessed_on.earliest > command.assessed_on.earliest]
    if not later or not command.progress.ended:
        return
    after = min(later, key=_day)
    if after.progress != command.progress and not after.reopens:
        raise LaterViewStands(pointer="/assessed_on")


def view_on(views: Sequence[View], day: date) -> View | None:
    """The view that stood on the day: the latest by the world's clock, then by the ledger's."""
    standing = [view for view in reversed(views) if view.assessed_on.earliest <= day]
    return max(standing, key=_day, default=None)


def _day(view: View) -> date:
    return view.assessed_on.earliest


def leading(views: Sequence[View]) -> Progress:
    """The one that a list shows: the newest by anybody but the promisor, else the newest of all."""
    others = [view for view in views if view.assessor_kind is not AssessorKind.SELF]
    newest = view_on(others or views, date.max)
    return Progress.NOT_ASSESSED if newest is None else newest.progress


def _assessed(command: AssessProgress) -> ProgressAssessed:
    return ProgressAssessed(
        effective_on=command.assessed_on,
        assessment=command.assessment,
        assessor_kind=command.assessor_kind,
        assessor=command.assessor,
        progress=command.progress,
        failure_reason=command.failure_reason,
        reopen_reason=command.reopen_reason,
        citations=command.citations,
        rubric=command.rubric,
        note=command.note,
    )


def review(
    command: ReportNothingFound, commitment: Assessable, now: datetime
) -> Sequence[ReviewFoundNothing]:
    """Raise a refusal, or record that somebody looked and found nothing new."""
    check_text(command.looked_at, "/looked_at")
    _check_looked(command.looked_on, commitment, now, "/looked_on")
    _check_assessor(command, commitment.content)
    return [
        ReviewFoundNothing(
            effective_on=command.looked_on,
            assessor_kind=command.assessor_kind,
            assessor=command.assessor,
            looked_at=command.looked_at,
        )
    ]


def seen(fact: ProgressAssessed) -> View:
    """What the rules remember of an assessment."""
    return View(
        fact.assessment,
        fact.effective_on,
        fact.assessor_kind,
        fact.assessor,
        fact.progress,
        fact.reopen_reason is not None,
    )
