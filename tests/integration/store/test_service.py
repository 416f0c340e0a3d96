"""Commands in, receipts out: races, retries, refusals, and who hears of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

import pytest

from ledger.commands import (
    AddAlias,
    Command,
    MergeStakeholder,
    RegisterOrganization,
    RegisterPerson,
    RenameStakeholder,
    StartMembership,
)
from ledger.config import Settings
from ledger.deciding import Context, NothingToRecord
from ledger.errors import Refusal
from ledger.facts.fact import MembershipId, StreamId
from ledger.facts.stakeholder import OrganizationProfile, PersonProfile
from ledger.rules.record import IdTaken
from ledger.rules.stakeholder import AlreadyBorne, LookAlikeName, MergedParty, UnknownParty
from ledger.service import KeyReusedForSomethingElse, Ledger, VersionMoved, open_ledger
from ledger.states import Turns
from ledger.store.codec import decode
from ledger.store.port import Receipt
from tests.integration.store.units import DAY, RECORDER, new_stream


@pytest.fixture
async def ledger(settings: Settings) -> AsyncIterator[Ledger]:
    async with open_ledger(settings) as opened:
        yield opened


def context(
    key: str | None = None,
    *,
    fingerprint: bytes = b"asked",
    expected: Mapping[StreamId, int] | None = None,
) -> Context:
    return Context(
        recorder=RECORDER,
        key=key or str(uuid4()),
        fingerprint=fingerprint,
        expected=expected or {},
    )


def register(stream: StreamId, name: str) -> RegisterPerson:
    return RegisterPerson(id=stream, profile=PersonProfile(name=name))


def joins(person: StreamId, organization: StreamId) -> StartMembership:
    return StartMembership(
        id=person,
        membership=MembershipId(str(uuid4())),
        organization=organization,
        role="adviser",
    )


async def refused(
    ledger: Ledger, *commands: Command, by: type[Refusal], under: Context | None = None
) -> str:
    """The pointer of the refusal; nothing is stored."""
    before = await ledger.head()

    with pytest.raises(by) as raised:
        await ledger.execute(commands, under or context())

    assert await ledger.head() == before
    return raised.value.pointer


def names(ledger: Ledger, stream: StreamId) -> Sequence[str]:
    return [type(decode(entry).fact).__name__ for entry in ledger.store.stream(stream)]


async def test_commands_of_one_request_see_each_other_and_are_stored_together(
    ledger: Ledger,
) -> None:
    stream = new_stream()

    receipt = await ledger.execute(
        [register(stream, "Zainab"), AddAlias(id=stream, alias="Z. Khan")], context()
    )

    assert [(line.position, line.version) for line in receipt.facts] == [(1, 1), (2, 2)]
    assert names(ledger, stream) == ["PersonRegistered", "AliasAdded"]
    assert await ledger.head() == await asyncio.to_thread(ledger.store.head)


async def test_a_refusal_of_one_command_leaves_nothing_of_the_others(ledger: Ledger) -> None:
    stream = new_stream()

    pointer = await refused(
        ledger,
        register(stream, "Zainab"),
        AddAlias(id=stream, alias="Zainab"),
        by=AlreadyBorne,
    )

    assert pointer == "/1/alias"


async def test_a_request_without_a_command_is_refused(ledger: Ledger) -> None:
    await refused(ledger, by=NothingToRecord)


async def test_a_reference_to_nothing_is_refused_at_its_place(ledger: Ledger) -> None:
    stream = new_stream()
    await ledger.execute([register(stream, "Zainab")], context())

    pointer = await refused(
        ledger,
        joins(stream, new_stream()),
        by=UnknownParty,
    )

    assert pointer == "/0/organization"


async def test_the_same_key_gets_the_first_receipt_though_the_rules_would_now_refuse(
    ledger: Ledger,
) -> None:
    stream, asked = new_stream(), context("once")
    first = await ledger.execute([register(stream, "Zainab")], asked)

    again = await ledger.execute([register(stream, "Zainab")], asked)

    assert again == replace(first, replayed=True)


async def test_the_same_key_at_the_same_time_stores_once(ledger: Ledger) -> None:
    asked = context("once")

    receipts = await asyncio.gather(
        *[ledger.execute([register(new_stream(), "Zainab")], asked) for _ in range(8)]
    )

    assert len({receipt.facts for receipt in receipts}) == 1
    assert [receipt.replayed for receipt in receipts].count(False) == 1
    assert (await ledger.head()).position == 1


async def test_a_key_that_stood_for_something_else_is_refused(ledger: Ledger) -> None:
    stream = new_stream()
    await ledger.execute([register(stream, "Zainab")], context("once"))

    for command in (register(stream, "Zainab"), register(new_stream(), "Yusra")):
        await refused(
            ledger,
            command,
            by=KeyReusedForSomethingElse,
            under=context("once", fingerprint=b"something else"),
        )


async def test_a_name_that_looks_the_same_is_refused_where_it_is_claimed(ledger: Ledger) -> None:
    await ledger.execute([register(new_stream(), "Zainab")], context())

    pointer = await refused(
        ledger,
        register(new_stream(), "Yusra"),
        register(new_stream(), "Z\N{CYRILLIC SMALL LETTER A}inab"),
        by=LookAlikeName,
    )

    assert pointer == "/1/profile/name"


async def test_an_expected_version_must_still_be_the_newest(ledger: Ledger) -> None:
    stream = new_stream()
    await ledger.execute([register(stream, "Zainab")], context(expected={stream: 0}))
    command = AddAlias(id=stream, alias="Z. Khan")

    await refused(ledger, command, by=VersionMoved, under=context(expected={stream: 0}))

    receipt = await ledger.execute([command], context(expected={stream: 1}))
    assert receipt.facts[0].version == 2


async def test_many_at_once_about_one_stream_are_all_stored_in_turn(ledger: Ledger) -> None:
    stream = new_stream()
    await ledger.execute([register(stream, "Zainab")], context())

    receipts = await asyncio.gather(
        *[
            ledger.execute([AddAlias(id=stream, alias=f"Z. {index}")], context())
            for index in range(40)
        ]
    )

    assert sorted(receipt.facts[0].version for receipt in receipts) == list(range(2, 42))


async def test_requests_that_name_the_same_streams_in_another_order_both_end(
    ledger: Ledger,
) -> None:
    one, two = new_stream(), new_stream()
    await ledger.execute([register(one, "Zainab"), register(two, "Yusra")], context())

    def rename(first: StreamId, second: StreamId, name: str) -> Sequence[Command]:
        return [AddAlias(id=first, alias=f"A. {name}"), AddAlias(id=second, alias=f"B. {name}")]

    async with asyncio.timeout(30):
        await asyncio.gather(
            *[
                ledger.execute(rename(*order, f"{index} {order[0]}"), context())
                for index, order in enumerate([(one, two), (two, one)] * 10)
            ]
        )

    assert len(names(ledger, one)) == len(names(ledger, two)) == 21


async def test_turns_that_are_asked_for_in_another_order_all_come() -> None:
    turns, one, two = Turns(), new_stream(), new_stream()

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for order in [(one, two), (two, one)] * 10:
            tasks.create_task(in_turn(turns, *order))


async def test_whoever_is_cancelled_while_waiting_lets_the_next_one_go_on() -> None:
    turns, one, two = Turns(), new_stream(), new_stream()
    async with turns.of([two]):
        waiting = asyncio.create_task(in_turn(turns, one, two))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    async with asyncio.timeout(30):
        await in_turn(turns, one, two)


async def in_turn(turns: Turns, *streams: StreamId) -> None:
    async with turns.of(streams):
        await asyncio.sleep(0)


async def test_listeners_hear_the_newest_position_after_each_commit(ledger: Ledger) -> None:
    heard: list[int] = []
    ledger.listen(heard.append)

    for name in ("Zainab", "Yusra"):
        await ledger.execute([register(new_stream(), name)], context())
    await refused(ledger, by=NothingToRecord)

    assert heard == [1, 2]


# --- two processes on one ledger


@pytest.fixture
async def other(settings: Settings) -> AsyncIterator[Ledger]:
    """The ledger of a second process."""
    async with open_ledger(settings) as opened:
        yield opened


async def test_who_loses_a_race_decides_again_on_what_the_winner_wrote(
    ledger: Ledger, other: Ledger
) -> None:
    stream = new_stream()
    await ledger.execute([register(stream, "Zainab")], context())
    await other.execute([AddAlias(id=stream, alias="Z. Khan")], context())

    receipt = await ledger.execute([AddAlias(id=stream, alias="Z. K.")], context())

    assert (receipt.facts[0].version, receipt.position) == (3, 3)


async def test_a_refusal_is_never_made_from_what_another_process_has_changed(
    ledger: Ledger, other: Ledger
) -> None:
    stream = new_stream()
    await ledger.execute([register(stream, "Zainab")], context())
    await other.execute(
        [RenameStakeholder(id=stream, name="Zainab Khan", renamed_on=DAY)], context()
    )
    await other.execute([register(new_stream(), "Yusra")], context())

    receipt: Receipt = await ledger.execute(
        [RenameStakeholder(id=stream, name="Zainab", renamed_on=DAY)], context()
    )

    assert receipt.facts[0].version == 3


async def test_a_stream_that_another_process_made_is_not_made_again(
    ledger: Ledger, other: Ledger
) -> None:
    stream = new_stream()
    await other.execute([register(stream, "Zainab")], context())

    pointer = await refused(ledger, register(stream, "Yusra"), by=IdTaken)

    assert pointer == "/0/id"


async def test_what_another_process_changed_is_known_after_the_next_own_fact(
    ledger: Ledger, other: Ledger
) -> None:
    person, one, two = new_stream(), new_stream(), new_stream()
    await ledger.execute(
        [
            register(person, "Zainab"),
            RegisterOrganization(id=one, profile=OrganizationProfile(name="One")),
            RegisterOrganization(id=two, profile=OrganizationProfile(name="Two")),
        ],
        context(),
    )
    await other.execute([MergeStakeholder(id=one, into=two)], context())
    await ledger.execute([AddAlias(id=person, alias="Z. Khan")], context())

    pointer = await refused(ledger, joins(person, one), by=MergedParty)

    assert pointer == "/0/organization"


async def test_both_writing_at_once_leave_no_gap_and_lose_nothing(
    ledger: Ledger, other: Ledger
) -> None:
    stream = new_stream()
    await ledger.execute([register(stream, "Zainab")], context())

    receipts = await asyncio.gather(
        *[
            each.execute([AddAlias(id=stream, alias=f"{each is other} {index}")], context())
            for index in range(10)
            for each in (ledger, other)
        ]
    )

    assert sorted(receipt.position for receipt in receipts) == list(range(2, 22))
