"""Facts in their streams: what a fold needs to know about each fact of a batch, read once.

What the newest streams came to stays in memory, up to a bound; the facts of any stream are read
from the store again when they are needed: after a pause, or for a fact that comes late.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from ledger.facts.fact import StreamId
from ledger.facts.housekeeping import RedactionApplied
from ledger.store.port import Entry, Store, StoredFact
from projections.spans import NOTHING, Change, Folded, fold, follow
from projections.stories import BEGINNINGS, STORIES
from projections.views.timeline import Mention, lasting_mentions

KEPT_STREAMS: Final = 2048
KEPT_BYTES: Final = 16 * 1024 * 1024

Decode = Callable[[Entry], StoredFact]
Facts = Sequence[StoredFact]
NOBODY: Final[frozenset[Mention]] = frozenset()


class Known:
    """A stream as far as it was read: `count` facts, of which `folded` holds the first `told`.

    `facts` are those that were read and that no view asked to fold yet; None once they are folded.
    """

    __slots__ = ("born", "collection", "count", "facts", "folded", "lasting", "told", "weight")

    def __init__(self) -> None:
        self.born = 0
        self.collection: str | None = None
        self.count = 0
        self.facts: list[StoredFact] | None = []
        self.folded: Folded = NOTHING
        self.told = 0
        self.lasting = NOBODY
        self.weight = 0

    def add(self, stored: StoredFact, weight: int) -> None:
        """The next fact of the stream."""
        if not self.count:
            self.born = stored.position
            self.collection = BEGINNINGS.get(stored.fact.TOPIC)
        self.count += 1
        self.weight += weight
        if self.facts is not None:
            self.facts.append(stored)
        if new := lasting_mentions(stored.fact) - self.lasting:
            self.lasting |= new


class Step:
    """One fact with its stream up to it. Whatever a view does not ask for is not computed.

    `lasting` is what every later fact of the stream is about too. A redaction `redacts` a stream,
    and `again` holds that stream's steps: whoever keeps words tells it anew.
    """

    def __init__(self, stored: StoredFact, known: Known, read: Callable[["Step"], Facts]) -> None:
        self.stored = stored
        self.lasting = known.lasting
        self.redacts: StreamId | None = None
        self.again: Sequence[Step] = ()
        self._known, self._read = known, read
        self._changes: Sequence[Change] | None = None

    @property
    def position(self) -> int:
        return self.stored.position

    @property
    def born(self) -> int:
        """The position of the stream's first fact."""
        return self._known.born

    @property
    def collection(self) -> str | None:
        """What the stream is about, or None for a stream that is about the ledger itself."""
        return self._known.collection

    @property
    def changes(self) -> Sequence[Change]:
        """What the fact closes and opens in the story of its stream."""
        if self._changes is None:
            self._changes = self._told()
        return self._changes

    def _told(self) -> Sequence[Change]:
        story, known, version = STORIES[self.collection or ""], self._known, self.stored.version
        before = known.folded
        if known.told != version - 1:
            before = fold(story, self._facts()[:-1]) if version > 1 else NOTHING
        known.folded, changes = follow(story, before, self.stored, self._facts)
        known.told = version
        if known.told == known.count:
            known.facts = None
        return changes

    def _facts(self) -> Facts:
        """The stream's facts up to this one."""
        facts = self._known.facts
        return self._read(self) if facts is None else facts[: self.stored.version]


class Batch:
    """Contiguous entries; each is decoded at most once, and only if a view needs it."""

    def __init__(self, streams: "Streams", entries: Sequence[Entry]) -> None:
        self.entries = entries
        self._streams = streams
        self._steps: dict[int, Step] = {}

    def step(self, entry: Entry) -> Step:
        """Raise whatever decoding raises."""
        if entry.position not in self._steps:
            self._steps[entry.position] = self._streams.step(entry)
        return self._steps[entry.position]


class Streams:
    """A bounded memory of streams over a store."""

    def __init__(
        self,
        store: Store,
        decode: Decode,
        *,
        kept_streams: int = KEPT_STREAMS,
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self._store, self._decode = store, decode
        self._limits = kept_streams, kept_bytes
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._weight = 0
        self._fetched: dict[StreamId, Sequence[Entry]] = {}

    def batch(self, entries: Sequence[Entry], topics: frozenset[str]) -> Batch:
        """Read what the entries with these topics need of older facts, in one go."""
        self._shrink()
        missing = {
            entry.stream
            for entry in entries
            if entry.version > 1 and entry.topic in topics and entry.stream not in self._known
        }
        self._fetched = dict(self._store.streams(sorted(missing))) if missing else {}
        return Batch(self, entries)

    def step(self, entry: Entry) -> Step:
        known = self._before(entry)
        stored = self._decode(entry)
        self._weight += weigh(entry)
        known.add(stored, weigh(entry))
        step = self._step(stored, known)
        if step.redacts is not None:
            step.again = self._again(step.redacts, entry.position)
        return step

    def _step(self, stored: StoredFact, known: Known) -> Step:
        step = Step(stored, known, self._facts)
        if isinstance(stored.fact, RedactionApplied):
            (redacted,) = self._store.entries(after=stored.fact.index, limit=1)
            step.redacts = redacted.stream
        return step

    def _before(self, entry: Entry) -> Known:
        """The stream up to the fact before; whatever else is remembered of it is forgotten."""
        known = self._known.get(entry.stream)
        if known is None or known.count != entry.version - 1:
            self._forget(entry.stream)
            known = self._known[entry.stream] = self._read(entry)
        self._known.move_to_end(entry.stream)
        return known

    def _read(self, entry: Entry) -> Known:
        known = Known()
        if entry.version > 1:
            entries = self._fetched.get(entry.stream) or self._store.stream(entry.stream)
            for other in entries[: entry.version - 1]:
                known.add(self._decode(other), weigh(other))
        self._weight += known.weight
        return known

    def _facts(self, step: Step) -> Facts:
        entries = self._store.stream(step.stored.stream)[: step.stored.version]
        return [self._decode(entry) for entry in entries]

    def _again(self, stream: StreamId, position: int) -> Sequence[Step]:
        """The redacted stream as it now reads, from its first fact up to `position`."""
        self._forget(stream)
        known, steps = Known(), []
        for entry in self._store.stream(stream):
            if entry.position <= position:
                stored = self._decode(entry)
                known.add(stored, 0)
                steps.append(self._step(stored, known))
        return steps

    def _forget(self, stream: str) -> None:
        known = self._known.pop(stream, None)
        self._weight -= known.weight if known else 0

    def _shrink(self) -> None:
        streams, weight = self._limits
        while self._known and (len(self._known) > streams or self._weight > weight):
            self._forget(next(iter(self._known)))


def weigh(entry: Entry) -> int:
    return sum(len(part.content or b"") for part in entry.parts)
