"""What a request only names may not have changed unnoticed before the request is stored."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from ledger.commands import (
    AddAlias,
    Command,
    MergeStakeholder,
    RecordCommitment,
    RecordMeeting,
    RegisterOrganization,
    SupersedeCommitment,
    VoidMeeting,
)
from ledger.config import Settings
from ledger.deciding import Context
from ledger.errors import Refusal
from ledger.facts.commitment import CommitmentContent, Strength
from ledger.facts.fact import StreamId
from ledger.facts.meeting import MeetingProfile
from ledger.facts.stakeholder import OrganizationProfile
from ledger.rules.between import SuccessorIsSuperseded, VoidedReference
from ledger.rules.stakeholder import MergedParty
from ledger.service import Ledger, open_ledger
from ledger.store.port import Receipt
from ledger.vocabulary import Content, Form, VoidReason
from tests.integration.store.units import DAY, RECORDER, new_stream


@pytest.fixture
async def ledger(settings: Settings) -> AsyncIterator[Ledger]:
    async with open_ledger(settings) as opened:
        yield opened


@pytest.fixture
async def other(settings: Settings) -> AsyncIterator[Ledger]:
    """The ledger of a second process."""
    async with open_ledger(settings) as opened:
        yield opened


def context() -> Context:
    return Context(recorder=RECORDER, key=str(uuid4()), fingerprint=b"asked")


def pledge(commitment: StreamId, promisor: StreamId, meeting: StreamId) -> RecordCommitment:
    content = CommitmentContent(
        promisors=(promisor,),
        text="Will publish the register.",
        meeting=meeting,
        made_on=DAY,
        strength=Strength(form=Form.COMMITS, content=Content.SPECIFIC_ACTION),
    )
    return RecordCommitment(id=commitment, content=content)


@dataclass(frozen=True)
class World:
    """Two of each on record, none of them connected with the other."""

    parties: tuple[StreamId, StreamId] = field(default_factory=lambda: (new_stream(), new_stream()))
    pledges: tuple[StreamId, StreamId] = field(default_factory=lambda: (new_stream(), new_stream()))
    meeting: StreamId = field(default_factory=new_stream)

    def commands(self) -> list[Command]:
        names = zip(self.parties, ("Office one", "Bureau two"), strict=True)
        meeting = MeetingProfile(title="First meeting", held_on=DAY)
        return [
            *[RegisterOrganization(id=i, profile=OrganizationProfile(name=n)) for i, n in names],
            RecordMeeting(id=self.meeting, profile=meeting),
            *[pledge(each, self.parties[0], self.meeting) for each in self.pledges],
        ]

    def merges(self) -> tuple[Command, Command]:
        one, two = self.parties
        return MergeStakeholder(id=one, into=two), MergeStakeholder(id=two, into=one)

    def successions(self) -> tuple[Command, Command]:
        one, two = self.pledges
        return (
            SupersedeCommitment(id=one, successor=two, superseded_on=DAY),
            SupersedeCommitment(id=two, successor=one, superseded_on=DAY),
        )

    def naming_what_is_voided(self) -> tuple[Command, Command]:
        voiding = VoidMeeting(id=self.meeting, reason=VoidReason.TEST)
        return voiding, pledge(new_stream(), self.parties[0], self.meeting)

    def naming_who_is_merged(self) -> tuple[Command, Command]:
        one, _ = self.parties
        return self.merges()[0], pledge(new_stream(), one, self.meeting)


@pytest.fixture
async def world(ledger: Ledger, other: Ledger) -> World:
    """Known to both processes, as it stands: a refusal is judged on what was just read."""
    world = World()
    await ledger.execute(world.commands(), context())
    for each in (ledger, other):
        with pytest.raises(Refusal):
            await each.execute(world.commands(), context())
    return world


Pair = Callable[[World], tuple[Command, Command]]

PAIRS = [
    pytest.param(World.merges, MergedParty, id="merges-in-a-circle"),
    pytest.param(World.successions, SuccessorIsSuperseded, id="successions-in-a-circle"),
    pytest.param(World.naming_what_is_voided, VoidedReference, id="a-meeting-that-is-voided"),
    pytest.param(World.naming_who_is_merged, MergedParty, id="a-party-that-is-merged"),
]


@pytest.mark.parametrize(("pair", "refusal"), PAIRS)
async def test_of_two_at_once_the_second_is_judged_on_what_the_first_wrote(
    pair: Pair, refusal: type[Refusal], ledger: Ledger, world: World
) -> None:
    first, second = pair(world)

    outcomes = await asyncio.gather(
        ledger.execute([first], context()),
        ledger.execute([second], context()),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes] == [Receipt, refusal]


@pytest.mark.parametrize(("pair", "refusal"), PAIRS)
async def test_what_another_process_wrote_is_judged_though_it_was_not_known_here(
    pair: Pair, refusal: type[Refusal], ledger: Ledger, other: Ledger, world: World
) -> None:
    first, second = pair(world)
    await other.execute([first], context())

    with pytest.raises(refusal):
        await ledger.execute([second], context())


async def test_what_changed_but_still_fits_is_named_all_the_same(
    ledger: Ledger, other: Ledger, world: World
) -> None:
    party, _ = world.parties
    await other.execute([AddAlias(id=party, alias="Of two names")], context())

    receipt = await ledger.execute([pledge(new_stream(), party, world.meeting)], context())

    assert receipt.facts[0].version == 1
