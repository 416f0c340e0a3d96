"""Histories that hypothesis makes: streams of every kind, with late facts and corrections.

They keep what the rules promise (a stream begins with its first fact, ids that are referred to
exist) and nothing else: days jump back and forth, the same thing is said twice.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

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
    Strength,
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
from ledger.facts.meeting import (
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
from ledger.vocabulary import (
    AssessorKind,
    Basis,
    Content,
    CorrectionReason,
    DisputeGround,
    DisputeResolution,
    Effect,
    Form,
    Progress,
    QuotationCheck,
    StatementKind,
    VoidReason,
)
from tests.unit.projections.telling import ident, stream

Facts = st.SearchStrategy[AnyFact]

DATES = st.sampled_from(
    [PartialDate(text) for text in ("2021", "2022-02", "2022-02-15", "2022-03-01", "2023-01-09")]
)
WORDS = st.sampled_from(["", "explore a lab", "build the school", "Schule für alle", "“quoted”"])
NAMES = st.sampled_from(["Meta", "Working Group", "Ministry of Ideas"])
REASONS = st.sampled_from(CorrectionReason)
VOIDS = st.sampled_from(VoidReason)
QUOTATIONS = st.integers(0, 3).map(lambda number: QuotationId(ident(0x9000 + number)))


def streams(kind: int) -> st.SearchStrategy[StreamId]:
    """Ids of this kind; the first few are those that histories begin."""
    return st.integers(0, 3).map(lambda number: stream(kind * 0x100 + number))


STAKEHOLDER, SOURCE, MEETING, STATEMENT, COMMITMENT, OUTCOME = range(1, 7)

CITATIONS = st.lists(
    st.builds(Citation, source=streams(SOURCE), quotation=QUOTATIONS), max_size=2, unique=True
).map(tuple)


def _some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2, unique=True).map(tuple)


def _at_least_one(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, min_size=1, max_size=2, unique=True).map(tuple)


DUES = st.builds(Due, latest=DATES, text=WORDS)

COMMITMENT_CONTENTS = st.builds(
    CommitmentContent,
    promisors=_at_least_one(streams(STAKEHOLDER)),
    promisees=_some(streams(STAKEHOLDER)),
    text=WORDS,
    citations=CITATIONS,
    statement=st.none() | streams(STATEMENT),
    meeting=st.none() | streams(MEETING),
    made_on=DATES,
    due=st.none() | DUES,
    review_on=st.none() | DATES,
    strength=st.builds(
        Strength, form=st.sampled_from(Form), content=st.sampled_from(Content), reading=WORDS
    ),
    topics=_some(st.sampled_from(["schools", "moderation"])),
    parent=st.none() | streams(COMMITMENT),
)


def _recorded(content: CommitmentContent) -> CommitmentRecorded:
    return CommitmentRecorded(effective_on=content.made_on, content=content)


IDS = st.integers(0, 2).map(ident)
ACCOUNTS = st.just(AccountId(ident(0xACC)))

DISPUTES: list[Facts] = [
    st.builds(
        ReplyPublished,
        effective_on=DATES,
        reply=IDS.map(ReplyId),
        party=streams(STAKEHOLDER),
        text=WORDS,
    ),
    st.builds(
        DisputeOpened,
        effective_on=DATES,
        dispute=IDS.map(DisputeId),
        ground=st.sampled_from(DisputeGround),
        opened_by=ACCOUNTS,
        text=WORDS,
    ),
    st.builds(
        DisputeResolved,
        effective_on=DATES,
        dispute=IDS.map(DisputeId),
        resolution=st.sampled_from(DisputeResolution),
        resolved_by=ACCOUNTS,
        text=WORDS,
    ),
]

COMMITMENT_FACTS: list[Facts] = [
    st.builds(
        CommitmentCorrected,
        effective_on=DATES,
        content=COMMITMENT_CONTENTS,
        reason=REASONS,
        noticed_by=WORDS,
    ),
    st.builds(DueMoved, effective_on=DATES, due=DUES, citations=CITATIONS),
    st.builds(CommitmentSuperseded, effective_on=DATES, successor=streams(COMMITMENT)),
    st.builds(CommitmentWithdrawn, effective_on=DATES, citations=CITATIONS),
    st.builds(CommitmentVoided, effective_on=DATES, reason=VOIDS),
    st.builds(
        MilestoneSet,
        effective_on=DATES,
        milestone=IDS.map(MilestoneId),
        text=WORDS,
        due=st.none() | DUES,
    ),
    st.builds(MilestoneReached, effective_on=DATES, milestone=IDS.map(MilestoneId)),
    st.builds(
        ProgressAssessed,
        effective_on=DATES,
        assessment=IDS.map(AssessmentId),
        assessor_kind=st.sampled_from(AssessorKind),
        assessor=st.none() | streams(STAKEHOLDER),
        progress=st.sampled_from(Progress),
        citations=CITATIONS,
        rubric=st.just("1"),
        note=WORDS,
    ),
    st.builds(
        ReviewFoundNothing,
        effective_on=DATES,
        assessor_kind=st.sampled_from(AssessorKind),
        looked_at=WORDS,
    ),
    *DISPUTES,
]

STATEMENT_CONTENTS = st.builds(
    StatementContent,
    kind=st.sampled_from(StatementKind),
    speakers=_at_least_one(streams(STAKEHOLDER)),
    addressees=_some(streams(STAKEHOLDER)),
    text=WORDS,
    citations=CITATIONS,
    meeting=st.none() | streams(MEETING),
)
STATEMENT_FACTS: list[Facts] = [
    st.builds(StatementCorrected, effective_on=DATES, content=STATEMENT_CONTENTS, reason=REASONS),
    st.builds(StatementVoided, effective_on=DATES, reason=VOIDS),
    *DISPUTES,
]

MEETING_PROFILES = st.builds(
    MeetingProfile,
    title=WORDS,
    place=WORDS,
    held_on=DATES,
    participants=_some(
        st.builds(
            Participant,
            stakeholder=streams(STAKEHOLDER),
            delegation=st.none() | streams(STAKEHOLDER),
        )
    ),
    agenda=_some(WORDS),
    series=WORDS,
    follows=st.none() | streams(MEETING),
    sources=_some(streams(SOURCE)),
)
MEETING_FACTS: list[Facts] = [
    st.builds(MeetingCorrected, effective_on=DATES, profile=MEETING_PROFILES, reason=REASONS),
    st.builds(MeetingVoided, effective_on=DATES, reason=VOIDS),
    st.builds(MinutesDrafted, effective_on=DATES, text=WORDS),
    st.builds(MinutesFinalised, effective_on=DATES),
]

SOURCE_PROFILES = st.builds(
    SourceProfile,
    publisher=NAMES,
    title=WORDS,
    claimed_on=st.none() | DATES,
    basis=st.sampled_from(Basis),
)
CHECKS = st.sampled_from(QuotationCheck)
SOURCE_FACTS: list[Facts] = [
    st.builds(SourceCorrected, effective_on=DATES, profile=SOURCE_PROFILES, reason=REASONS),
    st.builds(SourceVoided, effective_on=DATES, reason=VOIDS),
    st.builds(
        TextArchived, effective_on=DATES, text=WORDS, sha256=st.just("00"), retrieved_on=DATES
    ),
    st.builds(
        QuotationTaken,
        effective_on=DATES,
        quotation=QUOTATIONS,
        exact=WORDS,
        check=CHECKS,
        speaker=st.none() | streams(STAKEHOLDER),
    ),
    st.builds(QuotationRechecked, effective_on=DATES, quotation=QUOTATIONS, check=CHECKS),
]

ORGANIZATIONS = st.builds(
    OrganizationProfile,
    name=NAMES,
    aliases=_some(NAMES),
    founded_on=st.none() | DATES,
    purpose=WORDS,
)
STAKEHOLDER_FACTS: list[Facts] = [
    st.builds(OrganizationCorrected, effective_on=DATES, profile=ORGANIZATIONS, reason=REASONS),
    st.builds(StakeholderRenamed, effective_on=DATES, name=NAMES),
    st.builds(AliasAdded, effective_on=DATES, alias=NAMES),
    st.builds(
        MembershipStarted,
        effective_on=DATES,
        membership=IDS.map(MembershipId),
        organization=streams(STAKEHOLDER),
        role=WORDS,
    ),
    st.builds(MembershipEnded, effective_on=DATES, membership=IDS.map(MembershipId), until=DATES),
    st.builds(StakeholderMerged, effective_on=DATES, into=streams(STAKEHOLDER)),
    st.builds(StakeholderUnmerged, effective_on=DATES),
]

OUTCOME_CONTENTS = st.builds(
    OutcomeContent,
    text=WORDS,
    bears_on=_at_least_one(
        st.builds(
            Bearing,
            subject=streams(COMMITMENT) | streams(STATEMENT),
            effect=st.sampled_from(Effect),
        )
    ),
    citations=CITATIONS,
)
OUTCOME_FACTS: list[Facts] = [
    st.builds(OutcomeCorrected, effective_on=DATES, content=OUTCOME_CONTENTS, reason=REASONS),
    st.builds(OutcomeVoided, effective_on=DATES, reason=VOIDS),
]

BEGINNINGS: Mapping[int, Facts] = {
    STAKEHOLDER: st.builds(OrganizationRegistered, effective_on=DATES, profile=ORGANIZATIONS),
    SOURCE: st.builds(SourceRegistered, effective_on=DATES, profile=SOURCE_PROFILES),
    MEETING: st.builds(MeetingRecorded, effective_on=DATES, profile=MEETING_PROFILES),
    STATEMENT: st.builds(StatementRecorded, effective_on=DATES, content=STATEMENT_CONTENTS),
    COMMITMENT: COMMITMENT_CONTENTS.map(_recorded),
    OUTCOME: st.builds(OutcomeRecorded, effective_on=DATES, content=OUTCOME_CONTENTS),
}
LATER: Mapping[int, Sequence[Facts]] = {
    STAKEHOLDER: STAKEHOLDER_FACTS,
    SOURCE: SOURCE_FACTS,
    MEETING: MEETING_FACTS,
    STATEMENT: STATEMENT_FACTS,
    COMMITMENT: COMMITMENT_FACTS,
    OUTCOME: OUTCOME_FACTS,
}


@st.composite
def stories(draw: Callable[..., Any], kind: int, most: int = 8) -> list[AnyFact]:
    """One stream of a kind."""
    later = draw(st.lists(st.one_of(*LATER[kind]), max_size=most))
    return _plausible([draw(BEGINNINGS[kind]), *later])


def _plausible(facts: Sequence[AnyFact]) -> list[AnyFact]:
    """Without what the rules would refuse because it speaks of a quotation never taken."""
    taken: set[str] = set()
    kept: list[AnyFact] = []
    for fact in facts:
        match fact:
            case QuotationTaken(quotation=quotation) if quotation not in taken:
                taken.add(quotation)
            case QuotationTaken():
                continue
            case QuotationRechecked(quotation=quotation) if quotation not in taken:
                continue
            case _:
                pass
        kept.append(fact)
    return kept


@st.composite
def ledgers(draw: Callable[..., Any], most: int = 8) -> list[tuple[StreamId, int, AnyFact]]:
    """Several streams of every kind, interleaved: (stream, version, fact) by position."""
    kinds = draw(st.lists(st.sampled_from(sorted(BEGINNINGS)), min_size=1, max_size=most))
    queues: dict[StreamId, list[AnyFact]] = {}
    for kind in kinds:
        about = stream(kind * 0x100 + sum(name[:-2] == _prefix(kind) for name in queues))
        queues[about] = draw(stories(kind, most=5))
    versions = dict.fromkeys(queues, 0)
    history = []
    while waiting := [about for about, queue in queues.items() if queue]:
        about = draw(st.sampled_from(waiting))
        versions[about] += 1
        history.append((about, versions[about], queues[about].pop(0)))
    return history


def _prefix(kind: int) -> str:
    return stream(kind * 0x100)[:-2]
