"""P14: how long until the first answer, and what idling holds, beside bare aiohttp."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks.measure import ROUNDS, Row, ratio
from tests.benchmarks.processes import Target
from tests.benchmarks.service import bare_aiohttp, service

FIRST: Final = "/api/v1/commitments?limit=50"
SETTLED_SECONDS: Final = 2


def rows(data: Path) -> Sequence[Row]:
    """The ledger's views have to be built already: a start reads them, and folds nothing.

    Every program finds its modules compiled, as it does where it is installed: the round that
    compiles them does not count.
    """
    (data / "body").write_bytes(b"{}")
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(data / "compiled")}
    turns = [_turn(data, compiled) for _ in range(ROUNDS + 1)][1:]
    seconds, memory = (
        {name: median(turn[name][kind] for turn in turns) for name in turns[0]} for kind in (0, 1)
    )
    return _report(seconds, memory)


def _turn(data: Path, compiled: Mapping[str, str]) -> Mapping[str, tuple[float, float]]:
    return {
        "process": _started(_ours(data, "process", compiled)),
        "thread": _started(_ours(data, "thread", compiled)),
        "bare": _started(bare_aiohttp(data / "body", data / "views.db", **compiled)),
    }


def _report(seconds: Mapping[str, float], memory: Mapping[str, float]) -> Sequence[Row]:
    took = f"{seconds['process']:.2f} s against {seconds['bare']:.2f} s"
    held = ", ".join(f"{name} {each / 1e6:.0f} MB" for name, each in memory.items())
    return [
        ratio(
            f"P14 start to first answer ({took}) ÷ bare aiohttp",
            seconds["process"],
            seconds["bare"],
            gate=3,
            at_most=True,
            worker_in_a_thread=seconds["thread"],
        ),
        ratio(
            f"P14 idle memory ({held}) ÷ bare aiohttp",
            memory["process"],
            memory["bare"],
            gate=2.5,
            at_most=True,
            worker_in_a_thread=memory["thread"],
        ),
    ]


@contextmanager
def _ours(data: Path, worker: str, compiled: Mapping[str, str]) -> Iterator[Target]:
    with service(data, FIRST, LEDGER_VIEWS_WORKER=worker, **compiled) as (public, _):
        yield public


def _started(server: AbstractContextManager[Target]) -> tuple[float, float]:
    """Seconds to the first answer, and resident bytes of the whole family when it idles."""
    begun = time.perf_counter()
    with server as target:
        seconds = time.perf_counter() - begun
        time.sleep(SETTLED_SECONDS)
        return seconds, float(target.memory())
