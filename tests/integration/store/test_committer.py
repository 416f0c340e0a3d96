"""Many requests, one commit: how batches form, what a full queue says, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads

import pytest

from ledger.clock import utc_now
from ledger.errors import QueueFullError, StorageError, StorageFullError
from ledger.store.committer import Committer
from ledger.store.port import Outcome, Receipt, Unit
from ledger.store.sqlite_store import SqliteStore
from tests.integration.store.units import draft, key, new_stream, unit


class Gated(SqliteStore):
    """A store whose disk is as slow, or as broken, as the test says."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.gate = Event()
        self.gate.set()
        self.began = Event()
        self.batches: list[int] = []
        self.failures: list[BaseException] = []

    def append(self, units: Sequence[Unit], now: int) -> Sequence[Outcome]:
        self.began.set()
        self.gate.wait()
        self.batches.append(len(units))
        if self.failures:
            raise self.failures.pop()
        return super().append(units, now)


class Bench:
    """A committer on a gated store, and what it announced."""

    def __init__(self, store: Gated) -> None:
        self.store = store
        self.announced: list[int] = []
        self.committer = Committer(store, utc_now, self._announce, queue_limit=10, batch_limit=4)

    def _announce(self, receipts: Sequence[Receipt]) -> None:
        self.announced += [receipt.position for receipt in receipts]

    def submit(self, request: Unit | None = None) -> asyncio.Task[Outcome]:
        return asyncio.create_task(self.committer.submit(request or unit()))

    async def in_flight(self) -> asyncio.Task[Outcome]:
        """A request whose batch is being stored and does not end before the gate opens."""
        self.store.gate.clear()
        self.store.began.clear()
        first = self.submit()
        await asyncio.to_thread(self.store.began.wait)
        return first


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    with closing(Gated(tmp_path / "ledger.db")) as store:
        made = Bench(store)
        yield made
        store.gate.set()
        await made.committer.close()


async def test_a_lone_request_is_committed_at_once(bench: Bench) -> None:
    outcome = await bench.submit()

    assert isinstance(outcome, Receipt)
    assert bench.store.batches == [1]
    assert bench.announced == [1]


async def test_what_comes_while_a_batch_is_stored_shares_the_next_commit(bench: Bench) -> None:
    requests = [await bench.in_flight(), *[bench.submit() for _ in range(6)]]
    await asyncio.sleep(0)

    bench.store.gate.set()
    outcomes = await asyncio.gather(*requests)

    assert bench.store.batches == [1, 4, 2]
    assert bench.announced == [1, 2, 3, 4, 5, 6, 7]
    assert all(isinstance(outcome, Receipt) for outcome in outcomes)


async def test_a_full_queue_refuses_and_takes_again_when_there_is_room(bench: Bench) -> None:
    requests = [await bench.in_flight(), *[bench.submit() for _ in range(9)]]
    await asyncio.sleep(0)

    with pytest.raises(QueueFullError, match="10 requests"):
        await asyncio.wait_for(bench.submit(), timeout=30)

    bench.store.gate.set()
    await asyncio.gather(*requests)
    assert isinstance(await bench.submit(), Receipt)


async def test_closing_stores_what_was_accepted_and_accepts_no_more(bench: Bench) -> None:
    requests = [await bench.in_flight(), *[bench.submit() for _ in range(6)]]
    await asyncio.sleep(0)

    closing_down = asyncio.create_task(bench.committer.close())
    await asyncio.sleep(0)
    with pytest.raises(StorageError, match="start it again"):
        await bench.submit()
    bench.store.gate.set()
    await closing_down

    assert len(await asyncio.gather(*requests)) == 7
    assert bench.store.head().position == 7
    assert not bench.committer.alive


async def test_closing_twice_is_closing_once(bench: Bench) -> None:
    await asyncio.gather(bench.committer.close(), bench.committer.close())

    assert not bench.committer.alive


async def test_a_failed_batch_fails_its_requests_and_the_next_one_is_stored(bench: Bench) -> None:
    bench.store.failures.append(StorageFullError("the disk is full"))

    with pytest.raises(StorageFullError):
        await bench.submit()

    assert isinstance(await bench.submit(), Receipt)
    assert bench.announced == [1]


async def test_a_defect_fails_its_batch_and_not_the_committer(bench: Bench) -> None:
    too_long = draft(new_stream())
    defect = unit(type(too_long)("x" * 70_000, too_long.stream, 1, "x/1", None, too_long.parts))

    with pytest.raises(StorageError, match="ValueError"):
        await bench.submit(defect)

    assert isinstance(await bench.submit(), Receipt)


async def test_a_request_is_stored_though_whoever_asked_has_gone(bench: Bench) -> None:
    asked = key()
    first = await bench.in_flight()
    gone = bench.submit(unit(key=asked))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)

    bench.store.gate.set()
    await first
    await bench.submit()

    assert isinstance(bench.store.receipt(asked), Receipt)
    assert bench.announced == [1, 2, 3]


async def test_a_replay_is_answered_and_not_announced(bench: Bench) -> None:
    asked = key()
    await bench.submit(unit(key=asked))

    again = await bench.submit(unit(key=asked))

    assert isinstance(again, Receipt)
    assert again.replayed
    assert bench.announced == [1]


async def _ended_threads() -> None:
    """A thread reports how it died only after it has answered: not in the next test, please."""
    for thread in enumerate_threads():
        if thread.name == "committer":
            await asyncio.to_thread(thread.join)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_committer_that_died_shows_and_lets_nobody_wait(bench: Bench) -> None:
    first = await bench.in_flight()
    waiting = bench.submit()
    await asyncio.sleep(0)

    bench.store.failures.append(SystemExit())
    bench.store.gate.set()

    for request in (first, waiting):
        with pytest.raises(StorageError):
            await request
    assert not bench.committer.alive
    with pytest.raises(StorageError):
        await bench.submit()
    await _ended_threads()
