"""A made-up history of any length: the same seed gives the same facts, about 600 bytes each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from random import Random
from uuid import UUID

from ledger.dates import PartialDate
from ledger.facts import AnyFact
from ledger.facts.assessment import ProgressAssessed
from ledger.facts.commitment import (
    CommitmentContent,
    CommitmentRecorded,
    Due,
    DueMoved,
    Strength,
    Verifiability,
)
from ledger.facts.fact import AssessmentId, QuotationId, StreamId
from ledger.facts.source import Citation, QuotationTaken, SourceProfile, SourceRegistered
from ledger.facts.stakeholder import OrganizationProfile, OrganizationRegistered
from ledger.facts.statement import StatementContent, StatementRecorded
from ledger.vocabulary import (
    AssessorKind,
    Basis,
    Classification,
    Content,
    Form,
    Progress,
    QuotationCheck,
    StatementKind,
)

SEED = 2022
PARTIES = 200
RECENT = 5000
LATE = 0.05
NEWEST = date(2025, 12, 28)
SOURCES = 50
MEANT = (
    "publish the register of public contracts in an open format",
    "explore a shared laboratory with universities and start-ups",
    "open the budget of every district office to the public",
    "answer requests for information within twenty working days",
    "strengthen the training of inspectors in all provinces",
)


@dataclass
class History:
    """Facts in the order in which they would be recorded; `streams` grows while it is read."""

    random: Random = field(default_factory=lambda: Random(SEED))
    parties: list[StreamId] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    commitments: list[StreamId] = field(default_factory=list)
    newest: dict[StreamId, PartialDate] = field(default_factory=dict)
    made: dict[StreamId, PartialDate] = field(default_factory=dict)

    def ident(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def day(self) -> PartialDate:
        year, month = self.random.randint(2015, 2024), self.random.randint(1, 12)
        return PartialDate(f"{year}-{month:02}-{self.random.randint(1, 28):02}")

    def later(self, stream: StreamId) -> PartialDate:
        """Mostly after what the stream knows; one fact in twenty comes late."""
        known = self.newest[stream].earliest
        if self.random.random() < LATE:
            return self.made[stream]
        day = PartialDate.of(min(known + timedelta(days=self.random.randint(1, 60)), NEWEST))
        self.newest[stream] = day
        return day

    def party(self) -> tuple[StreamId, AnyFact]:
        stream = StreamId(self.ident())
        self.parties.append(stream)
        profile = OrganizationProfile(
            name=f"Office {len(self.parties)} for {self.random.choice(MEANT)}",
            classification=self.random.choice(list(Classification)),
        )
        return stream, OrganizationRegistered(effective_on=PartialDate("2014"), profile=profile)

    def source(self) -> Iterator[tuple[StreamId, AnyFact]]:
        stream, on = StreamId(self.ident()), self.day()
        profile = SourceProfile(
            publisher=f"Gazette {len(self.citations)}",
            title=f"What was said about plans to {self.random.choice(MEANT)}",
            url=f"https://gazette.example/{stream}",
            claimed_on=on,
            language="en",
            basis=Basis.ON_RECORD,
        )
        yield stream, SourceRegistered(effective_on=on, profile=profile)
        quotation = QuotationId(self.ident())
        self.citations.append(Citation(source=stream, quotation=quotation))
        taken = QuotationTaken(
            effective_on=on,
            quotation=quotation,
            exact=f"we will {self.random.choice(MEANT)}",
            check=QuotationCheck.NOT_CHECKABLE,
        )
        yield stream, taken

    def statement(self) -> tuple[StreamId, AnyFact]:
        speaker, addressee = self.random.sample(self.parties, 2)
        content = StatementContent(
            kind=self.random.choice(list(StatementKind)),
            speakers=(speaker,),
            addressees=(addressee,),
            text=f"On the plan to {self.random.choice(MEANT)}, in part {self.ident()}",
            citations=(self.random.choice(self.citations),),
            topics=("openness",),
        )
        return StreamId(self.ident()), StatementRecorded(effective_on=self.day(), content=content)

    def commitment(self) -> tuple[StreamId, AnyFact]:
        stream, made = StreamId(self.ident()), self.day()
        self.commitments.append(stream)
        self.newest[stream] = self.made[stream] = made
        promisor, promisee = self.random.sample(self.parties, 2)
        content = CommitmentContent(
            promisors=(promisor,),
            promisees=(promisee,),
            text=f"Will {self.random.choice(MEANT)}, item {self.ident()}",
            citations=(self.random.choice(self.citations),),
            made_on=made,
            due=Due(latest=PartialDate(f"{made.earliest.year + 1}-12-31"), text="by next year"),
            strength=Strength(
                form=self.random.choice(list(Form)),
                content=self.random.choice(list(Content)),
                verifiability=Verifiability(deliverable=True, time=True),
                reading="the verb is will",
            ),
            topics=("openness", f"area-{self.random.randint(1, 40)}"),
        )
        return stream, CommitmentRecorded(effective_on=made, content=content)

    def assessment(self) -> tuple[StreamId, AnyFact]:
        stream = self.random.choice(self.commitments[-RECENT:])
        on = self.later(stream)
        fact = ProgressAssessed(
            effective_on=on,
            assessment=AssessmentId(self.ident()),
            assessor_kind=AssessorKind.INDEPENDENT,
            progress=self.random.choice(
                (Progress.IN_PROGRESS, Progress.STALLED, Progress.PARTLY_FULFILLED)
            ),
            citations=(self.random.choice(self.citations),),
            rubric="1",
            note=f"Looked at the yearly report, page {self.random.randint(1, 400)}",
        )
        return stream, fact

    def move(self) -> tuple[StreamId, AnyFact]:
        stream = self.random.choice(self.commitments[-RECENT:])
        on = self.later(stream)
        due = Due(latest=PartialDate(f"{on.earliest.year + 2}-06-30"), text="two years later")
        return stream, DueMoved(effective_on=on, due=due)

    def __iter__(self) -> Iterator[tuple[StreamId, AnyFact]]:
        for _ in range(PARTIES):
            yield self.party()
        for _ in range(SOURCES):
            yield from self.source()
        yield self.commitment()
        while True:
            kinds = (self.commitment, self.assessment, self.move, self.statement)
            yield self.random.choices(kinds, (30, 45, 10, 15))[0]()


def facts(count: int) -> Iterator[tuple[StreamId, AnyFact]]:
    """The first `count` facts of the history, each with its stream."""
    return islice(History(), count)
