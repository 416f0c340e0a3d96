"""Whoever has the key publishes, one at a time; everybody else shows what that one published."""

import shutil
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from ledger.config import Settings
from ledger.publishing.head import HeadFile, NoLogError
from ledger.publishing.publisher import LogStoppedError
from ledger.publishing.signing import log_folder
from tests.integration.log.desk import Desk
from tests.integration.log.keepers import keeping

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def signed(settings: Settings) -> int:
    return HeadFile(log_folder(settings)).read().size


def with_folder(settings: Settings, name: str) -> Settings:
    """Another machine on the same server, whose log folder is not there."""
    if not settings.on_postgres:
        pytest.skip("only a server is shared by machines")
    return settings.model_copy(update={"log_dir": settings.data_dir / name})


async def test_what_is_recorded_is_published(desk: Desk) -> None:
    async with keeping(desk.settings) as kept:
        await kept.reach(kept.record(3))
        await kept.reach(kept.record(300))
        (proof,) = kept.log.prove([303])

    proof.verify(desk.store.leaves(after=302, limit=1)[0].leaf_hash)
    assert proof.checkpoint == desk.head.read()
    assert desk.audited().facts == 303


async def test_of_two_in_one_folder_one_follows_and_takes_over(desk: Desk) -> None:
    async with AsyncExitStack() as one, keeping(desk.settings) as publishing:
        following = await one.enter_async_context(keeping(desk.settings))
        await following.reach(publishing.record(5))
        assert following.log.published == publishing.log.published

    async with AsyncExitStack() as one:
        publishing = await one.enter_async_context(keeping(desk.settings))
        async with keeping(desk.settings) as following:
            await following.reach(5)
            kept = desk.head.read()
            await one.aclose()
            await following.reach(following.record(5))

    assert desk.audited(kept).facts == 10


async def test_of_two_machines_with_one_key_one_follows_and_takes_over(desk: Desk) -> None:
    twin = with_folder(desk.settings, "twin")
    shutil.copytree(log_folder(desk.settings), log_folder(twin))
    async with AsyncExitStack() as one:
        publishing = await one.enter_async_context(keeping(desk.settings))
        async with keeping(twin) as following:
            await following.reach(publishing.record(10))
            assert (signed(desk.settings), signed(twin)) == (10, 0)
            kept = desk.head.read()
            await one.aclose()
            await following.reach(following.record(10))

    assert (signed(desk.settings), signed(twin)) == (10, 20)
    async with keeping(desk.settings) as back:
        await back.reach(back.record(1))
    assert desk.audited(kept).facts == 21


async def test_a_machine_without_the_key_shows_what_is_published(desk: Desk) -> None:
    reading = with_folder(desk.settings, "nothing")
    async with keeping(desk.settings) as publishing, keeping(reading) as reader:
        await reader.reach(publishing.record(5))
        (proof,) = reader.log.prove([2])

    assert proof.checkpoint.size == 5
    assert reader.log.published is not None
    assert reader.log.published.keys == desk.signer.verifiers


async def test_a_folder_without_its_head_is_no_reason_to_begin_anew(desk: Desk) -> None:
    if desk.settings.on_postgres:
        pytest.skip("there it is a machine that only reads")
    (log_folder(desk.settings) / "head").unlink()

    with pytest.raises(NoLogError, match="does not hold its head"):
        async with keeping(desk.settings):
            pytest.fail("it must not start")


async def test_a_clock_that_was_set_back_is_refused_at_the_start(desk: Desk) -> None:
    async with keeping(desk.settings, lambda: NOON) as kept:
        await kept.reach(kept.record())

    with pytest.raises(LogStoppedError, match="fact 1 was recorded 3600 s in the future"):
        async with keeping(desk.settings, lambda: NOON - timedelta(hours=1)):
            pytest.fail("it must not start")


async def test_a_clock_that_is_set_back_while_it_runs_stops_signing_until_it_is_right(
    desk: Desk,
) -> None:
    clock = [NOON]
    async with keeping(desk.settings, lambda: clock[0]) as kept:
        await kept.reach(kept.record())
        clock[0] = NOON - timedelta(hours=1)
        position = kept.record()

        said = await kept.says("in the future")
        unsigned = kept.log.size
        kind = kept.log.kind
        clock[0] = NOON + timedelta(seconds=1)
        await kept.reach(position)

    assert said.startswith("fact 2 was recorded 3600 s in the future: a clock was set back")
    assert (unsigned, kind) == (1, "failing")
    assert (kept.log.trouble, kept.log.kind) == (None, None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_publisher_that_dies_of_a_mistake_keeps_the_service_from_starting(
    desk: Desk,
) -> None:
    def mistaken() -> datetime:
        raise ZeroDivisionError

    with pytest.raises(LogStoppedError, match="died of a mistake in the program"):
        async with keeping(desk.settings, mistaken):
            pytest.fail("it must not start")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_publisher_that_dies_of_a_mistake_while_it_runs_says_so(desk: Desk) -> None:
    clock = [NOON]
    async with keeping(desk.settings, lambda: clock[0]) as kept:
        await kept.reach(kept.record())
        clock.clear()

        said = await kept.says("mistake")

    assert "nothing is signed any more" in said
    assert kept.log.kind == "stopped"
