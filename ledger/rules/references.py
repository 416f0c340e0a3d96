"""Which other records a command names, and whether they are there and may be named so."""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple, assert_never

from ledger.commands import (
    AddAlias,
    ArchiveText,
    AssessProgress,
    Command,
    ContinueLog,
    CorrectCommitment,
    CorrectMeeting,
    CorrectOrganization,
    CorrectOutcome,
    CorrectPerson,
    CorrectSource,
    CorrectStatement,
    DraftMinutes,
    EndMembership,
    FinaliseMinutes,
    MergeStakeholder,
    MoveDue,
    OpenDispute,
    PublishReply,
    PublishRubric,
    ReachMilestone,
    RecordCommitment,
    RecordMeeting,
    RecordOutcome,
    RecordStatement,
    RedactParts,
    RegisterOrganization,
    RegisterPerson,
    RegisterSource,
    RenameStakeholder,
    ReportNothingFound,
    ResolveDispute,
    RotateKey,
    SetMilestone,
    StartMembership,
    SupersedeCommitment,
    TakeQuotation,
    UnmergeStakeholder,
    VoidCommitment,
    VoidMeeting,
    VoidOutcome,
    VoidSource,
    VoidStatement,
    WithdrawCommitment,
)
from ledger.facts.assessment import OutcomeContent
from ledger.facts.commitment import CommitmentContent
from ledger.facts.fact import QuotationId, StreamId
from ledger.facts.meeting import MeetingProfile
from ledger.facts.source import Citation
from ledger.facts.stakeholder import OrganizationProfile
from ledger.facts.statement import StatementContent
from ledger.rules.assessment import AssessmentCommand
from ledger.rules.streams import AnyCommand, known
from ledger.vocabulary import (
    AssessorKind,
)


class Wanted(Enum):
    """What kind of record a reference asks for."""

    PARTY = auto()
    ORGANIZATION = auto()
    PARTY_ON_RECORD = auto()
    """Named by the record itself, so a merge since then is no matter."""
    SOURCE = auto()
    MEETING = auto()
    STATEMENT = auto()
    COMMITMENT = auto()
    SUBJECT = auto()
    """A commitment or a statement."""
    ITSELF = auto()
    """The command's own stream, where a rule has to compare it with another."""


class Reference(NamedTuple):
    """A stream that a command names, where it does (RFC 6901), and a quotation within it."""

    stream: StreamId
    wanted: Wanted
    pointer: str
    quotation: QuotationId | None = None


# --- what a command names


def references(command: Command) -> Sequence[Reference]:
    """Every other stream that the command names, in the order in which it does."""
    return list(_named(known(command)))


def _named(command: AnyCommand) -> Iterator[Reference]:
    match command:
        case RegisterOrganization() | CorrectOrganization():
            yield from _of_organization(command.profile)
            yield from _namesakes(command.namesakes)
        case RegisterPerson() | CorrectPerson() | RenameStakeholder() | AddAlias():
            yield from _namesakes(command.namesakes)
        case StartMembership():
            yield Reference(command.organization, Wanted.ORGANIZATION, "/organization")
        case MergeStakeholder():
            yield Reference(command.id, Wanted.ITSELF, "/id")
            yield Reference(command.into, Wanted.PARTY, "/into")
        case TakeQuotation():
            yield from _optional(command.speaker, Wanted.PARTY, "/speaker")
        case RecordMeeting() | CorrectMeeting():
            yield from _of_meeting(command.profile)
        case RecordStatement() | CorrectStatement():
            yield from _of_statement(command.content)
        case RecordCommitment() | CorrectCommitment():
            yield from _of_commitment(command.content)
        case SupersedeCommitment():
            yield Reference(command.successor, Wanted.COMMITMENT, "/successor")
        case MoveDue() | WithdrawCommitment() | ReachMilestone():
            yield from _cited(command.citations, "/citations")
        case AssessProgress():
            yield from _assessor(command)
            yield from _cited(command.citations, "/citations")
        case ReportNothingFound():
            yield from _assessor(command)
        case RecordOutcome() | CorrectOutcome():
            yield from _of_outcome(command.content)
        case PublishReply():
            yield Reference(command.party, Wanted.PARTY_ON_RECORD, "/party")
        case OpenDispute():
            yield from _optional(command.party, Wanted.PARTY, "/party")
        case (
            EndMembership()
            | UnmergeStakeholder()
            | RegisterSource()
            | CorrectSource()
            | VoidSource()
            | ArchiveText()
            | VoidMeeting()
            | DraftMinutes()
            | FinaliseMinutes()
            | VoidStatement()
            | VoidCommitment()
            | SetMilestone()
            | VoidOutcome()
            | PublishRubric()
            | RotateKey()
            | ContinueLog()
            | ResolveDispute()
            | RedactParts()
        ):
            return
        case _:
            assert_never(command)


