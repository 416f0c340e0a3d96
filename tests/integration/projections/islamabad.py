"""A small history with everything that readers ask about. The number is the fact's position."""

from ledger.facts import AnyFact
from ledger.facts.assessment import (
    Bearing,
    OutcomeContent,
    OutcomeRecorded,
    ProgressAssessed,
)
from ledger.facts.commitment import (
    CommitmentContent,
    CommitmentRecorded,
    CommitmentSuperseded,
    CommitmentVoided,
    Due,
    Strength,
)
from ledger.facts.dispute import DisputeOpened
from ledger.facts.fact import (
    AccountId,
    AssessmentId,
    DisputeId,
    MembershipId,
    QuotationId,
    StreamId,
)
from ledger.facts.meeting import MeetingProfile, MeetingRecorded, MinutesDrafted, Participant
from ledger.facts.source import (
    Citation,
    QuotationTaken,
    SourceProfile,
    SourceRegistered,
    TextArchived,
)
from ledger.facts.stakeholder import (
    MembershipStarted,
    OrganizationProfile,
    OrganizationRegistered,
    PersonProfile,
    PersonRegistered,
    StakeholderMerged,
    StakeholderRenamed,
    StakeholderUnmerged,
)
from ledger.facts.statement import StatementContent, StatementRecorded
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
    StatementKind,
    VoidReason,
)
from tests.unit.projections.telling import ident, on, stream

META, META_TWICE, GROUP, HEAD = (stream(number) for number in range(0x10, 0x14))
SOURCE, MEETING, NEXT_MEETING, CONCERN = stream(0x20), stream(0x30), stream(0x31), stream(0x40)
LAB, SPACES, OLD, VOID = (stream(number) for number in range(0x50, 0x54))
OUTCOME = stream(0x60)
FOUND, LOST = QuotationId(ident(0x71)), QuotationId(ident(0x72))
MERGED, UNMERGED = 22, 24
TEXT = "On Tuesday they agreed to explore a Community Lab."
EXPLORES = Strength(form=Form.AGREES_TO_EXPLORE, content=Content.CONSIDER)
COMMITS = Strength(form=Form.COMMITS, content=Content.GENERAL_ACTION)


def promised(content: CommitmentContent) -> CommitmentRecorded:
    return CommitmentRecorded(effective_on=content.made_on, content=content)


