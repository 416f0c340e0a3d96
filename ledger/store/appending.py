"""One batch, one transaction, one sync, and what to answer when the database's answer is lost."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from ledger.store.batch import Batch, Ground, Used, judge
from ledger.store.failures import DRIVER_ERRORS
from ledger.store.port import Key, Outcome, Unit


class Writing(Protocol):
    """A transaction that holds the write lock from its beginning, and commits at its end."""

    def ground(self, units: Sequence[Unit]) -> Ground:
        """Everything that the database holds about what the units name."""

    def write(self, batch: Batch) -> None:
        """Insert the rows of the batch."""

    def used(self, key: Key) -> Used | None:
        """What the key stored."""


Begin = Callable[[], AbstractContextManager[Writing]]


def append(begin: Begin, units: Sequence[Unit], now: int) -> Sequence[Outcome]:
    """An answer for each unit, durable when this returns; else a driver's error."""
    batch: Batch | None = None
    try:
        # A crash before the commit is on disk leaves nothing of the batch, neither facts nor
        # keys: whoever retries stores it then. A crash after it leaves all of the batch without
        # an answer: whoever retries with the same key gets the first receipt.
        with begin() as writing:
            batch = judge(units, writing.ground(units), now)
            writing.write(batch)
    except DRIVER_ERRORS:
        if batch is None or not _is_stored(begin, batch):
            raise
    return batch.outcomes


def _is_stored(begin: Begin, batch: Batch) -> bool:
    """Whether a batch whose commit failed is stored after all.

    Taking the write lock waits for a commit that is still under way. The whole receipt is
    compared: another process may have used the key as soon as our lock was gone.
    """
    if batch.first is None:
        return True
    key, receipt = batch.first
    with begin() as writing:
        used = writing.used(key)
    return used is not None and used.receipt == receipt
