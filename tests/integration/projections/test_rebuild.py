"""A view is disposable: built anew from the facts it is the same, byte for byte."""

import asyncio
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect

from ledger.config import Settings
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId
from ledger.service import Ledger, open_ledger
from ledger.store.codec import decode
from ledger.store.opening import open_store
from ledger.store.port import Entry, Store, StoredFact
from ledger.vocabulary import Progress
from projections.building import Build, RebuildFailedError
from projections.generations import BUILDING, flip
from projections.port import Query
from projections.projector import Projector, open_views
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
from tests.unit.projections.histories import ledgers
from tests.unit.projections.telling import A, assessed, moved, recorded, stream

History = list[tuple[StreamId, int, AnyFact]]
PROMISES = [
    fact
    for number in range(20)
    for fact in stream_of(
        stream(0x1000 + number),
        [
            recorded(),
            assessed(Progress.FULFILLED, "2023-01-01", number=1),
            assessed(Progress.IN_PROGRESS, "2022-09-01", number=2),
            moved("2024", "2022-12-01"),
        ],
    )
]


async def build(engine: Engine, store: Store) -> Build:
    """Everything built anew, in big batches, and served."""
    built = Build(engine, store, decode, tails(engine, state=BUILDING), lambda *_: None)
    await built.run()
    built.install(even_stalled=False)
    return built


