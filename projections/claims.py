"""Which views this process folds: where several could, one does, and another when that one dies.

A claim saves work; it is not what keeps views right. That is the position, which a batch moves on
only from where the batch began.
"""

import time
from collections.abc import Collection
from typing import Final, Protocol

import psycopg

from ledger.config import Settings

NAMESPACE: Final = 0x76696577
"""The letters v-i-e-w: the first half of every lock's number, the second is the view's name."""

CHECK_SECONDS: Final = 1.0
CONNECT_SECONDS: Final = 5
CLAIM: Final = (
    "SELECT name FROM unnest(%s::text[]) AS wanted (name)"
    " WHERE pg_try_advisory_lock(%s, hashtext(name))"
)


class Claims(Protocol):
    """Blocking; used by one thread at a time."""

    def mine(self, views: Collection[str]) -> frozenset[str]:
        """Those of the views that this process folds now."""

    def close(self) -> None:
        """Leave everything to others."""


class Everything:
    """SQLite is on one machine: whoever follows folds, and nobody folds twice."""

    def mine(self, views: Collection[str]) -> frozenset[str]:
        return frozenset(views)

    def close(self) -> None:
        """Nothing is held."""


class AdvisoryLocks:
    """PostgreSQL gives each view's lock to one connection, and takes it when that ends."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[tuple[str]] | None = None
        self._held: frozenset[str] = frozenset()
        self._checked = float("-inf")

    def mine(self, views: Collection[str]) -> frozenset[str]:
        """Asked of the database once a second: raises psycopg.Error when that is away."""
        if time.monotonic() - self._checked >= CHECK_SECONDS:
            try:
                self._claim(sorted(set(views) - self._held))
            except psycopg.Error:
                self.close()
                raise
        return self._held.intersection(views)

    def _claim(self, views: list[str]) -> None:
        """Asks even for nothing, for a connection that has ended holds no lock."""
        if self._connection is None:
            self._connection = psycopg.connect(
                self._url, autocommit=True, connect_timeout=CONNECT_SECONDS
            )
        rows = self._connection.execute(CLAIM, (views, NAMESPACE)).fetchall()
        self._held |= {name for (name,) in rows}
        self._checked = time.monotonic()

    def close(self) -> None:
        """The connection's end is the end of its locks."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._held, self._checked = None, frozenset(), float("-inf")


def open_claims(settings: Settings) -> Claims:
    return AdvisoryLocks(settings.url) if settings.on_postgres else Everything()
