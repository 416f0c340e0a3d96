"""Facts about commitments: who promised what to whom, by when, and how the promise changed."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.dates import PartialDate
from ledger.facts.fact import Fact, MilestoneId, StreamId, Words
from ledger.facts.source import Citation
from ledger.vocabulary import (
    Content,
    CorrectionReason,
    DueBasis,
    Form,
    FormalStatus,
    RelationKind,
    VoidReason,
)


@dataclass(frozen=True, kw_only=True)
class Due:
    """An interval; `text` repeats the words it was read from."""

    earliest: PartialDate | None = None
    latest: PartialDate
    text: Words = ""
    basis: DueBasis = DueBasis.STATED


@dataclass(frozen=True, kw_only=True)
class Verifiability:
    """The four elements that make words checkable; verifiable means the first and one more."""

    deliverable: bool = False
    measure: bool = False
    time: bool = False
    owner: bool = False

    @property
    def verifiable(self) -> bool:
        """A deliverable, and something to hold it to: a measure, a time or an owner."""
        return self.deliverable and (self.measure or self.time or self.owner)


@dataclass(frozen=True, kw_only=True)
class Strength:
    """Read from the quoted words only, never from a heading; `reading` says which words decided."""

    form: Form
    content: Content
    verifiability: Verifiability = Verifiability()
    formal_status: FormalStatus = FormalStatus.DECLARED
    reading: Words = ""


@dataclass(frozen=True, kw_only=True)
class ThirdParty:
    """Named in the promise without promising: `stakeholder` where it is registered."""

    name: Words
    stakeholder: StreamId | None = None


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A link from this commitment to another."""

    kind: RelationKind
    commitment: StreamId


@dataclass(frozen=True, kw_only=True)
class CommitmentContent:
    """`made_on`: when it was promised; `topics`: lower-case slugs; `purpose`: what it is for."""

    promisors: tuple[StreamId, ...]
    promisees: tuple[StreamId, ...] = ()
    third_parties: tuple[ThirdParty, ...] = ()
    text: Words
    purpose: Words = ""
    citations: tuple[Citation, ...] = ()
    statement: StreamId | None = None
    meeting: StreamId | None = None
    made_on: PartialDate
    due: Due | None = None
    review_on: PartialDate | None = None
    strength: Strength
    topics: tuple[str, ...] = ()
    parent: StreamId | None = None
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CommitmentRecorded(Fact):
    """Somebody promised something; `effective_on` is the day it was made."""

    TOPIC: ClassVar = "commitment.recorded/1"
    content: CommitmentContent


@dataclass(frozen=True, kw_only=True)
class CommitmentCorrected(Fact):
    """The record was wrong from the start; this is the whole right one."""

    TOPIC: ClassVar = "commitment.corrected/1"
    content: CommitmentContent
    reason: CorrectionReason
    noticed_by: Words = ""


@dataclass(frozen=True, kw_only=True)
class DueMoved(Fact):
    """The world changed: the parties or the promisor set another date."""

    TOPIC: ClassVar = "commitment.due_moved/1"
    due: Due
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CommitmentSuperseded(Fact):
    """The parties replaced this commitment by `successor`."""

    TOPIC: ClassVar = "commitment.superseded/1"
    successor: StreamId


@dataclass(frozen=True, kw_only=True)
class CommitmentWithdrawn(Fact):
    """The promisor took it back before it had ended."""

    TOPIC: ClassVar = "commitment.withdrawn/1"
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CommitmentVoided(Fact):
    """The record was wholly wrong: there is no such commitment."""

    TOPIC: ClassVar = "commitment.voided/1"
    reason: VoidReason


@dataclass(frozen=True, kw_only=True)
class MilestoneSet(Fact):
    """A step on the way, named in advance."""

    TOPIC: ClassVar = "milestone.set/1"
    milestone: MilestoneId
    text: Words
    due: Due | None = None


@dataclass(frozen=True, kw_only=True)
class MilestoneReached(Fact):
    """The step was taken on `effective_on`."""

    TOPIC: ClassVar = "milestone.reached/1"
    milestone: MilestoneId
    citations: tuple[Citation, ...] = ()


CommitmentFact = (
    CommitmentRecorded
    | CommitmentCorrected
    | DueMoved
    | CommitmentSuperseded
    | CommitmentWithdrawn
    | CommitmentVoided
    | MilestoneSet
    | MilestoneReached
)
