"""Has checkpoints stamped from time to time, in a thread of its own. Nothing waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

import structlog

from ledger.clock import Clock
from ledger.errors import StorageError
from ledger.publishing.log import Log, Published
from ledger.stamping.authority import Authority, NoStampError
from ledger.stamping.stamps import Stamp, Stamps
from ledger.store.committer import milliseconds

LOOK_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 60.0

log = structlog.get_logger()


class Stamper:
    """Blocking; of one thread. `every` is ms between two stamps."""

    def __init__(self, authority: Authority, stamps: Stamps, every: int, clock: Clock) -> None:
        self._authority, self._stamps = authority, stamps
        self._every, self._clock = every, clock
        self.closing = Event()

    def look(self, published: Published | None) -> bool:
        """Have this checkpoint stamped if it is time; False if that failed."""
        if published is None or not published.checkpoint.size or not self._due(published):
            return True
        try:
            self._stamp(published)
        except (NoStampError, StorageError) as error:
            if str(error) != self._stamps.trouble:
                log.warning("stamp.none", why=str(error))
            self._stamps.trouble = str(error)
            return False
        self._stamps.trouble = ""
        return True

    def _due(self, published: Published) -> bool:
        """There is something new since the last stamp, and that is long enough ago."""
        newest = self._stamps.newest(1)
        if not newest:
            return True
        waited = milliseconds(self._clock()) - newest[0].at
        return newest[0].size < published.checkpoint.size and waited >= self._every

    def _stamp(self, published: Published) -> None:
        now, text = self._clock(), published.note.text
        response = self._authority.stamp(text.encode(), now)
        if self.closing.is_set():
            return
        size = published.checkpoint.size
        self._stamps.keep(Stamp(size, milliseconds(now), text, response))
        log.info("stamp.kept", size=size)


@contextmanager
def stamping(stamper: Stamper, shown: Log) -> Iterator[None]:
    """For the length of the block. A stamp that is under way at its end is not waited for."""

    def run() -> None:
        pause = 0.0
        while not stamper.closing.wait(pause):
            pause = LOOK_SECONDS if stamper.look(shown.published) else RETRY_SECONDS

    thread = Thread(target=run, name="stamper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stamper.closing.set()
        thread.join(LOOK_SECONDS)
