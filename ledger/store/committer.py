"""Many requests, one commit: the only thread that writes, and the queue in front of it.

While one batch is being synced the next one collects; an idle queue commits at once, so nobody
waits for company. What was accepted is stored even if whoever asked has gone.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from ledger.clock import Clock
from ledger.errors import LedgerError, QueueFullError, StorageError
from ledger.store.port import Outcome, Receipt, Store, Unit

DEFECTS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a mistake in our own code raises: it fails its batch, and the queue behind it goes on."""

ENDED: Final = "the ledger records nothing any more; start it again"

Answer = Sequence[Outcome] | LedgerError
Announce = Callable[[Sequence[Receipt]], None]


def milliseconds(instant: datetime) -> int:
    """Ms since 1970 in UTC, the unit of `at`."""
    return int(instant.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class _Waiting:
    unit: Unit
    answer: asyncio.Future[Outcome]


class Committer:
    """Made on the loop that submits; `announce` is called there with what each batch stored."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        announce: Announce,
        *,
        queue_limit: int,
        batch_limit: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._announce = announce
        self._queue_limit = queue_limit
        self._batch_limit = batch_limit
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._accepted = 0
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._ended = self._loop.create_future()
        self._thread = Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether what is submitted will be stored."""
        return self._thread.is_alive() and not self._closing

    @property
    def waiting(self) -> int:
        """Requests accepted and not answered yet."""
        return self._accepted

    async def submit(self, unit: Unit) -> Outcome:
        """The store's answer; raise QueueFullError, StorageError."""
        # Should the thread die, `_end` closes the queue and answers whoever came before it did.
        if self._closing:
            raise StorageError(ENDED)
        if self._accepted >= self._queue_limit:
            message = f"{self._accepted} requests wait to be stored; try again shortly"
            raise QueueFullError(message)
        self._accepted += 1
        waiting = _Waiting(unit, self._loop.create_future())
        self._queue.put(waiting)
        return await waiting.answer

    async def close(self) -> None:
        """Store what was accepted, then end."""
        if not self._closing:
            self._closing = True
            self._queue.put(None)
        await asyncio.shield(self._ended)

    # --- in the thread

    def _run(self) -> None:
        batch: list[_Waiting] = []
        try:
            while batch := self._next_batch():
                self._tell(self._answered, batch, self._commit(batch))
        finally:
            self._tell(self._end, batch)

    def _next_batch(self) -> list[_Waiting]:
        """Empty once the committer is closed and everything before that was taken."""
        first = self._queue.get()
        batch = [] if first is None else [first]
        try:
            while batch and len(batch) < self._batch_limit:
                following = self._queue.get_nowait()
                if following is None:
                    self._queue.put(None)
                    break
                batch.append(following)
        except Empty:
            pass
        return batch

    def _commit(self, batch: Sequence[_Waiting]) -> Answer:
        try:
            units = [waiting.unit for waiting in batch]
            return self._store.append(units, milliseconds(self._clock()))
        except LedgerError as error:
            return error
        except DEFECTS as defect:
            return StorageError(f"the batch could not be stored: {defect!r}")

    def _tell(self, callback: Callable[..., None], *values: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback, *values)

    # --- on the loop

    def _answered(self, batch: Sequence[_Waiting], answer: Answer) -> None:
        self._accepted -= len(batch)
        if isinstance(answer, LedgerError):
            for waiting in batch:
                if not waiting.answer.done():
                    waiting.answer.set_exception(answer)
            return
        for waiting, outcome in zip(batch, answer, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(outcome)
        stored = [one for one in answer if isinstance(one, Receipt) and not one.replayed]
        if stored:
            self._announce(stored)

    def _end(self, left: list[_Waiting]) -> None:
        """Only a defect ends the thread before it was asked to; nobody may wait for it for ever."""
        self._closing = True
        self._ended.set_result(None)
        while not self._queue.empty():
            following = self._queue.get()
            left += [] if following is None else [following]
        self._answered(left, StorageError(ENDED))
