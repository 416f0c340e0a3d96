"""What the writer remembers between commands: folded states, and whose turn a stream is."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

from ledger.facts.fact import StreamId
from ledger.rules import registry
from ledger.store.codec import decode
from ledger.store.port import Entry, Store

KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """A stream's state after the fact with this version."""

    version: int
    state: registry.State | None


NEW: Final = Known(0, None)


def folded(entries: Sequence[Entry]) -> Known:
    """Raise UnreadableFactError where a fact cannot be read."""
    known = NEW
    for entry in entries:
        known = Known(entry.version, registry.evolve(known.state, decode(entry).fact))
    return known


class States:
    """The states used last, at most `KEPT`; what is not kept is folded from the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[StreamId, Known] = OrderedDict()
        self.generation = 0

    async def of(
        self, streams: Iterable[StreamId], *, presumed_new: Collection[StreamId] = ()
    ) -> dict[StreamId, Known]:
        """The state of each stream, NEW where there is none.

        A stream that is `presumed_new` is not looked for beyond what is kept.
        """
        found: dict[StreamId, Known] = {}
        missing: list[StreamId] = []
        for stream in streams:
            known = self._kept.get(stream)
            if known is not None:
                self._kept.move_to_end(stream)
                found[stream] = known
            elif stream in presumed_new:
                found[stream] = NEW
            else:
                missing.append(stream)
        if missing:
            found.update(await self._load(missing))
        return found

    async def _load(self, streams: Sequence[StreamId]) -> Mapping[StreamId, Known]:
        generation = self.generation
        stored = await asyncio.to_thread(self._folded, streams)
        self.keep({s: known for s, known in stored.items() if known.version}, generation)
        return stored

    def _folded(self, streams: Sequence[StreamId]) -> Mapping[StreamId, Known]:
        stored = self._store.streams(streams)
        return {stream: folded(stored.get(stream, ())) for stream in streams}

    def keep(self, states: Mapping[StreamId, Known], generation: int) -> None:
        """Remember what was read or stored, unless all was forgotten since that `generation`."""
        if generation != self.generation:
            return
        for stream, known in states.items():
            self._kept[stream] = known
            self._kept.move_to_end(stream)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def drop(self, streams: Iterable[StreamId]) -> None:
        """Read these again when they are needed next."""
        for stream in streams:
            self._kept.pop(stream, None)

    def outdate(self, versions: Mapping[StreamId, int]) -> None:
        """Something newer was stored: drop what is kept at these versions, not what came since."""
        self.drop([s for s, version in versions.items() if self._version(s) == version])

    def _version(self, stream: StreamId) -> int | None:
        known = self._kept.get(stream)
        return None if known is None else known.version

    def forget(self) -> None:
        """Another process has written: nothing kept, nor being read now, is sure to be new."""
        self.generation += 1
        self._kept.clear()


class Turns:
    """Requests about one stream follow each other; others do not wait."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[StreamId, asyncio.Lock] = WeakValueDictionary()

    def of(self, streams: Iterable[StreamId]) -> "Turn":
        """The streams are taken in one order, so two requests never wait for each other."""
        return Turn([self._lock(stream) for stream in sorted(set(streams))])

    def _lock(self, stream: StreamId) -> asyncio.Lock:
        lock = self._locks.get(stream)
        if lock is None:
            lock = self._locks[stream] = asyncio.Lock()
        return lock


class Turn:
    """Holds every lock, or none when whoever waited was cancelled."""

    def __init__(self, locks: Sequence[asyncio.Lock]) -> None:
        self._locks = locks
        self._held: list[asyncio.Lock] = []

    async def __aenter__(self) -> None:
        try:
            for lock in self._locks:
                await lock.acquire()
                self._held.append(lock)
        except asyncio.CancelledError:
            self._release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._release()

    def _release(self) -> None:
        while self._held:
            self._held.pop().release()
