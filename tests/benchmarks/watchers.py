"""P10: a new fact to everybody who watches, beside a bare protocol that writes the same bytes."""

import asyncio
import resource
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import psutil

from tests.benchmarks.crowd import Crowd
from tests.benchmarks.measure import ROUNDS, Row, ratio
from tests.benchmarks.processes import Target
from tests.benchmarks.recording import Desk, desk_token
from tests.benchmarks.service import service

MOST: Final = 10_000
SPARE: Final = 500
WATCH: Final = b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"


@dataclass(frozen=True)
class Told:
    """Seconds until the last heard, seconds between first and last, CPU seconds of the server."""

    whole: float
    spread: float
    cpu: float


@dataclass(frozen=True)
class Side:
    """A server, the crowd that watches it, how a fact is told, and bytes that a watcher costs."""

    server: psutil.Process
    crowd: Crowd
    tell: Callable[[], Awaitable[object]]
    memory: float

    async def told(self) -> Told:
        before = _cpu(self.server)
        whole, spread = await self.crowd.told(self.tell)
        return Told(whole, spread, _cpu(self.server) - before)


def _cpu(server: psutil.Process) -> float:
    return sum(server.cpu_times()[:2])


def watchers() -> int:
    """As many as this process may have open twice, once to each server."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return MOST if hard == resource.RLIM_INFINITY else min(MOST, hard // 2 - SPARE)


def rows(data: Path) -> Sequence[Row]:
    """The ledger's views have to be built already."""
    token = desk_token(data, "watched")
    everybody = str(2 * MOST)
    with (
        service(data, "/api/v1/facts?limit=1", LEDGER_STREAM_LIMIT=everybody) as (public, desk),
        _pushing() as floor,
    ):
        officials = Desk(desk.url, token)
        try:
            return asyncio.run(_compared(watchers(), public, officials, floor))
        finally:
            officials.close()


async def _compared(count: int, public: Target, officials: Desk, floor: Target) -> Sequence[Row]:
    _, teller = await asyncio.open_connection("127.0.0.1", _port(floor))
    crowd = Crowd()

    async def record() -> None:
        await asyncio.to_thread(officials.record)

    async def tell() -> None:
        teller.write(crowd.message)

    ours = await _gathered(crowd, public, record, count, WATCH)
    bare = await _gathered(Crowd(), floor, tell, count, b"")
    turns = [(await ours.told(), await bare.told()) for _ in range(ROUNDS + 1)][1:]
    for transport in (ours.crowd, bare.crowd, teller):
        transport.close()
    return [*_pushed(count, *zip(*turns, strict=True)), _held(ours, bare)]


def _port(target: Target) -> int:
    return int(target.url.rpartition(":")[2])


async def _gathered(
    crowd: Crowd, target: Target, tell: Callable[[], Awaitable[object]], count: int, request: bytes
) -> Side:
    server = psutil.Process(target.pid)
    before = server.memory_info().rss
    await crowd.join(_port(target), count, request)
    await asyncio.sleep(1)
    return Side(server, crowd, tell, (server.memory_info().rss - before) / count)


def _pushed(count: int, ours: Sequence[Told], bare: Sequence[Told]) -> Sequence[Row]:
    whole, floor = (median(each.whole for each in side) for side in (ours, bare))
    cpu, least = (sum(each.cpu for each in side) for side in (ours, bare))
    spread = median(each.spread for each in ours)
    took = f"{1000 * whole:.0f} ms, first to last {1000 * spread:.0f} ms"
    figure = f"P10 from POST to the last of {count:,} watchers ({took}) ÷ bare push"
    return [
        ratio(figure, whole, floor, gate=2, at_most=True, first_to_last=spread),
        ratio("P10 server CPU of it ÷ bare push", cpu, least, gate=2, at_most=True),
    ]


def _held(ours: Side, bare: Side) -> Row:
    beside = {"bare connection": bare.memory / 1000}
    return Row("P10 memory a watcher", ours.memory / 1000, "KB", beside)


@contextmanager
def _pushing() -> Iterator[Target]:
    command = [sys.executable, "-m", "tests.benchmarks.pushing"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        port = process.stdout.readline() if process.stdout else ""
        try:
            yield Target(f"http://127.0.0.1:{port.strip()}", process.pid)
        finally:
            process.terminate()
