"""P11 and P15: what the same question costs when the ledger has grown."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

from ledger.config import Settings
from projections.port import Query, Views
from tests.benchmarks.folding import asked
from tests.benchmarks.measure import ROUNDS, Row, in_turn, ratio, wall_seconds
from tests.benchmarks.recording import Desk, desk_token
from tests.benchmarks.service import service

LIST: Final = "/api/v1/commitments?limit=50"
TURNS: Final = 20
TEXTS: Final = {
    "a word of every record": "will",
    "a word of every fifth": "laboratory",
    "a word of hardly any": "0a1b",
}

Waits = Mapping[str, list[float]]


@dataclass(frozen=True)
class Grown:
    """A ledger that is served: questions by name, and how long each has taken, in seconds."""

    questions: Mapping[str, Callable[[], object]]
    settle: Callable[[], object]
    waits: Waits

    def turn(self) -> None:
        """Append, wait until that shows, then ask everything once: no answer is a kept one."""
        for name, question in self.questions.items():
            start = perf_counter()
            question()
            self.waits[name].append(perf_counter() - start)
            if name == "append":
                self.settle()


@contextmanager
def _grown(data: Path) -> Iterator[Grown]:
    token = desk_token(data)
    with service(data, LIST) as (public, desk):
        readers, officials = HTTPConnection(urlsplit(public.url).netloc), Desk(desk.url, token)
        try:
            yield _questions(readers, officials)
        finally:
            readers.close()
            officials.close()


def _questions(readers: HTTPConnection, officials: Desk) -> Grown:
    listed = json.loads(_get(readers, LIST))["data"]
    items = cycle(f"/api/v1/commitments/{each['id']}" for each in listed)
    newest = [0]

    def append() -> None:
        newest[0] = officials.record()

    questions = {
        "append": append,
        "feed": lambda: _get(readers, "/commitments.atom"),
        "list": lambda: _get(readers, LIST),
        "item": lambda: _get(readers, next(items)),
        "search": lambda: _get(readers, "/api/v1/search?q=laboratory&limit=50"),
    }

    def settle() -> None:
        _get(readers, f"/api/v1/facts?limit=1&wait_for={newest[0]}")

    return Grown(questions, settle, {name: [] for name in questions})


def _get(readers: HTTPConnection, path: str) -> bytes:
    readers.request("GET", path)
    answer = readers.getresponse()
    if answer.status != 200:
        raise ValueError(f"{path}: {answer.status}")
    return answer.read()


def growth(ledgers: Mapping[int, Path]) -> Sequence[Row]:
    """P15: all of them served at once and asked in turn; p50 at each size ÷ at the smallest."""
    with ExitStack() as stack:
        grown = {size: stack.enter_context(_grown(data)) for size, data in ledgers.items()}
        for _ in range(ROUNDS):
            for one in grown.values():
                for _ in range(TURNS):
                    one.turn()
        waits = {size: one.waits for size, one in grown.items()}
    return [_growth(name, waits) for name in next(iter(waits.values()))]


def _growth(question: str, waits: Mapping[int, Waits]) -> Row:
    medians = {size: median(each[question]) for size, each in waits.items()}
    least, most = min(medians), max(medians)
    told = ", ".join(f"{1000 * each:.2f}" for each in medians.values())
    return ratio(
        f"P15 p50 of {question} at {most:,} facts ÷ at {least:,} ({told} ms)",
        medians[most],
        medians[least],
        gate=2,
        at_most=True,
        **{f"at {size:,}": each for size, each in medians.items() if least < size < most},
    )


def searches(ledgers: Mapping[int, Path]) -> Sequence[Row]:
    """P11: a page of 50 that holds a text ÷ the page without one, asked of the views."""
    return [_search(how, text, ledgers) for how, text in TEXTS.items()]


def _search(how: str, text: str, ledgers: Mapping[int, Path]) -> Row:
    shares = {size: _share(text, size, data) for size, data in ledgers.items()}
    most = max(shares)
    beside = {f"at {size:,}": share for size, share in shares.items() if size < most}
    figure = f"P11 newest 50 with {how} ÷ without, at {most:,} facts"
    return Row(figure, shares[most], "×", beside, "≤ 10", shares[most] <= 10)


def _share(text: str, size: int, data: Path) -> float:
    with asked(Settings(data_dir=data, sample=False), size) as views:
        costs = in_turn(
            {
                "with": lambda: _cost(views, Query(filters={"text": text})),
                "without": lambda: _cost(views, Query()),
            }
        )
    return costs["with"] / costs["without"]


def _cost(views: Views, query: Query) -> float:
    """The median: now and then one page pays for the cycle collector, as much as for thirty."""
    return median(wall_seconds(lambda: views.page("commitments", query)) for _ in range(TURNS))
