"""What is changed in the middle of the log is found while the service runs."""

import pytest

from ledger.publishing.publisher import LogStoppedError
from ledger.publishing.scrubber import Scrubber
from tests.integration.log.desk import Desk
from tests.integration.log.keepers import keeping
from tests.integration.log.operator import Operator
from tests.integration.log.waiting import until

FACTS = 600


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Two full tiles and a partial one, all published."""
    desk.record(FACTS)
    desk.publish()
    return desk


def scrub(desk: Desk, scrubber: Scrubber) -> None:
    """One pass."""
    publisher = desk.publisher()
    while not scrubber.step(publisher):
        pass


def test_a_pass_over_a_whole_log_finds_nothing(filled: Desk) -> None:
    scrubber = Scrubber()

    scrub(filled, scrubber)
    scrub(filled, scrubber)

    assert (scrubber.scrubbed, scrubber.damage) == (2 * FACTS, None)


def test_a_pass_over_no_facts_ends(desk: Desk) -> None:
    scrubber = Scrubber()

    scrub(desk, scrubber)

    assert scrubber.scrubbed == 0


@pytest.mark.parametrize(
    "where",
    [
        "level = 0 AND n = 0",
        "level = 0 AND n = 1",
        "level = 0 AND n = 2",
        "level = 1 AND n = 0",
    ],
)
def test_a_bit_that_turns_over_in_a_tile_is_turned_back(filled: Desk, where: str) -> None:
    signed = filled.head.read()
    publisher = filled.publisher()
    turn(filled, where)

    scrubber = Scrubber()
    while not scrubber.step(publisher):
        pass

    assert scrubber.damage is None
    assert filled.audited(signed).facts == FACTS


def turn(desk: Desk, where: str) -> None:
    """One bit of the ninth byte of tiles."""
    with desk.engine.begin() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT level, n, hashes FROM tiles WHERE {where}"
        ).fetchall()
    for level, n, hashes in rows:
        turned = hashes[:9] + bytes([hashes[9] ^ 4]) + hashes[10:]
        desk.tamper(
            "UPDATE tiles SET hashes = :turned WHERE level = :level AND n = :n",
            turned=turned,
            level=level,
            n=n,
        )


def test_a_tile_that_is_gone_is_made_again(filled: Desk) -> None:
    publisher = filled.publisher()
    filled.tamper("DELETE FROM tiles WHERE level = 0 AND n = 1")

    scrubber = Scrubber()
    while not scrubber.step(publisher):
        pass

    assert filled.audited(filled.head.read()).facts == FACTS


async def test_a_tile_is_turned_back_while_the_service_runs(filled: Desk) -> None:
    turn(filled, "level = 0 AND n = 1")

    async with keeping(filled.settings) as kept:
        await until(lambda: kept.log.scrubbed >= FACTS)
        trouble = kept.log.kind
        await kept.reach(kept.record())

    assert trouble is None
    assert filled.audited().facts == FACTS + 1


@pytest.mark.parametrize("hash_too", [False, True])
async def test_a_changed_fact_stops_signing_while_the_service_runs(
    filled: Desk, *, hash_too: bool
) -> None:
    operator = Operator(filled.settings, filled.store)
    async with keeping(filled.settings) as kept:
        operator.edit(300, hash_too=hash_too)

        said = await kept.says("fact 300")
        kept.record()
        size = kept.log.size

    assert said.startswith("fact 300 is not the one that was signed: it was changed in the data")
    assert (size, kept.log.kind) == (FACTS, "stopped")
    assert filled.head.read().size == FACTS


async def test_changed_words_are_told_and_signing_goes_on(filled: Desk) -> None:
    operator = Operator(filled.settings, filled.store)
    async with keeping(filled.settings) as kept:
        operator.edit_words(300)

        said = await kept.says("fact 300")
        await kept.reach(kept.record())

    assert said == "fact 300 was changed after it was recorded: its words no longer match"
    assert kept.log.kind == "damaged"


def test_words_that_are_right_again_are_no_trouble_after_the_next_pass(filled: Desk) -> None:
    scrubber = Scrubber()
    operator = Operator(filled.settings, filled.store)
    (part,) = (p for p in filled.store.entries(after=299, limit=1)[0].parts if p.name == "words")
    operator.edit_words(300)
    scrub(filled, scrubber)
    found = scrubber.damage
    operator.edit_words(300, part.content)

    scrub(filled, scrubber)

    assert found is not None
    assert scrubber.damage is None


def test_a_missing_fact_is_found(filled: Desk) -> None:
    publisher = filled.publisher()
    Operator(filled.settings, filled.store).take_out(300)
    scrubber = Scrubber()
    scrubber.step(publisher)

    with pytest.raises(LogStoppedError, match="fact 300 is missing"):
        scrubber.step(publisher)