def _optional(stream: StreamId | None, wanted: Wanted, pointer: str) -> Iterator[Reference]:
    if stream is not None:
        yield Reference(stream, wanted, pointer)


def _each(streams: Iterable[StreamId], wanted: Wanted, pointer: str) -> Iterator[Reference]:
    for index, stream in enumerate(streams):
        yield Reference(stream, wanted, f"{pointer}/{index}")


def _parties(streams: Iterable[StreamId], pointer: str) -> Iterator[Reference]:
    yield from _each(streams, Wanted.PARTY, pointer)


def _namesakes(streams: Iterable[StreamId]) -> Iterator[Reference]:
    """A duplicate that was merged keeps the names it has borne."""
    yield from _each(streams, Wanted.PARTY_ON_RECORD, "/namesakes")


def _cited(citations: Iterable[Citation], pointer: str) -> Iterator[Reference]:
    for index, citation in enumerate(citations):
        at = f"{pointer}/{index}"
        yield Reference(citation.source, Wanted.SOURCE, at, citation.quotation)


def _assessor(command: AssessmentCommand) -> Iterator[Reference]:
    own = command.assessor_kind in {AssessorKind.SELF, AssessorKind.PROMISEE}
    wanted = Wanted.PARTY_ON_RECORD if own else Wanted.PARTY
    yield from _optional(command.assessor, wanted, "/assessor")


def _of_organization(profile: OrganizationProfile) -> Iterator[Reference]:
    yield from _optional(profile.founder, Wanted.PARTY, "/profile/founder")


def _of_meeting(profile: MeetingProfile) -> Iterator[Reference]:
    for index, participant in enumerate(profile.participants):
        at = f"/profile/participants/{index}"
        yield Reference(participant.stakeholder, Wanted.PARTY, f"{at}/stakeholder")
        yield from _optional(participant.delegation, Wanted.ORGANIZATION, f"{at}/delegation")
    for index, claimed in enumerate(profile.claimed_dates):
        at = f"/profile/claimed_dates/{index}/source"
        yield Reference(claimed.source, Wanted.SOURCE, at)
    yield from _optional(profile.follows, Wanted.MEETING, "/profile/follows")
    yield from _each(profile.sources, Wanted.SOURCE, "/profile/sources")


def _of_statement(content: StatementContent) -> Iterator[Reference]:
    yield from _parties(content.speakers, "/content/speakers")
    yield from _parties(content.addressees, "/content/addressees")
    yield from _cited(content.citations, "/content/citations")
    yield from _optional(content.meeting, Wanted.MEETING, "/content/meeting")


def _of_commitment(content: CommitmentContent) -> Iterator[Reference]:
    yield from _parties(content.promisors, "/content/promisors")
    yield from _parties(content.promisees, "/content/promisees")
    for index, third in enumerate(content.third_parties):
        at = f"/content/third_parties/{index}/stakeholder"
        yield from _optional(third.stakeholder, Wanted.PARTY, at)
    yield from _cited(content.citations, "/content/citations")
    yield from _optional(content.statement, Wanted.STATEMENT, "/content/statement")
    yield from _optional(content.meeting, Wanted.MEETING, "/content/meeting")
    yield from _optional(content.parent, Wanted.COMMITMENT, "/content/parent")
    for index, relation in enumerate(content.relations):
        at = f"/content/relations/{index}/commitment"
        yield Reference(relation.commitment, Wanted.COMMITMENT, at)


def _of_outcome(content: OutcomeContent) -> Iterator[Reference]:
    for index, bearing in enumerate(content.bears_on):
        yield Reference(bearing.subject, Wanted.SUBJECT, f"/content/bears_on/{index}/subject")
    yield from _cited(content.citations, "/content/citations")
