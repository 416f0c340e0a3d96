"""One fact of every topic, with every member filled."""

from typing import Final

from ledger.dates import PartialDate
from ledger.facts import AnyFact
from ledger.facts.assessment import (
    Bearing,
    OutcomeContent,
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeVoided,
    ProgressAssessed,
    ReviewFoundNothing,
    RubricPublished,
)
from ledger.facts.commitment import (
    CommitmentContent,
    CommitmentCorrected,
    CommitmentRecorded,
    CommitmentSuperseded,
    CommitmentVoided,
    CommitmentWithdrawn,
    Due,
    DueMoved,
    MilestoneReached,
    MilestoneSet,
    Relation,
    Strength,
    ThirdParty,
    Verifiability,
)
from ledger.facts.dispute import DisputeOpened, DisputeResolved, ReplyPublished
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
from ledger.facts.housekeeping import RedactionApplied
from ledger.facts.keys import KeyRotated, LogContinued
from ledger.facts.meeting import (
    ClaimedDate,
    MeetingCorrected,
    MeetingProfile,
    MeetingRecorded,
    MeetingVoided,
    MinutesDrafted,
    MinutesFinalised,
    Participant,
)
from ledger.facts.source import (
    Citation,
    QuotationRechecked,
    QuotationTaken,
    SourceCorrected,
    SourceProfile,
    SourceRegistered,
    SourceVoided,
    TextArchived,
)
from ledger.facts.stakeholder import (
    AliasAdded,
    MembershipEnded,
    MembershipStarted,
    OrganizationCorrected,
    OrganizationProfile,
    OrganizationRegistered,
    PersonCorrected,
    PersonProfile,
    PersonRegistered,
    StakeholderMerged,
    StakeholderRenamed,
    StakeholderUnmerged,
)
from ledger.facts.statement import (
    StatementContent,
    StatementCorrected,
    StatementRecorded,
    StatementVoided,
)
from ledger.store.port import Recorder
from ledger.vocabulary import (
    AssessorKind,
    Basis,
    Classification,
    Content,
    CorrectionReason,
    DisputeGround,
    DisputeResolution,
    DueBasis,
    Effect,
    FailureReason,
    Form,
    FormalStatus,
    Progress,
    QuotationCheck,
    QuotationRole,
    RedactionBasis,
    RelationKind,
    ReopenReason,
    StatementKind,
    VoidReason,
)

FIRST_KEY: Final = "ledger.example+e0572ff1+AWuGsnP/NPzhnWuATv9aP1dHraTqoi8dScAeUt23h1tL"
NEXT_KEY: Final = "ledger.example+9004d6fa+AdRzXjomXhbu4D9ZcYubXQMBnAfYtsUfkNo6Zm7sE6s1"
OTHER_KEY: Final = "ledger.example/2+090b8cb3+AU4HQIVivtuLYM4Fwd7P460WtyIwln3gH2QLfkcptJ/O"
ID: Final = "00000000-0000-4000-8000-0000000000{:02}"
COMPANY: Final = StreamId(ID.format(1))
MINISTRY: Final = StreamId(ID.format(2))
PERSON: Final = StreamId(ID.format(3))
SOURCE: Final = StreamId(ID.format(4))
MEETING: Final = StreamId(ID.format(5))
STATEMENT: Final = StreamId(ID.format(6))
COMMITMENT: Final = StreamId(ID.format(7))
OTHER: Final = StreamId(ID.format(8))
QUOTATION: Final = QuotationId(ID.format(20))
MEMBERSHIP: Final = MembershipId(ID.format(21))
MILESTONE: Final = MilestoneId(ID.format(22))
ASSESSMENT: Final = AssessmentId(ID.format(23))
DISPUTE: Final = DisputeId(ID.format(24))
REPLY: Final = ReplyId(ID.format(25))
CLERK: Final = AccountId(ID.format(30))
JUDGE: Final = AccountId(ID.format(31))

RECORDER: Final = Recorder(
    by=CLERK, name="A clerk", on_behalf_of=MINISTRY, why="It was agreed at the meeting."
)

DAY: Final = PartialDate("2022-02-15")
MONTH: Final = PartialDate("2021-10")
YEAR: Final = PartialDate("2023")
WHO: Final = "Somebody’s reader"

