"""Nodes hear on the bus that the views have moved, whatever becomes of the bus."""

import asyncio
from collections.abc import Iterator, MutableMapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from structlog.testing import capture_logs

from projections import bus as bus_module
from projections.bus import hearing, telling
from tests.support.bus import NatsServer, running_nats
from tests.support.postgres import free_port

PATIENCE: Final = 30


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[NatsServer]:
    with running_nats(tmp_path) as server:
        yield server


async def heard(woken: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        await woken.wait()
    woken.clear()


async def test_every_node_hears_that_the_views_have_moved(bus: NatsServer) -> None:
    one, other = asyncio.Event(), asyncio.Event()
    async with telling(bus.url) as tell, hearing(bus.url, one.set), hearing(bus.url, other.set):
        tell(1)

        await heard(one)
        await heard(other)


async def test_a_node_that_comes_late_hears_the_newest_word(bus: NatsServer) -> None:
    early, late = asyncio.Event(), asyncio.Event()
    async with telling(bus.url) as tell, hearing(bus.url, early.set):
        tell(7)
        await heard(early)

        async with hearing(bus.url, late.set):
            await heard(late)


async def test_a_bus_that_was_away_is_heard_again(bus: NatsServer) -> None:
    woken = asyncio.Event()
    async with telling(bus.url) as tell, hearing(bus.url, woken.set):
        tell(1)
        await heard(woken)
        await asyncio.to_thread(bus.stop)
        tell(2)

        await asyncio.to_thread(bus.start)

        await heard(woken)


async def test_a_bus_that_stays_away_is_asked_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bus_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(bus_module, "LAST_PAUSE", 0.04)
    nobody = f"nats://127.0.0.1:{free_port()}"
    with capture_logs() as logs:
        async with hearing(nobody, lambda: None), asyncio.timeout(PATIENCE):
            while len(pauses(logs)) < 4:
                await asyncio.sleep(0.01)

    assert pauses(logs)[:4] == [0.01, 0.02, 0.04, 0.04]


async def test_a_bus_that_was_there_is_asked_again_at_once(
    bus: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken = asyncio.Event()
    await asyncio.to_thread(bus.stop)
    monkeypatch.setattr(bus_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(bus_module, "LAST_PAUSE", 0.16)
    with capture_logs() as logs:
        async with hearing(bus.url, woken.set), telling(bus.url) as tell:
            tell(1)
            async with asyncio.timeout(PATIENCE):
                while 0.16 not in pauses(logs):
                    await asyncio.sleep(0.01)
            await asyncio.to_thread(bus.start)
            await heard(woken)
            vain = len(pauses(logs))
            await asyncio.to_thread(bus.stop)
            async with asyncio.timeout(PATIENCE):
                while len(pauses(logs)) == vain:
                    await asyncio.sleep(0.01)

    assert pauses(logs)[vain] < 0.16


def pauses(logs: Sequence[MutableMapping[str, Any]]) -> list[float]:
    """How long it waited after each time that the bus was away."""
    return [each["pause"] for each in logs if each["event"] == "bus.away"]


async def test_without_a_bus_nothing_is_said_and_nothing_fails() -> None:
    async with telling("") as tell, hearing("", lambda: None):
        tell(1)
