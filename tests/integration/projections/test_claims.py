"""One process folds a view, and another when that one is gone."""

from contextlib import closing

import psycopg
import pytest

from projections import claims
from projections.claims import AdvisoryLocks

pytestmark = pytest.mark.postgres
VIEWS = ("commitments", "search")


@pytest.fixture
def url(postgres_database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database whose locks are asked for each time, not once a second."""
    monkeypatch.setattr(claims, "CHECK_SECONDS", 0.0)
    return postgres_database_url


def test_what_one_holds_another_cannot_have(url: str) -> None:
    with closing(AdvisoryLocks(url)) as first, closing(AdvisoryLocks(url)) as second:
        assert first.mine(VIEWS) == {*VIEWS}

        assert second.mine(VIEWS) == frozenset()
        assert first.mine(VIEWS) == {*VIEWS}


def test_what_one_leaves_another_takes(url: str) -> None:
    with closing(AdvisoryLocks(url)) as second:
        with closing(AdvisoryLocks(url)) as first:
            first.mine(VIEWS)

        assert second.mine(VIEWS) == {*VIEWS}


def test_each_view_has_a_lock_of_its_own(url: str) -> None:
    with closing(AdvisoryLocks(url)) as first, closing(AdvisoryLocks(url)) as second:
        first.mine(["commitments"])

        assert second.mine(VIEWS) == {"search"}


def test_a_connection_that_is_cut_has_lost_its_claims_and_makes_them_anew(url: str) -> None:
    with closing(AdvisoryLocks(url)) as ours:
        ours.mine(VIEWS)
        with psycopg.connect(url, autocommit=True) as operator:
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

        with pytest.raises(psycopg.Error):
            ours.mine(VIEWS)
        assert ours.mine(VIEWS) == {*VIEWS}
