"""P10: a new fact to everybody who watches, beside a bare protocol that writes the same bytes."""

import asyncio
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
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
class Push:
    """Medians in seconds: the whole way, first to last, bare; bytes a watcher costs either."""

    whole: float
    spread: float
    bare: float
    memory: float
    bare_memory: float


def watchers() -> int:
    """As many as this process may have open twice, once to each server."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return MOST if hard == resource.RLIM_INFINITY else min(MOST, hard // 2 - SPARE)


def rows(data: Path) -> Sequence[Row]:
    """The ledger's views have to be built already."""
    count = watchers()
    token = desk_token(data, "watched")
    with (
        service(data, "/api/v1/facts?limit=1", LEDGER_STREAM_LIMIT=str(2 * MOST)) as (public, desk),
        _pushing() as (port, pid),
    ):
        officials = Desk(desk.url, token)
        push = asyncio.run(_pushes(count, public, officials, port, pid))
        officials.close()
    return _report(count, push)


def _report(count: int, push: Push) -> Sequence[Row]:
    took = f"{1000 * push.whole:.0f} ms, first to last {1000 * push.spread:.0f} ms"
    return [
        ratio(
            f"P10 from POST to the last of {count:,} watchers ({took}) ÷ bare push",
            push.whole,
            push.bare,
            gate=2,
            at_most=True,
            first_to_last=push.spread,
        ),
        Row(
            "P10 memory a watcher",
            push.memory / 1000,
            "KB",
            {"bare connection": push.bare_memory / 1000},
        ),
    ]


async def _pushes(count: int, public: Target, officials: Desk, port: int, pid: int) -> Push:
    ours, bare = Crowd(), Crowd()
    memory = await _joined(ours, public.pid, int(public.url.rpartition(":")[2]), count, WATCH)
    bare_memory = await _joined(bare, pid, port, count, b"")
    _, teller = await asyncio.open_connection("127.0.0.1", port)

    async def record() -> None:
        await asyncio.to_thread(officials.record)

    async def tell() -> None:
        teller.write(ours.message)

    times = [(*await ours.told(record), (await bare.told(tell))[0]) for _ in range(ROUNDS + 1)]
    whole, spread, floor = (median(column) for column in zip(*times[1:], strict=True))
    ours.leave()
    bare.leave()
    teller.close()
    return Push(whole, spread, floor, memory, bare_memory)


async def _joined(crowd: Crowd, pid: int, port: int, count: int, request: bytes) -> float:
    """Bytes that the server holds for each."""
    server = psutil.Process(pid)
    before = server.memory_info().rss
    await crowd.join(port, count, request)
    await asyncio.sleep(1)
    return (server.memory_info().rss - before) / count


@contextmanager
def _pushing() -> Iterator[tuple[int, int]]:
    command = [sys.executable, "-m", "tests.benchmarks.pushing"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline()) if process.stdout else 0, process.pid
        finally:
            process.terminate()
