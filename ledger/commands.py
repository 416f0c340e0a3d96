"""Intents, imperative: what somebody asks the ledger to record, before the rules have answered.

`id` names the stream that the command is about. New streams get an id from whoever asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.dates import PartialDate
from ledger.facts.assessment import OutcomeContent
from ledger.facts.commitment import CommitmentContent, Due
from ledger.facts.fact import (
    AccountId,
    AssessmentId,
    DisputeId,
    MembershipId,
    MilestoneId,
    QuotationId,
    ReplyId,
    StreamId,
)
from ledger.facts.meeting import MeetingProfile
from ledger.facts.source import Citation, SourceProfile
from ledger.facts.stakeholder import OrganizationProfile, PersonProfile
from ledger.facts.statement import StatementContent
from ledger.vocabulary import (
    AssessorKind,
    CorrectionReason,
    DisputeGround,
    DisputeResolution,
    FailureReason,
    Progress,
    RedactionBasis,
    ReopenReason,
    VoidReason,
)


@dataclass(frozen=True, kw_only=True)
class Command:
    id: StreamId


# --- stakeholders
#
# `namesakes` are stakeholders that bear a name given here, and are known to be somebody else.


@dataclass(frozen=True, kw_only=True)
class RegisterOrganization(Command):
    profile: OrganizationProfile
    namesakes: tuple[StreamId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CorrectOrganization(Command):
    profile: OrganizationProfile
    reason: CorrectionReason
    noticed_by: str = ""
    namesakes: tuple[StreamId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RegisterPerson(Command):
    profile: PersonProfile
    namesakes: tuple[StreamId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CorrectPerson(Command):
    profile: PersonProfile
    reason: CorrectionReason
    noticed_by: str = ""
    namesakes: tuple[StreamId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RenameStakeholder(Command):
    name: str
    renamed_on: PartialDate
    namesakes: tuple[StreamId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AddAlias(Command):
    alias: str
    namesakes: tuple[StreamId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StartMembership(Command):
    membership: MembershipId
    organization: StreamId
    role: str
    since: PartialDate | None = None


@dataclass(frozen=True, kw_only=True)
class EndMembership(Command):
    membership: MembershipId
    until: PartialDate


@dataclass(frozen=True, kw_only=True)
class MergeStakeholder(Command):
    into: StreamId


@dataclass(frozen=True, kw_only=True)
class UnmergeStakeholder(Command):
    pass


# --- sources


@dataclass(frozen=True, kw_only=True)
class RegisterSource(Command):
    profile: SourceProfile


@dataclass(frozen=True, kw_only=True)
class CorrectSource(Command):
    profile: SourceProfile
    reason: CorrectionReason
    noticed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class VoidSource(Command):
    reason: VoidReason


@dataclass(frozen=True, kw_only=True)
class ArchiveText(Command):
    text: str
    retrieved_on: PartialDate


@dataclass(frozen=True, kw_only=True)
class TakeQuotation(Command):
    quotation: QuotationId
    exact: str
    prefix: str = ""
    suffix: str = ""
    in_heading: bool = False
    attributed_to: str = ""
    speaker: StreamId | None = None


# --- meetings


@dataclass(frozen=True, kw_only=True)
class RecordMeeting(Command):
    profile: MeetingProfile


@dataclass(frozen=True, kw_only=True)
class CorrectMeeting(Command):
    profile: MeetingProfile
    reason: CorrectionReason
    noticed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class VoidMeeting(Command):
    reason: VoidReason


@dataclass(frozen=True, kw_only=True)
class DraftMinutes(Command):
    text: str


@dataclass(frozen=True, kw_only=True)
class FinaliseMinutes(Command):
    agreed_on: PartialDate


# --- statements


@dataclass(frozen=True, kw_only=True)
class RecordStatement(Command):
    content: StatementContent
    said_on: PartialDate


@dataclass(frozen=True, kw_only=True)
class CorrectStatement(Command):
    content: StatementContent
    reason: CorrectionReason
    noticed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class VoidStatement(Command):
    reason: VoidReason


# --- commitments


@dataclass(frozen=True, kw_only=True)
class RecordCommitment(Command):
    content: CommitmentContent


@dataclass(frozen=True, kw_only=True)
class CorrectCommitment(Command):
    content: CommitmentContent
    reason: CorrectionReason
    noticed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class MoveDue(Command):
    due: Due
    moved_on: PartialDate
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SupersedeCommitment(Command):
    successor: StreamId
    superseded_on: PartialDate


@dataclass(frozen=True, kw_only=True)
class WithdrawCommitment(Command):
    withdrawn_on: PartialDate
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class VoidCommitment(Command):
    reason: VoidReason


@dataclass(frozen=True, kw_only=True)
class SetMilestone(Command):
    milestone: MilestoneId
    text: str
    set_on: PartialDate
    due: Due | None = None


@dataclass(frozen=True, kw_only=True)
class ReachMilestone(Command):
    milestone: MilestoneId
    reached_on: PartialDate
    citations: tuple[Citation, ...] = ()


# --- what came of it


@dataclass(frozen=True, kw_only=True)
class AssessProgress(Command):
    assessment: AssessmentId
    assessed_on: PartialDate
    assessor_kind: AssessorKind
    assessor: StreamId | None = None
    progress: Progress
    failure_reason: FailureReason | None = None
    reopen_reason: ReopenReason | None = None
    citations: tuple[Citation, ...] = ()
    rubric: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportNothingFound(Command):
    looked_on: PartialDate
    assessor_kind: AssessorKind
    assessor: StreamId | None = None
    looked_at: str


@dataclass(frozen=True, kw_only=True)
class RecordOutcome(Command):
    content: OutcomeContent
    happened_on: PartialDate


@dataclass(frozen=True, kw_only=True)
class CorrectOutcome(Command):
    content: OutcomeContent
    happened_on: PartialDate
    reason: CorrectionReason
    noticed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class VoidOutcome(Command):
    reason: VoidReason


@dataclass(frozen=True, kw_only=True)
class PublishRubric(Command):
    rubric: str
    definitions: Mapping[str, str]


# --- the log itself


@dataclass(frozen=True, kw_only=True)
class RotateKey(Command):
    key: str
    before: str


@dataclass(frozen=True, kw_only=True)
class ContinueLog(Command):
    key: str
    before: str
    size: int
    root: str


# --- replies and disputes, about a commitment or a statement


@dataclass(frozen=True, kw_only=True)
class PublishReply(Command):
    reply: ReplyId
    party: StreamId
    text: str
    replied_on: PartialDate


@dataclass(frozen=True, kw_only=True)
class OpenDispute(Command):
    dispute: DisputeId
    ground: DisputeGround
    party: StreamId | None = None
    opened_by: AccountId
    text: str
    opened_on: PartialDate


@dataclass(frozen=True, kw_only=True)
class ResolveDispute(Command):
    dispute: DisputeId
    resolution: DisputeResolution
    resolved_by: AccountId
    text: str
    resolved_on: PartialDate


# --- words that must go


@dataclass(frozen=True, kw_only=True)
class Target:
    """A part that is to lose its words: the leaf's 0-based `index`, its name, its commitment."""

    index: int
    part: str
    c: str


@dataclass(frozen=True, kw_only=True)
class RedactParts(Command):
    """`authority` is the opaque code of the order. The two accounts are two people."""

    targets: tuple[Target, ...]
    basis: RedactionBasis
    authority: str
    proposed_by: AccountId
    approved_by: AccountId
