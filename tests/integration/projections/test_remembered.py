"""What is remembered of one moment is never shown at a moment at which it reads otherwise."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.config import Settings
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId
from ledger.facts.stakeholder import (
    OrganizationProfile,
    OrganizationRegistered,
    StakeholderRenamed,
)
from ledger.store.opening import open_store
from ledger.store.port import Store
from projections.port import NOW, Moment, Query
from projections.reading import SqlViews
from projections.stories import STORIES
from tests.integration.projections import islamabad
from tests.integration.projections.keeping import (
    History,
    fold_everything,
    record,
    views_database,
)
from tests.unit.projections.histories import ledgers
from tests.unit.projections.telling import on, promise, recorded, stream

ONS = (None, date(2021, 7, 1), date(2022, 2, 20), date(2022, 12, 1), date(2024, 1, 1))
TODAYS = (datetime(2022, 2, 16, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC))


@contextmanager
def views_of(engine: Engine, store: Store, today: datetime = TODAYS[0]) -> Iterator[SqlViews]:
    with closing(SqlViews(engine, lambda: store.head().position, lambda: today)) as views:
        yield views


def everything(views: SqlViews, moment: Moment) -> Sequence[object]:
    query = Query(moment=moment, limit=100)
    return [views.printed(collection, query).items for collection in STORIES]


@contextmanager
def folded(history: History) -> Iterator[tuple[Engine, Store]]:
    """The history in a ledger, and every view of it."""
    with tempfile.TemporaryDirectory() as folder:
        where = Settings(data_dir=Path(folder), disk_reserve_percent=0)
        with closing(open_store(where)) as store, views_database(where) as engine:
            record(store, history)
            fold_everything(engine, store)
            yield engine, store


def check(engine: Engine, store: Store, asked: Iterable[tuple[int | None, date | None]]) -> None:
    """Ask one that was asked all before, and one that never was; today, and much later."""
    clock = [TODAYS[0]]
    with closing(SqlViews(engine, lambda: store.head().position, lambda: clock[0])) as remembering:
        for (as_of, on), today in product(asked, TODAYS):
            moment, clock[0] = Moment(as_of=as_of, on=on), today
            with views_of(engine, store, today) as forgetful:
                assert everything(remembering, moment) == everything(forgetful, moment), moment


def test_a_name_is_shown_at_the_moments_at_which_it_was_the_name() -> None:
    promised = recorded()
    (promisor,) = promised.content.promisors
    registration = OrganizationRegistered(
        effective_on=on("2004"), profile=OrganizationProfile(name="Facebook")
    )
    renaming = StakeholderRenamed(effective_on=on("2022-10-01"), name="Meta")
    history: History = [
        (promisor, 1, registration),
        (stream(7), 1, promised),
        (promisor, 2, renaming),
    ]

    with folded(history) as (engine, store), views_of(engine, store) as views:
        names = [
            item["promisors"][0]["name"]
            for moment in (NOW, Moment(as_of=2), Moment(on=date(2022, 9, 30)), NOW, Moment(as_of=3))
            for item in map(orjson.loads, views.printed("commitments", Query(moment=moment)).items)
        ]

    assert names == ["Meta", "Facebook", "Facebook", "Meta", "Meta"]


def test_a_flag_is_shown_from_the_day_on_which_it_turns() -> None:
    promised = recorded(promise(due="2022-03-01"))
    clock = [TODAYS[0]]

    with (
        folded([(stream(7), 1, promised)]) as (engine, store),
        closing(SqlViews(engine, lambda: store.head().position, lambda: clock[0])) as views,
    ):
        flags = {}
        for day in (28, 29, 31, 30):
            clock[0] = TODAYS[0] + timedelta(days=day - TODAYS[0].day)
            (item,) = map(orjson.loads, views.printed("commitments", Query()).items)
            flags[clock[0].date().isoformat()] = item["flags"]

    assert flags == {
        "2022-02-28": [],
        "2022-03-01": [],
        "2022-03-02": ["overdue"],
        "2022-03-03": ["overdue"],
    }


def test_the_sample_history_reads_the_same_at_every_moment_from_a_memory() -> None:
    positions = [None, *range(1, len(islamabad.FACTS) + 1)]
    moments = list(product(positions, ONS))
    asked = [*moments[::3], *moments[1::3], *moments[2::3]]

    with folded(islamabad.history()) as (engine, store):
        check(engine, store, asked)


@settings(max_examples=25, deadline=None)
@given(history=ledgers(), data=st.data())
def test_any_history_reads_the_same_at_any_moment_from_a_memory(
    history: list[tuple[StreamId, int, AnyFact]], data: st.DataObject
) -> None:
    moments = list(product([None, *range(1, len(history) + 1)], ONS))
    asked = data.draw(st.lists(st.sampled_from(moments), max_size=20, unique=True))

    with folded(history) as (engine, store):
        check(engine, store, asked)
