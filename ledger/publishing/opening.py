"""Keeps the log up with the ledger, in a thread of its own, for as long as a service runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from threading import Event, Thread
from time import monotonic, perf_counter
from typing import Final

import structlog

from ledger.clock import Clock, utc_now
from ledger.config import Settings
from ledger.errors import LedgerError, StorageError
from ledger.log.notes import NoteError
from ledger.publishing.claim import Still, claimed
from ledger.publishing.head import (
    HeadFile,
    HeadMovedError,
    LogFolderError,
    NoLogError,
    PublisherBusyError,
)
from ledger.publishing.log import Log, Published, published_at, read_published
from ledger.publishing.publisher import ClockBackError, LogStoppedError, Publisher
from ledger.publishing.resuming import open_publisher
from ledger.publishing.scrubber import Scrubber
from ledger.publishing.signing import Signer, log_folder, open_signer
from ledger.publishing.tables import log_database
from ledger.publishing.tile_store import MissingTileError, OvertakenError, TileStore
from ledger.service import Ledger
from ledger.stamping.authority import authority_of
from ledger.stamping.stamper import Stamper, stamping
from ledger.stamping.stamps import Stamps
from ledger.store.committer import milliseconds
from ledger.witnessing.asking import Witnesses, read_policy
from ledger.witnessing.record import Record

POLL_SECONDS: Final = 0.25
"""How often a node looks for what another process has recorded or published."""
PAUSE_SECONDS: Final = 1.0
REST: Final = 3
"""While requests wait to be stored, it rests this many times as long as a round took: rounds grow
instead of their number, and recording keeps the interpreter for most of the time."""
CLAIM_SECONDS: Final = 2.0
"""How often a node that could publish asks whether nobody else does."""
SCRUB_SECONDS: Final = 0.1
"""Between two steps of the scrubber, of 256 facts each: 2,560 facts a second at the most."""
PASS_SECONDS: Final = 5.0
"""Between two of its passes."""
FAILURES: Final = (
    StorageError,
    HeadMovedError,
    LogFolderError,
    MissingTileError,
    NoteError,
    OvertakenError,
)
"""After any of these nothing is signed until everything was read and checked anew."""
DEFECT: Final = (
    "the publisher has died of a mistake in the program: nothing is signed any more. Start the "
    "service again, and report what it wrote"
)

log = structlog.get_logger()


@asynccontextmanager
async def open_log(
    settings: Settings, ledger: Ledger, clock: Clock = utc_now
) -> AsyncIterator[Log | None]:
    """The ledger's log, published by this process or another; None where none was begun.

    Raise NoLogError, KeyUnreadableError or LogStoppedError, each with its cure, rather than sign
    what contradicts the head.
    """
    with ExitStack() as stack:
        engine = await asyncio.to_thread(stack.enter_context, log_database(settings))
        tiles = TileStore(engine)
        if not await asyncio.to_thread(_begun, settings, tiles):
            log.warning("log.none", cure="`commitments init` begins a log that anybody can verify")
            yield None
            return
        signer = await asyncio.to_thread(_signer, settings)
        authority = authority_of(settings)
        shown = Log(tiles, Record(engine), read_policy(settings.log_policy), Stamps(engine))
        keeper = Keeper(settings, signer, ledger, clock, shown)
        ledger.listen(keeper.wake)
        try:
            await keeper.opened
            if authority is not None and signer is not None:
                every = int(settings.tsa_minutes * 60_000)
                stack.enter_context(stamping(Stamper(authority, shown.stamps, every, clock), shown))
            yield keeper.log
        finally:
            await asyncio.to_thread(keeper.stop)


def _begun(settings: Settings, tiles: TileStore) -> bool:
    folder = log_folder(settings)
    if HeadFile(folder).exists():
        return True
    begun = tiles.published() is not None
    if begun and not settings.on_postgres:
        raise NoLogError(
            f"this ledger has a log, and {folder} does not hold its head. Put head and key back "
            "from where you keep their copy, or set LEDGER_LOG_DIR to their folder"
        )
    return begun


def _signer(settings: Settings) -> Signer | None:
    """None on a node that only reads."""
    return open_signer(settings) if HeadFile(log_folder(settings)).exists() else None


class Keeper:
    """Publishes where it has the key and nobody else does; shows what is published elsewhere.

    `opened` is done when it first showed something, or says why nothing may be signed.
    """

    def __init__(
        self, settings: Settings, signer: Signer | None, ledger: Ledger, clock: Clock, shown: Log
    ) -> None:
        self._scrubber, self._scrub_at = Scrubber(), 0.0
        self.log = shown
        self._settings, self._signer, self._ledger, self._clock = settings, signer, ledger, clock
        self._head = HeadFile(log_folder(settings))
        self._news, self._closing = Event(), Event()
        self._loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = self._loop.create_future()
        self._thread = Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def wake(self, _position: int = 0) -> None:
        """Facts have come."""
        self._news.set()

    def stop(self) -> None:
        """End after the round that runs."""
        self._closing.set()
        self._news.set()
        self._thread.join()

    # --- in the thread

    def _run(self) -> None:
        why = LogStoppedError(DEFECT)
        try:
            while not self._closing.is_set():
                self._try()
        except LogStoppedError as error:
            why = error
        finally:
            if not self._closing.is_set():
                self._stopped(why)

    def _try(self) -> None:
        try:
            self._keep()
        except ClockBackError as error:
            if not self.opened.done():
                raise
            self._failed(error)
        except FAILURES as error:
            self._failed(error)

    def _failed(self, error: LedgerError) -> None:
        """Show what there is, and why it gets no newer for now."""
        said = str(error)
        if isinstance(error, StorageError):
            said = f"nothing is signed for now, because tiles or facts cannot be reached: {error}"
        if said != self.log.trouble:
            log.warning("log.failed", error=said)
        published = self.log.published
        with suppress(*FAILURES):
            published = published or read_published(self.log.tiles)
        self._show(published, said)
        self._closing.wait(PAUSE_SECONDS)

    def _keep(self) -> None:
        """Publish until something fails; while another process does, look at what it published."""
        if self._signer is None:
            self._follow()
            return
        try:
            with claimed(self._settings, self._head) as still:
                self._publish(self._signer, still)
        except PublisherBusyError:
            self._follow()

    def _publish(self, signer: Signer, still: Still) -> None:
        """A publisher is good until its first failure: then everything is read anew."""
        publisher = open_publisher(
            self._ledger.store, self.log.tiles, self._head, signer, self._now()
        )
        with closing(self._witnesses()) as witnesses:
            self._publish_note(publisher, witnesses)
            while not self._closing.is_set():
                still()
                self._scrub(publisher)
                began = perf_counter()
                following = publisher.round(self._now())
                took = perf_counter() - began
                if following is None:
                    self._pause()
                    if not witnesses.waiting():
                        continue
                publisher = following or publisher
                self._publish_note(publisher, witnesses)
                if self._ledger.committer.waiting:
                    self._closing.wait(REST * took)

    def _witnesses(self) -> Witnesses:
        shown = self.log
        return Witnesses(shown.policy, shown.tiles, shown.record, log_folder(self._settings))

    def _now(self) -> int:
        return milliseconds(self._clock())

    def _scrub(self, publisher: Publisher) -> None:
        """A little of it, if it is time."""
        if monotonic() < self._scrub_at:
            return
        ended = self._scrubber.step(publisher)
        self._scrub_at = monotonic() + (PASS_SECONDS if ended else SCRUB_SECONDS)
        self.log.scrubbed, self.log.damage = self._scrubber.scrubbed, self._scrubber.damage

    def _publish_note(self, publisher: Publisher, witnesses: Witnesses) -> None:
        """After the head was swapped: what is shown has the cosignatures that came in time."""
        keys = publisher.signer.verifiers
        signed = published_at(publisher.note, keys, publisher.edge, self.log.tiles.rows)
        cosigned = witnesses.cosign(signed)
        self.log.tiles.publish(str(cosigned.note), keys)
        self._show(cosigned)

    def _follow(self) -> None:
        until = monotonic() + CLAIM_SECONDS
        while monotonic() < until and not self._closing.is_set():
            self._show(read_published(self.log.tiles))
            self._pause()

    def _pause(self) -> None:
        self._news.wait(POLL_SECONDS)
        self._news.clear()

    def _stopped(self, error: LogStoppedError) -> None:
        """Nothing is signed any more until somebody has looked, and started the service again."""
        log.critical("log.stopped", error=str(error))
        self._loop.call_soon_threadsafe(self._fail, error)

    def _show(self, published: Published | None, trouble: str | None = None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._shown, published, trouble)

    # --- on the loop

    def _shown(self, published: Published | None, trouble: str | None) -> None:
        self.log.move(published, trouble)
        if not self.opened.done():
            self.opened.set_result(None)

    def _fail(self, error: LogStoppedError) -> None:
        if self.opened.done():
            self.log.move(self.log.published, str(error), stopped=True)
        else:
            self.opened.set_exception(error)
