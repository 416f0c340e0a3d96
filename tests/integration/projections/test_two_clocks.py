"""Whatever happened in whatever order: a look-up at a moment says what a replay would say."""

import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from ledger.config import Settings
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId
from ledger.store.codec import decode
from ledger.store.opening import open_store
from ledger.store.port import Store, StoredFact
from projections.asking.snapshot import Snapshot, holding
from projections.port import Moment, Query
from projections.reading import SqlViews
from projections.spans import FOREVER, ROWS, TALLIES, ranges
from projections.stories import BEGINNINGS, STORIES
from tests.integration.projections.keeping import (
    fold_everything,
    reading,
    record,
    views_database,
)
from tests.unit.projections.histories import ledgers
from tests.unit.projections.telling import recorded, stream

DAYS = [None, *(date(year, month, 20) for year, month in product((2020, 2021, 2022, 2023), (2, 7)))]
Streams = Mapping[StreamId, list[StoredFact]]


def moments(head: int) -> list[Moment]:
    positions = [None, *sorted({1, head // 2, head - 1, head} - {0, -1})]
    return [Moment(as_of=position, on=day) for position, day in product(positions, DAYS)]


def streams(store: Store) -> Streams:
    found: dict[StreamId, list[StoredFact]] = {}
    for entry in store.entries(after=0, limit=10_000):
        found.setdefault(entry.stream, []).append(decode(entry))
    return found


def replay(facts: Streams, moment: Moment, kind: int) -> list[tuple[str, Any, Any]]:
    """(collection, key, payload) of everything of a kind that holds, by folding only."""
    held = []
    for told_of in facts.values():
        known = [
            stored for stored in told_of if moment.as_of is None or stored.position <= moment.as_of
        ]
        if known:
            collection = BEGINNINGS[known[0].fact.TOPIC]
            told = ranges(STORIES[collection], known)
            held += [
                (collection, key, payload)
                for (each, key, day_from), (day_to, payload) in told.items()
                if each == kind and holds(day_from, day_to, moment)
            ]
    return held


def holds(day_from: int, day_to: int, moment: Moment) -> bool:
    if moment.on is None:
        return day_to == FOREVER
    return day_from <= moment.on.toordinal() < day_to


def looked_up(engine: Engine, moment: Moment) -> list[tuple[str, bytes]]:
    with engine.connect() as connection, connection.begin():
        snapshot = Snapshot(connection, moment, date.today)
        return sorted(
            (collection, document)
            for collection in STORIES
            for rows in [snapshot.served.records(collection).rows]
            for (document,) in snapshot.ask(
                select(rows.c.document).where(*holding(rows, snapshot.shape))
            )
        )


@trying(max_examples=25)
@given(history=ledgers(), batch=st.integers(1, 12))
def test_records_statistics_and_lists_at_every_moment(
    history: list[tuple[StreamId, int, AnyFact]], batch: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        where = Settings(data_dir=Path(folder), disk_reserve_percent=0)
        with closing(open_store(where)) as store, views_database(where) as engine:
            head = record(store, history)
            fold_everything(engine, store, batch=batch)
            facts = streams(store)

            with reading(engine, store) as views:
                for moment in moments(head):
                    check(views, facts, moment)
                    assert looked_up(engine, moment) == sorted(
                        (collection, row.document)
                        for collection, _, row in replay(facts, moment, ROWS)
                    )


def check(views: SqlViews, facts: Streams, moment: Moment) -> None:
    """Lists hold the records that there are, and statistics count them."""
    records = Counter(collection for collection, _, _ in replay(facts, moment, ROWS))
    listed = {
        collection: len(views.page(collection, Query(moment=moment, limit=100)).items)
        for collection in STORIES
    }
    assert listed == {collection: records[collection] for collection in STORIES}
    tallies = Counter(key for _, key, _ in replay(facts, moment, TALLIES))
    assert views.statistics(moment)["entities"] == {
        code: count for (dimension, code), count in tallies.items() if dimension == "entities"
    }


def test_totals_run_on_from_fact_to_fact_inside_one_batch(settings: Settings, store: Store) -> None:
    record(store, [(stream(number), 1, recorded()) for number in range(1, 4)])
    with views_database(settings) as engine:
        fold_everything(engine, store, batch=3)

        with reading(engine, store) as views:
            counted = [views.statistics(Moment(as_of=head))["entities"] for head in (1, 2, 3)]

    assert counted == [{"commitments": 1}, {"commitments": 2}, {"commitments": 3}]
