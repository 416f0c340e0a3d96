"""Nodes hear on the bus that the views have moved, whatever becomes of the bus."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from projections.bus import hearing, telling
from tests.support.bus import NatsServer, running_nats

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


async def test_without_a_bus_nothing_is_said_and_nothing_fails() -> None:
    async with telling("") as tell, hearing("", lambda: None):
        tell(1)