CITED: Final = (
    Citation(source=SOURCE, quotation=QUOTATION),
    Citation(source=SOURCE, quotation=QUOTATION, role=QuotationRole.CONTRADICTION),
)
ORGANIZATION: Final = OrganizationProfile(
    name="Ministry of Wires",
    aliases=("MoW", "وزارت"),
    classification=Classification.GOVERNMENT,
    founded_on=MONTH,
    founder=PERSON,
    purpose="It looks after the wires.",
    url="https://wires.example/",
)
HUMAN: Final = PersonProfile(
    name="Ada Example", aliases=("A. Example",), url="https://ada.example/"
)
REPORT: Final = SourceProfile(
    publisher="Example Gazette",
    title="Networks “plan” a laboratory",
    url="https://gazette.example/lab",
    claimed_on=DAY,
    language="en",
    basis=Basis.ON_RECORD,
)
FIRST_MEETING: Final = MeetingProfile(
    title="First meeting",
    place="Exampleton",
    held_on=DAY,
    claimed_dates=(ClaimedDate(source=SOURCE, held_on=DAY, text="on Tuesday"),),
    participants=(
        Participant(stakeholder=PERSON, delegation=COMPANY, role="head of delegation"),
        Participant(stakeholder=MINISTRY),
    ),
    agenda=("Wires", "Laboratories"),
    series="Meetings about wires",
    follows=OTHER,
    sources=(SOURCE,),
)
SAID: Final = StatementContent(
    kind=StatementKind.UNDERTAKING,
    speakers=(COMPANY,),
    addressees=(MINISTRY,),
    text="They will share a plan.",
    citations=CITED,
    meeting=MEETING,
    topics=("plans", "wires"),
)
WEEK: Final = Due(
    earliest=PartialDate("2022-02-22"),
    latest=PartialDate("2022-02-25"),
    text="within 7 to 10 days",
    basis=DueBasis.CLOCK_UNKNOWN,
)
PROMISE: Final = CommitmentContent(
    promisors=(COMPANY,),
    promisees=(MINISTRY,),
    third_parties=(
        ThirdParty(name="a university", stakeholder=OTHER),
        ThirdParty(name="start-ups"),
    ),
    text="Share an action plan.",
    purpose="So that the wires get faster.",
    citations=CITED,
    statement=STATEMENT,
    meeting=MEETING,
    made_on=DAY,
    due=WEEK,
    review_on=YEAR,
    strength=Strength(
        form=Form.COMMITS,
        content=Content.SPECIFIC_ACTION,
        verifiability=Verifiability(deliverable=True, measure=True, time=True, owner=True),
        formal_status=FormalStatus.SIGNED,
        reading="“will share” decided.",
    ),
    topics=("plans",),
    parent=OTHER,
    relations=(Relation(kind=RelationKind.RESPONDS_TO, commitment=OTHER),),
)
EVENT: Final = OutcomeContent(
    text="The wires became faster.",
    bears_on=(
        Bearing(subject=STATEMENT, effect=Effect.ADDRESSES),
        Bearing(subject=COMMITMENT, effect=Effect.ADVANCES),
    ),
    citations=CITED,
)

