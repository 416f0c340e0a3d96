"""Whoever closes the views leaves no connection behind, whatever threads are still at."""

import gc
from contextlib import closing

import pytest
from sqlalchemy import QueuePool

from ledger.config import Settings
from ledger.store.port import Store
from projections.asking.lines import ClosedError
from projections.database import opened_engine
from projections.reading import SqlViews
from tests.integration.backup.places import run
from tests.integration.projections.keeping import tails


def test_a_thread_that_asks_after_the_end_gets_no_connection(
    settings: Settings, store: Store
) -> None:
    with opened_engine(settings) as engine:
        tails(engine)
        with closing(SqlViews(engine, lambda: store.head().position)) as views:
            views.status()

        with pytest.raises(ClosedError):
            views.status()

        assert isinstance(engine.pool, QueuePool)
        assert engine.pool.checkedout() == 0


def test_a_doctor_who_finds_no_views_lets_go_of_the_database(
    settings: Settings, store: Store
) -> None:
    assert store.head().position == 0

    assert run(settings, "doctor").code in {0, 1}

    gc.collect()
