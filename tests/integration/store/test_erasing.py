"""A redaction and what it takes away are one transaction, on both databases."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from ledger.commands import AddAlias, RedactParts, RegisterPerson, RenameStakeholder
from ledger.config import Settings
from ledger.deciding import Context
from ledger.errors import Refusal, StorageError
from ledger.facts.fact import WITHHELD, AccountId, StreamId
from ledger.facts.stakeholder import PersonProfile
from ledger.names import skeleton
from ledger.redacting import (
    NoSuchFact,
    NoSuchPart,
    Place,
    RedactedAlready,
    find_targets,
    refuse_gone,
)
from ledger.rules.housekeeping import AppliedAlready, ApprovedByItsProposer
from ledger.service import KeyReusedForSomethingElse, Ledger, open_ledger
from ledger.store.codec import decode
from ledger.store.port import Claim, Draft, Erasure, Part, PartGone, Receipt, Store
from ledger.store.sqlite import PRAGMAS
from ledger.store.sqlite_module import sqlite
from ledger.vocabulary import RedactionBasis
from tests.integration.store.raw import Refused, raw
from tests.integration.store.test_append_only import redaction
from tests.integration.store.units import (
    ACCOUNT,
    DAY,
    RECORDER,
    alias,
    draft,
    key,
    new_stream,
    stored,
    unit,
)
from tests.support.files import raw_bytes

PROPOSER = AccountId("7b1cf0f7-6d36-4e79-8a6e-8b1f9b6b3d3e")
STREAM = StreamId("5a0d6a9e-52c5-4f43-9d0c-1f5f0d3c7b11")
WORDS = "words"


def erasing(store: Store, position: int, *names: str) -> Draft:
    """A redaction of the words of a fact, in a stream of its own."""
    (entry,) = store.entries(after=position - 1, limit=1)
    made = draft(new_stream(), fact=redaction(entry))
    return replace(made, erases=Erasure(position, WORDS, names))


def is_blank(store: Store, position: int) -> bool:
    (entry,) = store.entries(after=position - 1, limit=1)
    return Part(WORDS, None, None) in entry.parts


def test_several_parts_go_with_several_facts_in_one_request(store: Store) -> None:
    stored(store, unit(draft(STREAM), draft(STREAM, 2, alias())), unit())

    (receipt,) = stored(store, unit(erasing(store, 1), erasing(store, 3)))

    assert [fact.position for fact in receipt.facts] == [4, 5]
    assert [is_blank(store, position) for position in (1, 2, 3)] == [True, False, True]


def test_a_request_that_erases_takes_its_place_among_others_of_a_batch(store: Store) -> None:
    stored(store, unit(draft(STREAM)))

    before, redacted, after = stored(store, unit(), unit(erasing(store, 1)), unit())

    assert [each.position for each in (before, redacted, after)] == [2, 3, 4]
    assert is_blank(store, 1)


def test_what_is_gone_already_is_said_and_takes_nothing_with_it(store: Store) -> None:
    stored(store, unit(draft(STREAM)), unit())
    first, second = erasing(store, 1), erasing(store, 1)

    outcomes = store.append([unit(first), unit(second, erasing(store, 2)), unit()], 0)

    assert [type(each) for each in outcomes] == [Receipt, PartGone, Receipt]
    assert outcomes[1] == PartGone(1, WORDS)
    assert not is_blank(store, 2)


def test_a_failure_in_the_middle_leaves_all_as_it_was(store: Store) -> None:
    """The second redaction names another commitment, so the trigger refuses its erasure."""
    stored(store, unit(draft(STREAM)), unit())
    wrong = replace(erasing(store, 1), erases=Erasure(2, WORDS))
    before = store.entries(after=0, limit=9)

    with pytest.raises(StorageError):
        store.append([unit(erasing(store, 1), wrong)], 0)

    assert store.entries(after=0, limit=9) == before
    stored(store, unit())


def test_the_digest_of_the_request_goes_and_its_key_still_answers(
    settings: Settings, store: Store
) -> None:
    told = key("told", b"a digest of the words")
    (receipt,) = stored(store, unit(draft(STREAM), draft(STREAM, 2, alias()), key=told), unit())[:1]
    stored(store, unit(erasing(store, 2)))

    with raw(settings) as database:
        kept = database.execute("SELECT fingerprint FROM idempotency ORDER BY last_position")

    assert [bytes(each) for (each,) in kept] == [b"", b"asked", b"asked"]
    assert store.receipt(told) == replace(receipt, replayed=True)
    assert store.receipt(replace(told, fingerprint=b"anything")) == replace(receipt, replayed=True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE idempotency SET fingerprint = 'other' WHERE last_position = 1",
        "UPDATE idempotency SET key = 'x', fingerprint = '' WHERE last_position = 1",
        "UPDATE idempotency SET fingerprint = '' WHERE last_position = 2",
        "DELETE FROM claims WHERE name = 'somebody'",
        "UPDATE claims SET name = 'x' WHERE name = 'zainab'",
    ],
)
def test_a_redaction_lets_no_other_digest_and_no_other_name_go(
    settings: Settings, store: Store, statement: str
) -> None:
    stored(store, unit(draft(STREAM), claims=[Claim("zainab", STREAM)]))
    stored(store, unit(claims=[Claim("somebody", new_stream())]))
    stored(store, unit(erasing(store, 1)))
    if not settings.on_postgres:
        statement = statement.replace("''", "x''").replace("'other'", "x'00'")

    with pytest.raises(Refused), raw(settings) as database:
        database.execute(statement)


# --- the whole way of a command


def order(ledger: Ledger, *places: Place, ident: StreamId | None = None) -> RedactParts:
    return RedactParts(
        id=ident or new_stream(),
        targets=find_targets(ledger.store, places),
        basis=RedactionBasis.SAFETY,
        authority="order-17",
        proposed_by=PROPOSER,
        approved_by=ACCOUNT,
    )


def asked(name: str, fingerprint: bytes = b"asked") -> Context:
    return Context(recorder=RECORDER, key=name, fingerprint=fingerprint)


def person(stream: StreamId, name: str) -> RegisterPerson:
    return RegisterPerson(id=stream, profile=PersonProfile(name=name))


def renamed(name: str) -> RenameStakeholder:
    return RenameStakeholder(id=STREAM, name=name, renamed_on=DAY)


async def test_a_redaction_is_carried_out_once_whoever_repeats_it(settings: Settings) -> None:
    async with open_ledger(settings) as ledger:
        await ledger.execute([person(STREAM, "Zainab Qx7")], asked("one"))
        command = order(ledger, Place(1, WORDS))

        receipt = await ledger.execute([command], asked("two"))
        again = await ledger.execute([command], asked("two"))

        assert again == replace(receipt, replayed=True)
        assert is_blank(ledger.store, 1)
        with pytest.raises(AppliedAlready):
            await ledger.execute([command], asked("three"))
        with pytest.raises(KeyReusedForSomethingElse):
            await ledger.execute([command], asked("two", b"else"))
        assert (await ledger.head()).position == 2


async def test_two_orders_for_one_part_are_not_both_carried_out(settings: Settings) -> None:
    async with open_ledger(settings) as ledger:
        await ledger.execute([person(STREAM, "Zainab Qx7")], asked("one"))
        first, second = order(ledger, Place(1, WORDS)), order(ledger, Place(1, WORDS))

        await ledger.execute([first], asked("two"))
        with pytest.raises(RedactedAlready) as raised:
            await ledger.execute([second], asked("three"))
        assert raised.value.pointer == "/0/targets/0"
        with pytest.raises(RedactedAlready):
            refuse_gone(ledger.store, [Place(1, WORDS)])


async def test_what_is_not_there_cannot_be_redacted(settings: Settings) -> None:
    async with open_ledger(settings) as ledger:
        await ledger.execute([person(STREAM, "Zainab Qx7")], asked("one"))
        for place, refusal, pointer in (
            (Place(2, WORDS), NoSuchFact, "/targets/1/position"),
            (Place(1, "attachment"), NoSuchPart, "/targets/1/part"),
        ):
            with pytest.raises(Refusal) as raised:
                order(ledger, Place(1, WORDS), place)
            assert (type(raised.value), raised.value.pointer) == (refusal, pointer)


async def test_nobody_redacts_alone(settings: Settings) -> None:
    async with open_ledger(settings) as ledger:
        await ledger.execute([person(STREAM, "Zainab Qx7")], asked("one"))
        alone = replace(order(ledger, Place(1, WORDS)), proposed_by=ACCOUNT)

        with pytest.raises(ApprovedByItsProposer):
            await ledger.execute([alone], asked("two"))

        assert not is_blank(ledger.store, 1)


async def test_a_name_is_free_once_nothing_gives_it_any_more(settings: Settings) -> None:
    async with open_ledger(settings) as ledger:
        await ledger.execute([person(STREAM, "Zainab Qx7")], asked("one"))
        await ledger.execute([AddAlias(id=STREAM, alias="Z. Q.")], asked("two"))
        await ledger.execute([renamed("Zoe")], asked("three"))
        held = [ledger.store.holder(skeleton(name)) for name in ("Zainab Qx7", "Z. Q.", "Zoe")]
        assert held == [STREAM] * 3

        await ledger.execute([order(ledger, Place(1, WORDS))], asked("four"))

        held = [ledger.store.holder(skeleton(name)) for name in ("Zainab Qx7", "Z. Q.", "Zoe")]
        assert held == [None, STREAM, STREAM]
        other = new_stream()
        await ledger.execute([person(other, "Zainab Qx7")], asked("five"))
        assert ledger.store.holder(skeleton("Zainab Qx7")) == other


async def test_a_name_that_another_fact_gives_stays_claimed(settings: Settings) -> None:
    async with open_ledger(settings) as ledger:
        await ledger.execute([person(STREAM, "Zainab Qx7")], asked("one"))
        await ledger.execute([renamed("Zoe")], asked("two"))
        await ledger.execute([renamed("Zainab Qx7")], asked("three"))

        await ledger.execute([order(ledger, Place(1, WORDS))], asked("four"))
        assert ledger.store.holder(skeleton("Zainab Qx7")) == STREAM

        await ledger.execute([order(ledger, Place(3, WORDS))], asked("five"))
        assert ledger.store.holder(skeleton("Zainab Qx7")) is None


async def test_the_words_of_a_redaction_can_be_redacted_too(settings: Settings) -> None:
    async with open_ledger(settings) as ledger:
        await ledger.execute([person(STREAM, "Zainab Qx7")], asked("one"))
        await ledger.execute([order(ledger, Place(1, WORDS))], asked("two"))

        await ledger.execute([order(ledger, Place(2, WORDS))], asked("three"))

        (entry,) = ledger.store.entries(after=1, limit=1)
        assert decode(entry).recorder.why is WITHHELD


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("pragma", ["PRAGMA secure_delete = ON", "PRAGMA secure_delete = OFF"])
async def test_no_byte_of_the_words_is_left_in_the_files(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, pragma: str
) -> None:
    """Among many, so that pages were split; a ledger of an earlier version kept copies then."""
    monkeypatch.setattr("ledger.store.sqlite.PRAGMAS", (*PRAGMAS, pragma))
    names = [f"Zainab {number} Qx7{number * 7919 % 10007:05}Wb" for number in range(300)]
    async with open_ledger(settings) as ledger:
        for number, name in enumerate(names):
            await ledger.execute([person(new_stream(), name)], asked(f"key {number}"))
        assert left(settings, names) == names

        for number in range(1, 301, 3):
            await ledger.execute([order(ledger, Place(number, WORDS))], asked(f"order {number}"))
        await ledger.sweeping.clean()

        assert left(settings, names) == [each for at, each in enumerate(names) if at % 3]


def left(settings: Settings, names: Sequence[str]) -> list[str]:
    """Those of the names that stand anywhere in the files of the folder, or what they look like."""
    found = b"".join(raw_bytes(path) for path in settings.data_dir.rglob("*") if path.is_file())
    return [
        name
        for name in names
        if any(form.encode() in found for form in (name, skeleton(name), skeleton(name.casefold())))
    ]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_sweep_that_a_crash_prevented_is_made_at_the_next_start(
    settings: Settings, store: Store
) -> None:
    stored(store, unit(draft(STREAM)))
    stored(store, unit(erasing(store, 1)))

    async with open_ledger(settings) as ledger:
        await ledger.sweeping.clean()

    assert left(settings, ["Zainab"]) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_reader_in_the_way_puts_a_sweep_off(settings: Settings, store: Store) -> None:
    stored(store, unit(draft(STREAM)))
    reader = sqlite.connect(settings.data_dir / "ledger.db", isolation_level=None)
    with closing(reader):
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM parts").fetchall()
        stored(store, unit(erasing(store, 1)))
        assert not store.sweep()
        assert left(settings, ["Zainab"]) == ["Zainab"]

        reader.execute("COMMIT")
        assert store.sweep()
    assert left(settings, ["Zainab"]) == []
