"""A small world to test in: who is there, what was said, and what is on record about it."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from ledger.dates import PartialDate
from ledger.facts import AnyFact
from ledger.facts.assessment import (
    Bearing,
    OutcomeContent,
    OutcomeRecorded,
    ProgressAssessed,
    RubricPublished,
)
from ledger.facts.commitment import (
    CommitmentContent,
    CommitmentRecorded,
    Due,
    MilestoneSet,
    Strength,
    ThirdParty,
)
from ledger.facts.dispute import DisputeOpened
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
from ledger.facts.keys import KeyRotated
from ledger.facts.meeting import MeetingProfile, MeetingRecorded, MinutesDrafted, Participant
from ledger.facts.source import (
    Citation,
    QuotationTaken,
    SourceProfile,
    SourceRegistered,
    SourceVoided,
)
from ledger.facts.stakeholder import (
    MembershipStarted,
    OrganizationProfile,
    OrganizationRegistered,
    PersonProfile,
    PersonRegistered,
    StakeholderMerged,
)
from ledger.facts.statement import StatementContent, StatementRecorded, StatementVoided
from ledger.rules.keys import LOG
from ledger.vocabulary import (
    AssessorKind,
    Basis,
    Classification,
    Content,
    DisputeGround,
    Effect,
    Form,
    Progress,
    QuotationCheck,
    QuotationRole,
    StatementKind,
    VoidReason,
)
from tests.golden.facts import FIRST_KEY, NEXT_KEY


def ident(name: str) -> str:
    """Always the same UUID for the same name."""
    return str(uuid5(NAMESPACE_OID, name))


def stream(name: str) -> StreamId:
    return StreamId(ident(name))


NEW: Final = stream("new")
"""The id of a record that nobody has begun."""
NOBODY: Final = stream("nobody")
"""An id that nothing has."""

MINISTRY: Final = stream("ministry")
COMPANY: Final = stream("company")
UNIVERSITY: Final = stream("university")
PERSON: Final = stream("person")
DOUBLE: Final = stream("double")
"""Registered twice by mistake, and merged into the ministry."""
SOURCE: Final = stream("source")
BAD_SOURCE: Final = stream("bad source")
MEETING: Final = stream("meeting")
UNDERTAKING: Final = stream("undertaking")
CONCERN: Final = stream("concern")
BAD_STATEMENT: Final = stream("bad statement")
COMMITMENT: Final = stream("commitment")
OTHER_COMMITMENT: Final = stream("other commitment")
OUTCOME: Final = stream("outcome")
RUBRIC: Final = stream("rubric")

QUOTE: Final = QuotationId(ident("quote"))
HEADING: Final = QuotationId(ident("heading"))
MEMBERSHIP: Final = MembershipId(ident("membership"))
MILESTONE: Final = MilestoneId(ident("milestone"))
ASSESSMENT: Final = AssessmentId(ident("assessment"))
DISPUTE: Final = DisputeId(ident("dispute"))
REPLY: Final = ReplyId(ident("reply"))
CLERK: Final = AccountId(ident("clerk"))
JUDGE: Final = AccountId(ident("judge"))

MET_ON: Final = PartialDate("2022-02-15")
FOUNDED: Final = PartialDate("2021-10")
DUE: Final = Due(earliest=PartialDate("2022-02-22"), latest=PartialDate("2022-02-27"))
ORIGIN: Final = Citation(source=SOURCE, quotation=QUOTE)
CONTRADICTION: Final = Citation(source=SOURCE, quotation=QUOTE, role=QuotationRole.CONTRADICTION)

MINISTRY_PROFILE: Final = OrganizationProfile(
    name="Ministry of Wires",
    aliases=("MoW",),
    classification=Classification.GOVERNMENT,
    founded_on=FOUNDED,
    purpose="It looks after the wires.",
)
COMPANY_PROFILE: Final = OrganizationProfile(
    name="Example Networks", classification=Classification.COMPANY
)
PERSON_PROFILE: Final = PersonProfile(name="Ada Example")
SOURCE_PROFILE: Final = SourceProfile(
    publisher="Example Gazette",
    title="Networks plan a laboratory",
    url="https://gazette.example/lab",
    claimed_on=PartialDate("2022-02-19"),
    language="en",
    basis=Basis.ON_RECORD,
)
MEETING_PROFILE: Final = MeetingProfile(
    title="First meeting",
    held_on=MET_ON,
    participants=(
        Participant(stakeholder=PERSON, delegation=COMPANY, role="head of delegation"),
        Participant(stakeholder=MINISTRY),
    ),
    agenda=("Wires", "Laboratories"),
    sources=(SOURCE,),
)
UNDERTAKING_CONTENT: Final = StatementContent(
    kind=StatementKind.UNDERTAKING,
    speakers=(COMPANY,),
    addressees=(MINISTRY,),
    text="They will share a plan.",
    citations=(ORIGIN,),
    meeting=MEETING,
    topics=("plans",),
)
CONCERN_CONTENT: Final = StatementContent(
    kind=StatementKind.CONCERN,
    speakers=(MINISTRY,),
    addressees=(COMPANY,),
    text="The wires are slow.",
)
COMMITMENT_CONTENT: Final = CommitmentContent(
    promisors=(COMPANY,),
    promisees=(MINISTRY,),
    third_parties=(ThirdParty(name="a university", stakeholder=UNIVERSITY),),
    text="Share an action plan.",
    citations=(ORIGIN,),
    statement=UNDERTAKING,
    meeting=MEETING,
    made_on=MET_ON,
    due=DUE,
    strength=Strength(form=Form.COMMITS, content=Content.SPECIFIC_ACTION),
    topics=("plans",),
)
OUTCOME_CONTENT: Final = OutcomeContent(
    text="The wires became faster.",
    bears_on=(Bearing(subject=CONCERN, effect=Effect.ADDRESSES),),
)

MINISTRY_REGISTERED: Final = OrganizationRegistered(effective_on=FOUNDED, profile=MINISTRY_PROFILE)
COMPANY_REGISTERED: Final = OrganizationRegistered(
    effective_on=PartialDate("2022-01-05"), profile=COMPANY_PROFILE
)
PERSON_REGISTERED: Final = PersonRegistered(
    effective_on=PartialDate("2022-01-05"), profile=PERSON_PROFILE
)
MEMBER: Final = MembershipStarted(
    effective_on=PartialDate("2022-02"),
    membership=MEMBERSHIP,
    organization=COMPANY,
    role="director",
    since=PartialDate("2022-02"),
)
MERGED: Final = StakeholderMerged(effective_on=PartialDate("2022-06-01"), into=MINISTRY)
SOURCE_REGISTERED: Final = SourceRegistered(
    effective_on=PartialDate("2022-02-19"), profile=SOURCE_PROFILE
)
QUOTED: Final = QuotationTaken(
    effective_on=PartialDate("2022-02-19"),
    quotation=QUOTE,
    exact="will share a plan",
    prefix="They ",
    check=QuotationCheck.NOT_CHECKABLE,
)
HEADING_QUOTED: Final = QuotationTaken(
    effective_on=PartialDate("2022-02-19"),
    quotation=HEADING,
    exact="Networks plan a laboratory",
    in_heading=True,
    check=QuotationCheck.NOT_CHECKABLE,
)
SOURCE_VOIDED: Final = SourceVoided(
    effective_on=PartialDate("2022-02-19"), reason=VoidReason.DUPLICATE
)
MEETING_RECORDED: Final = MeetingRecorded(effective_on=MET_ON, profile=MEETING_PROFILE)
MINUTES_DRAFTED: Final = MinutesDrafted(effective_on=MET_ON, text="We met.")
STATED: Final = StatementRecorded(effective_on=MET_ON, content=UNDERTAKING_CONTENT)
WORRIED: Final = StatementRecorded(effective_on=MET_ON, content=CONCERN_CONTENT)
STATEMENT_VOIDED: Final = StatementVoided(effective_on=MET_ON, reason=VoidReason.NOT_SAID)
PROMISED: Final = CommitmentRecorded(effective_on=MET_ON, content=COMMITMENT_CONTENT)
STEP: Final = MilestoneSet(
    effective_on=PartialDate("2022-03-01"), milestone=MILESTONE, text="A first draft."
)
DISPUTED: Final = DisputeOpened(
    effective_on=PartialDate("2022-03-10"),
    dispute=DISPUTE,
    ground=DisputeGround.NOT_SAID,
    party=COMPANY,
    opened_by=CLERK,
    text="Nobody said so.",
)
HAPPENED: Final = OutcomeRecorded(effective_on=PartialDate("2022-05-09"), content=OUTCOME_CONTENT)
ROTATED: Final = KeyRotated(effective_on=PartialDate("2022-06-01"), key=NEXT_KEY, before=FIRST_KEY)
PUBLISHED: Final = RubricPublished(
    effective_on=PartialDate("2022-01-01"),
    rubric="1",
    definitions={value: value.definition for value in Progress},
)

HISTORIES: Final[Mapping[StreamId, Sequence[AnyFact]]] = {
    MINISTRY: [MINISTRY_REGISTERED],
    COMPANY: [COMPANY_REGISTERED],
    UNIVERSITY: [
        OrganizationRegistered(
            effective_on=PartialDate("2022-01-05"),
            profile=OrganizationProfile(name="University of Cables"),
        )
    ],
    PERSON: [PERSON_REGISTERED, MEMBER],
    DOUBLE: [
        OrganizationRegistered(
            effective_on=PartialDate("2022-01-05"), profile=OrganizationProfile(name="MoW Wires")
        ),
        MERGED,
    ],
    SOURCE: [SOURCE_REGISTERED, QUOTED, HEADING_QUOTED],
    BAD_SOURCE: [SOURCE_REGISTERED, QUOTED, SOURCE_VOIDED],
    MEETING: [MEETING_RECORDED],
    UNDERTAKING: [STATED],
    CONCERN: [WORRIED],
    BAD_STATEMENT: [STATED, STATEMENT_VOIDED],
    COMMITMENT: [PROMISED],
    OTHER_COMMITMENT: [PROMISED],
    OUTCOME: [HAPPENED],
    RUBRIC: [PUBLISHED],
    LOG: [ROTATED],
}


def assessed(
    progress: Progress,
    on: str,
    *,
    kind: AssessorKind = AssessorKind.INDEPENDENT,
    by: StreamId | None = None,
    name: str = "",
) -> ProgressAssessed:
    """An assessment that is on record already."""
    return ProgressAssessed(
        effective_on=PartialDate(on),
        assessment=AssessmentId(ident(name or f"{progress} {on} {kind}")),
        assessor_kind=kind,
        assessor=by,
        progress=progress,
        rubric="1",
    )
