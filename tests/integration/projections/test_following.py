"""The worker: nothing is missed, nothing comes twice, and one bad fact stops only its view."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import event

from ledger.commands import AssessProgress, RecordCommitment, RegisterOrganization
from ledger.config import Settings
from ledger.dates import PartialDate
from ledger.deciding import Context
from ledger.facts.fact import AccountId, AssessmentId, StreamId
from ledger.facts.stakeholder import OrganizationProfile
from ledger.service import Ledger
from ledger.store.codec import decode
from ledger.store.opening import open_store
from ledger.store.port import Entry, Recorder, Store, StoredFact
from ledger.vocabulary import AssessorKind, Progress
from projections.catalogue import VIEWS
from projections.port import Query
from projections.projector import Projector, open_views
from projections.worker import GapError, Worker, check_contiguous
from tests.integration.projections.keeping import (
    dump,
    fold_everything,
    put,
    record,
    stream_of,
    tails,
    unreadable,
    views_database,
)
from tests.unit.projections.telling import A, assessed, promise, recorded, stream

PROMISES = [
    fact
    for number in range(30)
    for fact in stream_of(
        stream(0x1000 + number), [recorded(), assessed(Progress.STALLED, "2022-09-01")]
    )
]


def context() -> Context:
    recorder = Recorder(by=AccountId(str(uuid4())), name="A clerk")
    return Context(recorder=recorder, key=str(uuid4()), fingerprint=b"f")


def new_stream() -> StreamId:
    return StreamId(str(uuid4()))


# --- poison


def test_a_fact_that_cannot_be_read_stalls_the_views_that_need_it(
    settings: Settings, store: Store
) -> None:
    record(store, PROMISES)
    put(store, [unreadable(A, 1, "source.registered/1")])
    record(store, stream_of(stream(0x2000), [recorded()]))

    with views_database(settings) as engine:
        worker = fold_everything(engine, store)

    found = {tail.view.name: (tail.position, tail.stalled_at) for tail in worker.tails}
    stalled = {"sources", "timeline", "search", "statistics"}
    assert found == {view.name: (60, 61) if view.name in stalled else (62, None) for view in VIEWS}


def test_a_stalled_view_waits_longer_each_time_and_goes_on_when_the_fact_folds(
    settings: Settings, store: Store
) -> None:
    record(store, PROMISES)
    now = [1000.0]
    broken = True

    def reading(entry: Entry) -> StoredFact:
        if broken and entry.position == 21:
            raise ValueError("not yet")
        return decode(entry)

    with views_database(settings) as engine:
        followed = tails(engine, VIEWS[:1])
        worker = Worker(engine, store, reading, followed, seconds=lambda: now[0])
        (tail,) = worker.tails
        pauses = []
        for _ in range(4):
            worker.round()
            pauses.append(tail.wait_until - now[0])
            now[0] = tail.wait_until
        assert (tail.position, tail.stalled_at, tail.error) == (20, 21, "ValueError: not yet")
        assert pauses == [0.5, 1.0, 2.0, 4.0]

        broken = False
        worker.round()
        assert (tail.position, tail.stalled_at, tail.error) == (60, None, None)
        assert len(dump(engine)["commitments"]) == 30 * 3


def test_what_the_database_refuses_stalls_one_view_at_one_fact(
    settings: Settings, store: Store
) -> None:
    record(store, PROMISES)
    with views_database(settings) as engine:
        followed = tails(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO timeline_1 (position, at, stream, topic, day, document) "
                "VALUES (42, 0, 'x', 'x', 0, '')"
            )
        worker = Worker(engine, store, decode, followed)
        worker.round()

    assert {tail.view.name: (tail.position, tail.stalled_at) for tail in worker.tails} == {
        view.name: (41, 42) if view.name == "timeline" else (60, None) for view in VIEWS
    }


def test_a_gap_is_never_folded_over(store: Store) -> None:
    record(store, PROMISES[:6])
    entries = store.entries(after=0, limit=10)

    with pytest.raises(GapError, match="position 3 is missing"):
        check_contiguous(0, [*entries[:2], *entries[3:]])


# --- crashes


def test_a_batch_that_is_rolled_back_comes_again(settings: Settings, store: Store) -> None:
    record(store, PROMISES)
    with views_database(settings) as engine:
        worker = Worker(engine, store, decode, tails(engine), batch=11)
        lost = count()

        def lose(_connection: object) -> None:
            if next(lost) % 3 == 1:
                raise ConnectionError("the machine went away")

        event.listen(engine, "commit", lose)
        while any(tail.position < 60 for tail in worker.tails):
            try:
                worker.round()
            except ConnectionError:
                worker = Worker(engine, store, decode, tails(engine), batch=11)
        event.remove(engine, "commit", lose)
        crashed = dump(engine)

    other = settings.model_copy(update={"data_dir": settings.data_dir / "other"})
    if not settings.on_postgres:
        with views_database(other) as engine:
            fold_everything(engine, store)
            assert dump(engine) == crashed


FOLLOW = """
import sys
from pathlib import Path
from ledger.config import Settings
from ledger.store.codec import decode
from ledger.store.opening import open_store
from ledger.store.opening import open_store
from projections.worker import Worker
from tests.integration.projections.keeping import tails, views_database
settings = Settings(data_dir=Path(sys.argv[1]), disk_reserve_percent=0)
store = open_store(settings)
with views_database(settings) as engine:
    worker = Worker(engine, store, decode, tails(engine), batch=3)
    print("ready", flush=True)
    while any(tail.position < int(sys.argv[2]) for tail in worker.tails):
        worker.round()
