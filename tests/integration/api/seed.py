"""A small record, put into a real ledger with real commands: two parties, a meeting, a promise."""

from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from ledger.commands import (
    Command,
    RecordCommitment,
    RecordMeeting,
    RecordOutcome,
    RecordStatement,
    RegisterOrganization,
    RegisterSource,
    TakeQuotation,
    VoidCommitment,
)
from ledger.dates import PartialDate
from ledger.deciding import Context
from ledger.facts.assessment import Bearing, OutcomeContent
from ledger.facts.commitment import CommitmentContent, Due, Strength
from ledger.facts.fact import AccountId, QuotationId, StreamId
from ledger.facts.meeting import MeetingProfile, Participant
from ledger.facts.source import Citation, SourceProfile
from ledger.facts.stakeholder import OrganizationProfile
from ledger.facts.statement import StatementContent
from ledger.service import Ledger
from ledger.store.port import Receipt, Recorder
from ledger.vocabulary import (
    Basis,
    Classification,
    Content,
    Effect,
    Form,
    StatementKind,
    VoidReason,
)

RECORDER: Final = Recorder(by=AccountId("00000000-0000-4000-8000-000000000001"), name="Clerk")
DAY: Final = PartialDate("2022-02-15")


def ident(name: str) -> str:
    """The same name, the same id."""
    return str(uuid5(NAMESPACE_URL, name))


def stream(name: str) -> StreamId:
    return StreamId(ident(name))


@dataclass(frozen=True)
class Cast:
    """Who and what the seed is about."""

    ministry: StreamId
    company: StreamId
    source: StreamId
    meeting: StreamId
    statement: StreamId
    commitment: StreamId
    outcome: StreamId
    quotation: QuotationId


CAST: Final = Cast(
    ministry=stream("ministry"),
    company=stream("company"),
    source=stream("source"),
    meeting=stream("meeting"),
    statement=stream("statement"),
    commitment=stream("commitment"),
    outcome=stream("outcome"),
    quotation=QuotationId(ident("quotation")),
)
CITATION: Final = Citation(source=CAST.source, quotation=CAST.quotation)


def promise(name: str, *, text: str = "Open a lab", topic: str = "labs") -> RecordCommitment:
    """A commitment of the company to the ministry."""
    content = CommitmentContent(
        promisors=(CAST.company,),
        promisees=(CAST.ministry,),
        text=text,
        citations=(CITATION,),
        meeting=CAST.meeting,
        made_on=DAY,
        due=Due(latest=PartialDate("2022-12-31")),
        strength=Strength(form=Form.AGREES_TO_EXPLORE, content=Content.CONSIDER),
        topics=(topic,),
    )
    return RecordCommitment(id=stream(name), content=content)


def void(commitment: StreamId) -> VoidCommitment:
    """It was entered to try the ledger out."""
    return VoidCommitment(id=commitment, reason=VoidReason.TEST)


def organization(name: str, classification: Classification) -> RegisterOrganization:
    profile = OrganizationProfile(name=name, classification=classification)
    return RegisterOrganization(id=stream(name.removeprefix("The ").lower()), profile=profile)


def commands() -> list[Command]:
    """One request: everything or nothing."""
    return [
        organization("The Ministry", Classification.GOVERNMENT),
        organization("The Company", Classification.COMPANY),
        RegisterSource(
            id=CAST.source,
            profile=SourceProfile(
                publisher="The Gazette",
                title='=HYPERLINK("x") & <b>news</b>',
                url="https://gazette.example/1",
                basis=Basis.ON_RECORD,
            ),
        ),
        TakeQuotation(id=CAST.source, quotation=CAST.quotation, exact="agreed to explore a lab"),
        RecordMeeting(
            id=CAST.meeting,
            profile=MeetingProfile(
                title="First meeting",
                place="Islamabad",
                held_on=DAY,
                participants=(
                    Participant(stakeholder=CAST.ministry),
                    Participant(stakeholder=CAST.company),
                ),
                sources=(CAST.source,),
            ),
        ),
        RecordStatement(
            id=CAST.statement,
            said_on=DAY,
            content=StatementContent(
                kind=StatementKind.CONCERN,
                speakers=(CAST.ministry,),
                addressees=(CAST.company,),
                text="Harmful content stays up too long",
                citations=(CITATION,),
                meeting=CAST.meeting,
                topics=("moderation",),
            ),
        ),
        promise("commitment"),
        RecordOutcome(
            id=CAST.outcome,
            happened_on=PartialDate("2022-11-29"),
            content=OutcomeContent(
                text="A feature opened",
                bears_on=(Bearing(subject=CAST.statement, effect=Effect.ADDRESSES),),
                citations=(CITATION,),
            ),
        ),
    ]


async def record(ledger: Ledger, key: str, *given: Command) -> Receipt:
    """Execute as the clerk; the key is its own fingerprint."""
    return await ledger.execute(
        given, Context(recorder=RECORDER, key=key, fingerprint=key.encode())
    )


async def plant(ledger: Ledger) -> Receipt:
    """The whole seed."""
    return await record(ledger, "seed", *commands())