FACTS: Final[tuple[AnyFact, ...]] = (
    OrganizationRegistered(effective_on=MONTH, profile=ORGANIZATION),
    OrganizationCorrected(
        effective_on=MONTH,
        profile=ORGANIZATION,
        reason=CorrectionReason.MISREADING,
        noticed_by=WHO,
    ),
    PersonRegistered(effective_on=DAY, profile=HUMAN),
    PersonCorrected(
        effective_on=DAY, profile=HUMAN, reason=CorrectionReason.TRANSCRIPTION, noticed_by=WHO
    ),
    StakeholderRenamed(effective_on=DAY, name="Ministry of Light"),
    AliasAdded(effective_on=DAY, alias="Light"),
    MembershipStarted(
        effective_on=MONTH,
        membership=MEMBERSHIP,
        organization=COMPANY,
        role="director",
        since=MONTH,
    ),
    MembershipEnded(effective_on=DAY, membership=MEMBERSHIP, until=DAY),
    StakeholderMerged(effective_on=DAY, into=MINISTRY),
    StakeholderUnmerged(effective_on=DAY),
    SourceRegistered(effective_on=DAY, profile=REPORT),
    SourceCorrected(
        effective_on=DAY,
        profile=REPORT,
        reason=CorrectionReason.SOURCE_CORRECTED,
        noticed_by=WHO,
    ),
    SourceVoided(effective_on=DAY, reason=VoidReason.DUPLICATE),
    TextArchived(
        effective_on=DAY, text="They will share\na plan.", sha256="ab" * 32, retrieved_on=YEAR
    ),
    QuotationTaken(
        effective_on=DAY,
        quotation=QUOTATION,
        exact="will share",
        prefix="They ",
        suffix="\na plan",
        in_heading=True,
        attributed_to="one of them",
        speaker=PERSON,
        check=QuotationCheck.FOUND,
        start=5,
    ),
    QuotationRechecked(effective_on=DAY, quotation=QUOTATION, check=QuotationCheck.FOUND, start=5),
    MeetingRecorded(effective_on=DAY, profile=FIRST_MEETING),
    MeetingCorrected(
        effective_on=DAY,
        profile=FIRST_MEETING,
        reason=CorrectionReason.TRANSLATION,
        noticed_by=WHO,
    ),
    MeetingVoided(effective_on=DAY, reason=VoidReason.TEST),
    MinutesDrafted(effective_on=DAY, text="We met.\n\nWe spoke."),
    MinutesFinalised(effective_on=DAY),
    StatementRecorded(effective_on=DAY, content=SAID),
    StatementCorrected(
        effective_on=DAY, content=SAID, reason=CorrectionReason.MISATTRIBUTION, noticed_by=WHO
    ),
    StatementVoided(effective_on=DAY, reason=VoidReason.NOT_SAID),
    CommitmentRecorded(effective_on=DAY, content=PROMISE),
    CommitmentCorrected(
        effective_on=DAY, content=PROMISE, reason=CorrectionReason.MISREADING, noticed_by=WHO
    ),
    DueMoved(effective_on=DAY, due=WEEK, citations=CITED),
    CommitmentSuperseded(effective_on=DAY, successor=OTHER),
    CommitmentWithdrawn(effective_on=DAY, citations=CITED),
    CommitmentVoided(effective_on=DAY, reason=VoidReason.OUT_OF_SCOPE),
    MilestoneSet(effective_on=DAY, milestone=MILESTONE, text="A first draft.", due=WEEK),
    MilestoneReached(effective_on=DAY, milestone=MILESTONE, citations=CITED),
    ProgressAssessed(
        effective_on=YEAR,
        assessment=ASSESSMENT,
        assessor_kind=AssessorKind.PROMISEE,
        assessor=MINISTRY,
        progress=Progress.NOT_FULFILLED,
        failure_reason=FailureReason.LACK_OF_FUNDS,
        reopen_reason=ReopenReason.NEW_EVIDENCE,
        citations=CITED,
        rubric="1",
        note="We looked again.",
    ),
    ReviewFoundNothing(
        effective_on=YEAR,
        assessor_kind=AssessorKind.OFFICIAL,
        assessor=OTHER,
        looked_at="The gazette.",
    ),
    OutcomeRecorded(effective_on=YEAR, content=EVENT),
    OutcomeCorrected(
        effective_on=YEAR, content=EVENT, reason=CorrectionReason.MISREADING, noticed_by=WHO
    ),
    OutcomeVoided(effective_on=YEAR, reason=VoidReason.NOT_SAID),
    RubricPublished(effective_on=DAY, rubric="1", definitions={"stalled": "It was in progress."}),
    ReplyPublished(effective_on=DAY, reply=REPLY, party=COMPANY, text="We meant it."),
    DisputeOpened(
        effective_on=DAY,
        dispute=DISPUTE,
        ground=DisputeGround.WRONG_STATUS,
        party=COMPANY,
        opened_by=CLERK,
        text="It was shared.",
    ),
    DisputeResolved(
        effective_on=DAY,
        dispute=DISPUTE,
        resolution=DisputeResolution.PARTLY_UPHELD,
        resolved_by=JUDGE,
        text="It was shared in part.",
    ),
    RedactionApplied(
        effective_on=DAY,
        index=41,
        part="words",
        c="cd" * 32,
        basis=RedactionBasis.LEGAL_ORDER,
        authority="order-1",
    ),
    KeyRotated(effective_on=DAY, key=NEXT_KEY, before=FIRST_KEY),
    LogContinued(effective_on=DAY, key=OTHER_KEY, before="ledger.example", size=41, root="ef" * 32),
)
