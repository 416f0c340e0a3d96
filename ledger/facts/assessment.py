"""Facts about what came of it: assessments, reviews that found nothing, and outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ledger.facts.fact import AssessmentId, Fact, StreamId, Words
from ledger.facts.source import Citation
from ledger.vocabulary import (
    AssessorKind,
    CorrectionReason,
    Effect,
    FailureReason,
    Progress,
    ReopenReason,
    VoidReason,
)


@dataclass(frozen=True, kw_only=True)
class ProgressAssessed(Fact):
    """In the commitment's stream. One assessor's view; several may stand side by side."""

    TOPIC: ClassVar = "progress.assessed/1"
    assessment: AssessmentId
    assessor_kind: AssessorKind
    assessor: StreamId | None = None
    progress: Progress
    failure_reason: FailureReason | None = None
    reopen_reason: ReopenReason | None = None
    citations: tuple[Citation, ...] = ()
    rubric: str
    note: Words = ""


@dataclass(frozen=True, kw_only=True)
class ReviewFoundNothing(Fact):
    """In the commitment's stream: somebody looked on `effective_on` and found nothing new."""

    TOPIC: ClassVar = "review.found_nothing/1"
    assessor_kind: AssessorKind
    assessor: StreamId | None = None
    looked_at: Words


@dataclass(frozen=True, kw_only=True)
class Bearing:
    """What an outcome means for one commitment or one concern."""

    subject: StreamId
    effect: Effect


@dataclass(frozen=True, kw_only=True)
class OutcomeContent:
    """Something that happened in the world, with evidence."""

    text: Words
    bears_on: tuple[Bearing, ...]
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OutcomeRecorded(Fact):
    """`effective_on` is when it happened."""

    TOPIC: ClassVar = "outcome.recorded/1"
    content: OutcomeContent


@dataclass(frozen=True, kw_only=True)
class OutcomeCorrected(Fact):
    """The record was wrong from the start; this is the whole right one."""

    TOPIC: ClassVar = "outcome.corrected/1"
    content: OutcomeContent
    reason: CorrectionReason
    noticed_by: Words = ""


@dataclass(frozen=True, kw_only=True)
class OutcomeVoided(Fact):
    """The record was wholly wrong: nothing of the kind happened."""

    TOPIC: ClassVar = "outcome.voided/1"
    reason: VoidReason


@dataclass(frozen=True, kw_only=True)
class RubricPublished(Fact):
    """A rubric version in a stream of its own: progress code → the sentence that defines it."""

    TOPIC: ClassVar = "rubric.published/1"
    rubric: str
    definitions: Mapping[str, str]


AssessmentFact = ProgressAssessed | ReviewFoundNothing
OutcomeFact = OutcomeRecorded | OutcomeCorrected | OutcomeVoided
