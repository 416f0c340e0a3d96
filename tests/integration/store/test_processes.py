"""Several processes write to one ledger at once, and somebody reads along."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from threading import Event

from ledger.config import Settings
from ledger.facts.fact import StreamId
from ledger.store.opening import open_store
from ledger.store.port import Entry, Receipt, Store, VersionTaken
from tests.integration.store.units import NOW, alias, draft, new_stream, registered, unit

PROCESSES = 4
ROUNDS = 20
SHARED = new_stream()


def write(settings: Settings, shared: StreamId) -> list[str]:
    """Append facts of its own and fight for one stream; give the ids that were acknowledged."""
    acknowledged: list[str] = []
    with closing(open_store(settings)) as store:
        for _ in range(ROUNDS):
            version = len(store.stream(shared)) + 1
            contested = draft(shared, version, registered() if version == 1 else alias())
            outcomes = store.append([unit(), unit(contested), unit()], NOW)
            acknowledged += _ids(outcomes)
    return acknowledged


def _ids(outcomes: Sequence[object]) -> list[str]:
    assert all(isinstance(outcome, Receipt | VersionTaken) for outcome in outcomes)
    return [line.fact_id for one in outcomes if isinstance(one, Receipt) for line in one.facts]


def every_entry(store: Store) -> list[Entry]:
    found: list[Entry] = []
    while more := store.entries(after=len(found), limit=50):
        found += more
    return found


def test_four_processes_leave_no_gap_and_lose_nothing(settings: Settings, store: Store) -> None:
    spawn = multiprocessing.get_context("spawn")

    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        written = [pool.submit(write, settings, SHARED) for _ in range(PROCESSES)]
        acknowledged = [fact for each in written for fact in each.result(timeout=100)]

    entries = every_entry(store)
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    assert sorted(entry.fact_id for entry in entries) == sorted(acknowledged)
    assert len(acknowledged) >= 2 * PROCESSES * ROUNDS + ROUNDS
    versions = [entry.version for entry in entries if entry.stream == SHARED]
    assert versions == list(range(1, len(versions) + 1))
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)


def test_four_processes_may_make_the_ledger_at_the_same_moment(settings: Settings) -> None:
    spawn = multiprocessing.get_context("spawn")

    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        written = [pool.submit(write, settings, new_stream()) for _ in range(PROCESSES)]
        acknowledged = sum(len(each.result(timeout=100)) for each in written)

    with closing(open_store(settings)) as store:
        assert store.head().position == acknowledged == 3 * PROCESSES * ROUNDS


def test_a_reader_that_follows_eight_writers_misses_nothing(store: Store) -> None:
    finished = Event()

    def follow() -> list[int]:
        seen: list[int] = []
        while not finished.is_set() or len(seen) < store.head().position:
            seen += [entry.position for entry in store.entries(after=len(seen), limit=7)]
        return seen

    def append_some() -> None:
        for _ in range(25):
            assert _ids(store.append([unit(), unit()], NOW))

    with ThreadPoolExecutor(9) as threads:
        reader = threads.submit(follow)
        for writer in [threads.submit(append_some) for _ in range(8)]:
            writer.result()
        finished.set()

    assert reader.result() == list(range(1, 401))