@settings(max_examples=25)
@given(history=ledgers(), batch=st.integers(1, 12))
async def test_rebuilding_equals_following(history: History, batch: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        where = Settings(data_dir=Path(folder), disk_reserve_percent=0)
        with closing(open_store(where)) as store, views_database(where) as engine:
            record(store, history)
            fold_everything(engine, store, batch=batch)
            followed = dump(engine)

            await build(engine, store)

            assert dump(engine) == followed


async def test_rebuilding_on_each_database(settings: Settings, store: Store) -> None:
    record(store, PROMISES)
    with views_database(settings) as engine:
        fold_everything(engine, store, batch=7)
        followed = dump(engine)

        await build(engine, store)

        assert dump(engine) == followed
        assert sum(map(len, followed.values())) > len(PROMISES)


async def test_the_old_tables_go_and_the_new_ones_have_every_index(
    settings: Settings, store: Store
) -> None:
    record(store, PROMISES)
    with views_database(settings) as engine:
        fold_everything(engine, store)
        indexes = len(inspect(engine).get_indexes("commitments_1"))

        await build(engine, store)

        names = inspect(engine).get_table_names()
        assert not [name for name in names if "_1_" in name or name.endswith("_1")]
        assert len(inspect(engine).get_indexes("commitments_2")) == indexes


async def test_a_build_that_was_cut_short_goes_on_where_it_was(
    settings: Settings, store: Store
) -> None:
    record(store, PROMISES[:40])
    with views_database(settings) as engine:
        cut = Build(engine, store, decode, tails(engine, state=BUILDING), lambda *_: None)
        await cut.catch_up()
        record(store, PROMISES[40:])

        begun = tails(engine, state=BUILDING)
        assert {tail.position for tail in begun} == {40}
        finished = Build(engine, store, decode, begun, lambda *_: None)
        await finished.run()
        finished.install(even_stalled=False)
        after = dump(engine)

        await build(engine, store)
        assert dump(engine) == after


async def test_readers_are_served_while_a_view_is_built_anew(
    ledger: Ledger, projector: Projector
) -> None:
    head = record(ledger.store, PROMISES)
    projector.wake()
    assert await projector.wait(head, 10)
    seen: list[tuple[str, int, int, int]] = []

    def watch(view: str, done: int, total: int) -> None:
        listed = len(projector.views.page("commitments", Query()).items)
        seen.append((view, done, total, listed))

    await projector.rebuild("commitments", watch)

    assert {(view, listed) for view, _, _, listed in seen} == {("commitments", 20)}
    assert seen[-1][1:3] == (head, head)
    assert len(projector.views.page("commitments", Query()).items) == 20
    (status,) = [each for each in projector.views.status() if each.name == "commitments"]
    assert (status.position, status.building) == (head, None)


async def test_facts_that_come_during_a_rebuild_are_in_it(
    ledger: Ledger, projector: Projector
) -> None:
    record(ledger.store, PROMISES[:40])

    def add(_view: str, done: int, _total: int) -> None:
        if done == 40:
            record(ledger.store, PROMISES[40:])

    await projector.rebuild("timeline", add)

    assert await projector.wait(80, 10)
    assert projector.views.fact(80) is not None


async def test_whoever_follows_goes_on_with_what_another_process_rebuilt(
    settings: Settings, ledger: Ledger, projector: Projector
) -> None:
    head = record(ledger.store, PROMISES[:40])
    projector.wake()
    assert await projector.wait(head, 10)
    async with open_views(settings, ledger) as elsewhere:
        await elsewhere.rebuild()

    head = record(ledger.store, PROMISES[40:])

    assert await projector.wait(head, 10)
    with views_database(settings) as engine:
        followed = await asyncio.to_thread(dump, engine)
        await projector.rebuild()
        assert await asyncio.to_thread(dump, engine) == followed


async def test_a_rebuild_killed_before_it_clears_away_leaves_the_new_tables_served(
    settings: Settings, ledger: Ledger, projector: Projector
) -> None:
    head = record(ledger.store, PROMISES[:40])
    projector.wake()
    assert await projector.wait(head, 10)
    with views_database(settings) as engine:
        built = Build(engine, ledger.store, decode, tails(engine, state=BUILDING), lambda *_: None)
        await built.run()
        with engine.begin() as connection:
            for tail in built.tails:
                flip(connection, tail)

        head = record(ledger.store, PROMISES[40:])
        projector.wake()

        assert await projector.wait(head, 10)
        assert len(projector.views.page("commitments", Query()).items) == 20
        assert inspect(engine).has_table("commitments_1")
        async with open_views(settings, ledger):
            assert not inspect(engine).has_table("commitments_1")


async def test_a_view_that_does_not_exist_is_not_rebuilt(projector: Projector) -> None:
    with pytest.raises(KeyError):
        await projector.rebuild("weather")


async def test_a_rebuild_that_a_fact_stalls_leaves_what_was_served(
    settings: Settings, store: Store
) -> None:
    record(store, PROMISES)
    with views_database(settings) as engine:
        fold_everything(engine, store)
        before = dump(engine)

        def strict(entry: Entry) -> StoredFact:
            if entry.position == 40:
                raise ValueError("a newer version would not read this")
            return decode(entry)

        failing = Build(engine, store, strict, tails(engine, state=BUILDING), lambda *_: None)
        await failing.run()
        with pytest.raises(RebuildFailedError, match="at fact 40"):
            failing.install(even_stalled=False)

        assert dump(engine) == before


async def test_a_view_of_another_version_is_built_while_the_others_serve(
    settings: Settings,
) -> None:
    async with open_ledger(settings) as ledger:
        head = record(ledger.store, PROMISES)
        async with open_views(settings, ledger) as first:
            assert await first.wait(head, 10)
        with views_database(settings) as engine, engine.begin() as connection:
            connection.exec_driver_sql("UPDATE generations SET version = 0 WHERE view = 'search'")

        async with open_views(settings, ledger) as again:
            assert again.views.page("commitments", Query()).position == head
            assert await again.wait(head, 10, ["search"])
            assert len(again.views.search("build", Query(limit=100)).items) == 20


async def test_a_full_ledger_is_served_once_it_is_built(settings: Settings) -> None:
    async with open_ledger(settings) as ledger:
        head = record(ledger.store, PROMISES)

        async with open_views(settings, ledger) as projector:
            assert await projector.wait(head, 10)

            assert {status.position for status in projector.views.status()} == {head}


async def test_a_first_build_serves_what_it_has_if_a_fact_stalls_it(settings: Settings) -> None:
    async with open_ledger(settings) as ledger:
        record(ledger.store, PROMISES)
        put(ledger.store, [unreadable(A, 1, "commitment.recorded/1")])

        async with open_views(settings, ledger) as projector:
            assert await projector.wait(81, 60, ["sources"])

            status = {each.name: each for each in projector.views.status()}
            assert len(projector.views.page("commitments", Query()).items) == 20
            assert (status["commitments"].position, status["commitments"].stalled_at) == (80, 81)
            assert (status["sources"].position, status["sources"].stalled_at) == (81, None)
