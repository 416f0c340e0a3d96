"""The stream: each fact once, in order, from wherever a reader left off."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from aiohttp import StreamReader

from tests.integration.api import seed
from tests.integration.api.seed import CAST
from tests.integration.api.service import Service, seeded


@dataclass(frozen=True)
class Reader:
    """What comes over one connection."""

    lines: StreamReader

    async def event(self) -> dict[str, str]:
        """The next event, its fields by name."""
        fields: dict[str, str] = {}
        while True:
            line = (await asyncio.wait_for(self.lines.readline(), 20)).decode().rstrip("\n")
            if not line and "data" in fields:
                return fields
            name, _, text = line.partition(": ")
            if name:
                fields[name] = text

    async def positions(self, count: int) -> list[int]:
        return [position_in(await self.event()) for _ in range(count)]


def position_in(event: Mapping[str, str]) -> int:
    """An id is the epoch and the position."""
    return int(event["id"].rpartition("-")[2])


@asynccontextmanager
async def watching(
    service: Service, query: str = "", headers: Mapping[str, str] | None = None
) -> AsyncIterator[Reader]:
    url = service.public(f"/api/v1/stream{query}")
    async with service.client.get(url, headers=headers) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "text/event-stream"
        await response.content.readuntil(b"\n\n")
        yield Reader(response.content)


async def test_a_new_fact_arrives_with_its_position_and_content(service: Service) -> None:
    async with watching(service) as reader:
        await seed.record(service.ledger, "more", seed.promise("another", text="Teach reading"))
        event = await reader.event()

    fact = orjson.loads(event["data"])
    assert (event["id"], event["event"]) == (f"{service.ledger.epoch}-9", "fact")
    assert fact["position"] == 9
    assert fact["topic"] == "commitment.recorded/1"


async def test_a_reader_goes_on_after_what_it_has(service: Service) -> None:
    async with watching(service, "?after=5") as reader:
        assert await reader.positions(3) == [6, 7, 8]

    async with watching(service, "?after=1", {"Last-Event-ID": "7"}) as reader:
        assert await reader.positions(1) == [8]


async def test_a_filter_narrows_the_past_and_what_comes(service: Service) -> None:
    async with watching(service, f"?after=0&subject={CAST.commitment}") as reader:
        assert await reader.positions(1) == [7]
        await seed.record(service.ledger, "one", seed.promise("another"))
        await seed.record(service.ledger, "two", seed.void(CAST.commitment))
        assert await reader.positions(1) == [10]


async def test_a_reader_that_is_ahead_of_the_views_gets_nothing_twice(service: Service) -> None:
    """Receipts come before the views have folded, so a reader may know a position first."""
    for number in range(15):
        receipt = await seed.record(service.ledger, f"a{number}", seed.promise(f"a{number}"))
        async with watching(service, f"?after={receipt.position}") as reader:
            following = await seed.record(service.ledger, f"b{number}", seed.promise(f"b{number}"))

            assert await reader.positions(1) == [following.position]


async def come_and_go(service: Service, chance: int) -> None:
    """Eight readers drop their connection at different places and resume by their last id."""
    total = 8 + 40

    async def write() -> None:
        for number in range(total - 8):
            await seed.record(service.ledger, f"w{number}", seed.promise(f"w{number}"))

    async def read(number: int) -> list[int]:
        seen: list[int] = []
        while len(seen) < total:
            wanted = min(1 + (7 * len(seen) + 13 * number + chance) % 25, total - len(seen))
            last = {"Last-Event-ID": str(seen[-1] if seen else 0)}
            async with watching(service, headers=last) as reader:
                seen += await reader.positions(wanted)
        return seen

    readers = [read(number) for number in range(8)]
    _, *seen = await asyncio.gather(write(), *readers)

    assert all(positions == list(range(1, total + 1)) for positions in seen)


@pytest.mark.parametrize("chance", range(2))
async def test_readers_that_come_and_go_while_facts_arrive_miss_and_repeat_nothing(
    chance: int, service: Service
) -> None:
    await come_and_go(service, chance)


async def test_nor_do_they_on_postgresql(tmp_path: Path, postgres_database_url: str) -> None:
    """There a read gives way to other tasks, so that joining and sending interleave."""
    async with seeded(tmp_path, url=postgres_database_url) as service:
        await come_and_go(service, 0)


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("?after=x", {}, 400),
        ("?after=-1", {}, 400),
        ("", {"Last-Event-ID": "\u00b2"}, 400),
        ("?after=999999", {}, 400),
        ("?as_of=3", {}, 400),
        ("?colour=red", {}, 400),
        ("?subject=nobody", {}, 400),
    ],
)
async def test_a_stream_that_means_nothing_is_refused_before_it_begins(
    query: str, headers: Mapping[str, str], status: int, service: Service
) -> None:
    async with service.client.get(
        service.public(f"/api/v1/stream{query}"), headers=headers
    ) as response:
        assert response.status == status
        assert response.content_type == "application/problem+json"


async def test_one_address_has_its_share_of_the_streams_and_gets_a_seat_back(
    tmp_path: Path,
) -> None:
    async with seeded(tmp_path, stream_limit=2) as service:
        url = service.public("/api/v1/stream")
        async with watching(service), watching(service), service.client.get(url) as third:
            refused = await third.json()
        freed = await _first_status(service, besides=429)

    assert third.status == 429
    assert third.headers["Retry-After"] == "5"
    assert refused["type"] == "/problems/too-many-requests"
    assert freed == 200


async def _first_status(service: Service, *, besides: int) -> int:
    """The service sees a reader go a moment after it went."""
    async with asyncio.timeout(20):
        while True:
            async with service.client.get(service.public("/api/v1/stream")) as response:
                if response.status != besides:
                    return response.status
            await asyncio.sleep(0.01)