FACTS: list[tuple[StreamId, AnyFact]] = [
    (  # 1
        META,
        OrganizationRegistered(
            effective_on=on("2004"),
            profile=OrganizationProfile(
                name="Meta", classification=Classification.COMPANY, founded_on=on("2004")
            ),
        ),
    ),
    (  # 2
        META_TWICE,
        OrganizationRegistered(
            effective_on=on("2022-02-15"), profile=OrganizationProfile(name="Meta Platforms")
        ),
    ),
    (  # 3
        GROUP,
        OrganizationRegistered(
            effective_on=on("2021-10"),
            profile=OrganizationProfile(
                name="Working Group",
                classification=Classification.GOVERNMENT,
                founded_on=on("2021-10"),
            ),
        ),
    ),
    (  # 4
        HEAD,
        PersonRegistered(effective_on=on("2022-02-15"), profile=PersonProfile(name="Ann Official")),
    ),
    (  # 5
        HEAD,
        MembershipStarted(
            effective_on=on("2021-11"),
            membership=MembershipId(ident(0x80)),
            organization=GROUP,
            role="Chair",
            since=on("2021-11"),
        ),
    ),
    (  # 6
        SOURCE,
        SourceRegistered(
            effective_on=on("2022-02-19"),
            profile=SourceProfile(
                publisher="The Note",
                title="A first meeting",
                claimed_on=on("2022-02-19"),
                language="en",
                basis=Basis.NOTE,
            ),
        ),
    ),
    (  # 7
        SOURCE,
        TextArchived(
            effective_on=on("2022-02-19"), text=TEXT, sha256="00", retrieved_on=on("2022-03-01")
        ),
    ),
    (  # 8
        SOURCE,
        QuotationTaken(
            effective_on=on("2022-02-19"),
            quotation=FOUND,
            exact="agreed to explore",
            speaker=HEAD,
            check=QuotationCheck.FOUND,
            start=16,
        ),
    ),
    (  # 9
        SOURCE,
        QuotationTaken(
            effective_on=on("2022-02-19"),
            quotation=LOST,
            exact="plans to establish",
            check=QuotationCheck.NOT_FOUND,
        ),
    ),
    (  # 10
        MEETING,
        MeetingRecorded(
            effective_on=on("2022-02-15"),
            profile=MeetingProfile(
                title="First meeting",
                place="Islamabad",
                held_on=on("2022-02-15"),
                participants=(
                    Participant(stakeholder=META),
                    Participant(stakeholder=HEAD, delegation=GROUP),
                ),
                agenda=("Digital literacy",),
                series="Talks",
                sources=(SOURCE,),
            ),
        ),
    ),
    (  # 11
        NEXT_MEETING,
        MeetingRecorded(
            effective_on=on("2022-06-10"),
            profile=MeetingProfile(
                title="Second meeting", held_on=on("2022-06-10"), series="Talks", follows=MEETING
            ),
        ),
    ),
    (  # 12
        CONCERN,
        StatementRecorded(
            effective_on=on("2022-02-15"),
            content=StatementContent(
                kind=StatementKind.CONCERN,
                speakers=(GROUP,),
                addressees=(META,),
                text="Harmful content stays up for too long.",
                citations=(Citation(source=SOURCE, quotation=FOUND),),
                meeting=MEETING,
                topics=("moderation",),
            ),
        ),
    ),
    (  # 13
        LAB,
        promised(
            CommitmentContent(
                promisors=(META, GROUP),
                text="Explore a community lab.",
                purpose="Open it to academia.",
                citations=(
                    Citation(source=SOURCE, quotation=FOUND),
                    Citation(source=SOURCE, quotation=LOST),
                ),
                meeting=MEETING,
                made_on=on("2022-02-15"),
                due=Due(latest=on("2022-12")),
                review_on=on("2022-06"),
                strength=EXPLORES,
                topics=("lab",),
            )
        ),
    ),
    (  # 14
        SPACES,
        promised(
            CommitmentContent(
                promisors=(META_TWICE,),
                promisees=(GROUP,),
                text="Keep online spaces safe.",
                made_on=on("2022-02-16"),
                statement=CONCERN,
                strength=COMMITS,
                topics=("moderation",),
                parent=LAB,
            )
        ),
    ),
    (  # 15
        OLD,
        promised(
            CommitmentContent(
                promisors=(GROUP,),
                text="Advocate for investment.",
                made_on=on("2021-12-01"),
                due=Due(latest=on("2022-03-31")),
                strength=COMMITS,
            )
        ),
    ),
    (OLD, CommitmentSuperseded(effective_on=on("2022-05-01"), successor=LAB)),  # 16
    (  # 17
        VOID,
        promised(
            CommitmentContent(
                promisors=(META,), text="Never said.", made_on=on("2022-02-17"), strength=COMMITS
            )
        ),
    ),
    (VOID, CommitmentVoided(effective_on=on("2022-02-17"), reason=VoidReason.NOT_SAID)),  # 18
    (  # 19
        LAB,
        ProgressAssessed(
            effective_on=on("2022-09-01"),
            assessment=AssessmentId(ident(0x90)),
            assessor_kind=AssessorKind.SELF,
            assessor=META,
            progress=Progress.IN_PROGRESS,
            rubric="1",
        ),
    ),
    (  # 20
        OUTCOME,
        OutcomeRecorded(
            effective_on=on("2022-11-30"),
            content=OutcomeContent(
                text="Monetisation opened.",
                bears_on=(
                    Bearing(subject=CONCERN, effect=Effect.ADDRESSES),
                    Bearing(subject=LAB, effect=Effect.ADVANCES),
                ),
                citations=(Citation(source=SOURCE, quotation=FOUND),),
            ),
        ),
    ),
    (META, StakeholderRenamed(effective_on=on("2022-10-01"), name="Meta Inc")),  # 21
    (META_TWICE, StakeholderMerged(effective_on=on("2022-12-20"), into=META)),  # 22
    (  # 23
        LAB,
        DisputeOpened(
            effective_on=on("2023-01-10"),
            dispute=DisputeId(ident(0xA0)),
            ground=DisputeGround.WRONG_STATUS,
            party=GROUP,
            opened_by=AccountId(ident(0xA1)),
            text="Nothing began.",
        ),
    ),
    (META_TWICE, StakeholderUnmerged(effective_on=on("2023-02-01"))),  # 24
    (  # 25
        MEETING,
        MinutesDrafted(effective_on=on("2022-02-15"), text="The chair opened the meeting."),
    ),
]


def history() -> list[tuple[StreamId, int, AnyFact]]:
    versions: dict[StreamId, int] = {}
    found = []
    for about, fact in FACTS:
        versions[about] = versions.get(about, 0) + 1
        found.append((about, versions[about], fact))
    return found