"""


def follow_for(seconds: float | None, folder: Path, head: int, checkout: Path) -> bool:
    """A process that follows, killed after so long; whether it came to the end."""
    program = [sys.executable, "-c", FOLLOW, str(folder), str(head)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=checkout) as process:
        assert process.stdout is not None
        process.stdout.readline()
        if seconds is not None:
            time.sleep(seconds)
            process.kill()
    return process.returncode == 0


def test_a_worker_that_is_killed_at_any_moment_goes_on_exactly(
    tmp_path: Path, checkout: Path
) -> None:
    where = Settings(data_dir=tmp_path, disk_reserve_percent=0)
    with closing(open_store(where)) as store:
        head = record(store, PROMISES)

        for seconds in (0.0, 0.01, 0.02, 0.04):
            follow_for(seconds, tmp_path, head, checkout)
        assert follow_for(None, tmp_path, head, checkout)

        with views_database(where) as engine:
            killed = dump(engine)
        other = where.model_copy(update={"data_dir": tmp_path / "other"})
        with views_database(other) as engine:
            fold_everything(engine, store)
            assert dump(engine) == killed


# --- with a loop


async def test_what_was_written_is_read(ledger: Ledger, projector: Projector) -> None:
    party, promised = new_stream(), new_stream()

    receipt = await ledger.execute(
        [
            RegisterOrganization(id=party, profile=OrganizationProfile(name="Ministry")),
            RecordCommitment(id=promised, content=promise(promisors=(party,))),
        ],
        context(),
    )

    assert await projector.wait(receipt.position, 10)
    item = projector.views.item("commitments", promised)
    assert item is not None
    assert item["clocks"]["position"] == receipt.position


async def test_what_another_process_wrote_is_noticed(
    settings: Settings, projector: Projector
) -> None:
    with closing(open_store(settings)) as elsewhere:
        head = record(elsewhere, PROMISES)

    assert await projector.wait(head, 10)


async def test_listeners_hear_each_position_that_every_view_has_reached(
    ledger: Ledger, projector: Projector
) -> None:
    heard: list[int] = []
    projector.listen(heard.append)

    for number in range(5):
        head = record(ledger.store, stream_of(stream(0x3000 + number), [recorded()]))
        projector.wake()
        await projector.wait(head, 10)

    assert heard == sorted(set(heard))
    assert heard[-1] == 5


async def test_eight_writers_and_a_reader_who_follows(
    settings: Settings, ledger: Ledger, projector: Projector
) -> None:
    party = new_stream()
    await ledger.execute(
        [RegisterOrganization(id=party, profile=OrganizationProfile(name="Ministry"))], context()
    )

    async def write() -> None:
        for _ in range(6):
            promised = new_stream()
            await ledger.execute(
                [RecordCommitment(id=promised, content=promise(promisors=(party,)))], context()
            )
            receipt = await ledger.execute([_assessment(promised)], context())
            assert await projector.wait(receipt.position, 30)
            item = await asyncio.to_thread(projector.views.item, "commitments", promised)
            assert item is not None
            assert item["clocks"]["position"] == receipt.position

    await asyncio.gather(*(write() for _ in range(8)))

    head = (await ledger.head()).position
    assert await projector.wait(head, 10)
    listed = projector.views.facts(Query(limit=1000, order="oldest"))
    assert [fact["position"] for fact in listed.items] == list(range(1, head + 1))
    with views_database(settings) as engine:
        followed = await asyncio.to_thread(dump, engine)
        await projector.rebuild()
        assert await asyncio.to_thread(dump, engine) == followed


def _assessment(promised: StreamId) -> AssessProgress:
    return AssessProgress(
        id=promised,
        assessment=AssessmentId(str(uuid4())),
        assessed_on=PartialDate("2022-09-01"),
        assessor_kind=AssessorKind.INDEPENDENT,
        progress=Progress.NO_EVIDENCE,
        rubric="1",
    )


async def test_two_processes_that_follow_do_not_fold_twice(
    settings: Settings, ledger: Ledger, projector: Projector
) -> None:
    async with open_views(settings, ledger) as other:
        for number in range(20):
            record(ledger.store, stream_of(stream(0x3000 + number), [recorded()]))
            projector.wake()
            other.wake()

        assert await projector.wait(20, 10)
        assert await other.wait(20, 10)

    assert len(projector.views.page("commitments", Query()).items) == 20
    assert projector.trouble is None


async def test_a_worker_whose_database_is_away_says_so_and_comes_back(
    settings: Settings, ledger: Ledger, projector: Projector
) -> None:
    with views_database(settings) as engine, engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE generations RENAME TO away")
    record(ledger.store, PROMISES)
    projector.wake()
    await _until(lambda: projector.trouble is not None)

    with views_database(settings) as engine, engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO generations")

    assert await projector.wait(60, 20)
    await _until(lambda: projector.trouble is None)


async def _until(true: Callable[[], bool]) -> None:
    """Look again and again: nobody announces trouble."""
    for _ in range(2000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError
