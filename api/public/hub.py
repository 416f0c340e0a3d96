"""Who watches what, and the one task that sends: each fact is read and encoded once.

Watchers with the same filters share a channel. Invariant: a watcher in a channel has been sent, or
did not want, every matching fact up to `channel.position`; so it may only join when it has caught
up to exactly there, with no await in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import orjson
import structlog
from aiohttp import web

from api.public.seats import Seats
from ledger.epochs import Bookmark
from projections.port import Moment, Query

if TYPE_CHECKING:
    from api.parts import Parts
    from projections.documents import FactView

log = structlog.get_logger()

BEHIND_BYTES: Final = 1024 * 1024
"""Unsent bytes at which a watcher is cut off; its Last-Event-ID brings it back."""

HEARTBEAT_SECONDS: Final = 15.0
RESTART_SECONDS: Final = 1.0
BATCH: Final = 200
BEAT: Final = b": still here\n\n"

Filters = tuple[tuple[str, str], ...]


def event(name: str, bookmark: Bookmark, data: object) -> bytes:
    """One event of the stream; its id brings the reader back to just after it."""
    told = str(bookmark).encode(), name.encode(), orjson.dumps(data)
    return b"id: %b\nevent: %b\ndata: %b\n\n" % told


def chunk(data: bytes) -> bytes:
    """HTTP/1.1 framing (RFC 9112, 7.1)."""
    return b"%x\r\n%b\r\n" % (len(data), data)


@dataclass(frozen=True, slots=True)
class Sending:
    """Bytes in both framings, made once for everybody."""

    position: int
    plain: bytes
    framed: bytes


def sending(epoch: str, fact: FactView) -> Sending:
    plain = event("fact", Bookmark(epoch, fact["position"]), fact)
    return Sending(fact["position"], plain, chunk(plain))


@dataclass(eq=False, slots=True)
class Watcher:
    """A connection that listens. `after` is the last position it has, `gone` ends its handler."""

    response: web.StreamResponse
    transport: asyncio.Transport
    framed: bool
    after: int
    gone: asyncio.Future[None]

    def send(self, message: Sending) -> None:
        """Straight into the transport: no task, no queue but the socket's own, which is bounded."""
        if message.position > self.after:
            self.after = message.position
            self.put(message)

    async def catch_up(self, message: Sending) -> None:
        """At the reader's own pace; raise ConnectionError once it has gone."""
        await self.response.write(message.plain)
        self.after = message.position

    def put(self, message: Sending) -> None:
        """Whatever its position."""
        if self.transport.is_closing():
            self.leave()
        elif self.transport.get_write_buffer_size() > BEHIND_BYTES:
            log.info("stream.laggard_cut_off", after=self.after)
            self.transport.abort()
            self.leave()
        else:
            self.transport.write(message.framed if self.framed else message.plain)

    def leave(self) -> None:
        """Let the handler end."""
        if not self.gone.done():
            self.gone.set_result(None)


@dataclass(eq=False, slots=True)
class Channel:
    """Everybody who watches one set of filters."""

    filters: Filters
    position: int
    watchers: set[Watcher] = field(default_factory=set)


class Hub:
    """Opened and closed with the application."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._channels: dict[Filters, Channel] = {}
        self._catching_up: set[Watcher] = set()
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._supervised(), name="stream")
        self._beating = asyncio.create_task(self._beat(), name="stream-heartbeat")
        self.seats = Seats(parts.settings.stream_limit)
        self.ending = False
        parts.follower.listen(self._wake)

    def _wake(self, _: int) -> None:
        self._news.set()

    async def join(self, watcher: Watcher, filters: Filters) -> Channel:
        """Catch up from the views, then take part."""
        began = Channel(filters, await self.head(filters))
        self._catching_up.add(watcher)
        try:
            while watcher.after < self._channel(began).position:
                await self._catch_up(watcher, self._channel(began))
        finally:
            self._catching_up.discard(watcher)
        channel = self._channel(began)
        channel.watchers.add(watcher)
        return channel

    def _channel(self, began: Channel) -> Channel:
        """The one in use, for an empty one is dropped even while somebody catches up with it."""
        return self._channels.setdefault(began.filters, began)

    def leave(self, watcher: Watcher, channel: Channel) -> None:
        """An empty channel goes with the next news."""
        channel.watchers.discard(watcher)

    async def head(self, filters: Filters = ()) -> int:
        """How far the timeline goes."""
        query = Query(filters=dict(filters), limit=1)
        page = await self._parts.read(self._parts.views.facts, query)
        return page.position

    async def _catch_up(self, watcher: Watcher, channel: Channel) -> None:
        target = channel.position
        async for fact in self.between(channel.filters, watcher.after, target):
            await watcher.catch_up(sending(self._parts.ledger.epoch, fact))
        watcher.after = max(watcher.after, target)

    async def between(self, filters: Filters, after: int, until: int) -> AsyncIterator[FactView]:
        """The matching facts in (after, until], in order.

        A page holds the newest; if it does not reach down to `after`, the span is halved. That
        costs twice the pages at most, and one look at a span that holds little.
        """
        if after >= until:
            return
        query = Query(filters=dict(filters), moment=Moment(as_of=until), limit=BATCH)
        page = await self._parts.read(self._parts.views.facts, query)
        found = [fact for fact in page.items if fact["position"] > after]
        if page.next is None or len(found) < len(page.items):
            for fact in reversed(found):
                yield fact
            return
        middle = (after + until) // 2
        for start, end in ((after, middle), (middle, until)):
            async for fact in self.between(filters, start, end):
                yield fact

    # --- the sending task

    async def _supervised(self) -> None:
        """A failure to read must not end the stream for everybody: log it, and go on in a while."""
        while True:
            try:
                await self._send_news()
            except Exception:
                log.exception("stream.failed")
                await asyncio.sleep(RESTART_SECONDS)

    async def _send_news(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            for channel in list(self._channels.values()):
                await self._advance(channel)

    async def _advance(self, channel: Channel) -> None:
        if not channel.watchers:
            del self._channels[channel.filters]
            return
        head = await self.head(channel.filters)
        epoch = self._parts.ledger.epoch
        fresh = self.between(channel.filters, channel.position, head)
        news = [sending(epoch, fact) async for fact in fresh]
        for message in news:
            _send_all(channel.watchers, message)
        channel.position = max(channel.position, head)

    async def _beat(self) -> None:
        """Keeps proxies from closing, finds the dead, and looks for news that nobody announced."""
        beat = Sending(0, BEAT, chunk(BEAT))
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self._news.set()
            for channel in list(self._channels.values()):
                for watcher in list(channel.watchers):
                    watcher.put(beat)

    @property
    def tasks(self) -> Sequence[asyncio.Task[None]]:
        """Those without which nothing is sent."""
        return (self._task, self._beating)

    def end(self) -> None:
        """Let every handler end, with a proper last chunk; who is catching up is cut off."""
        self.ending = True
        for watcher in self._catching_up:
            watcher.transport.abort()
        for channel in self._channels.values():
            for watcher in list(channel.watchers):
                watcher.leave()

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def _send_all(watchers: Iterable[Watcher], message: Sending) -> None:
    for watcher in list(watchers):
        watcher.send(message)


def named(filters: Mapping[str, str]) -> Filters:
    """The same filters in whatever order are the same channel."""
    return tuple(sorted(filters.items()))
