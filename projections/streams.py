"""Facts in their streams: what a fold needs to know about each fact of a batch, read once.

The newest streams stay in memory, up to a bound; any other is read from the store again.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from ledger.facts.fact import StreamId
from ledger.facts.housekeeping import RedactionApplied
from ledger.store.port import Entry, Store, StoredFact
from projections.spans import NOTHING, Change, fold, follow
from projections.stories import BEGINNINGS, STORIES

KEPT_STREAMS: Final = 4096
KEPT_BYTES: Final = 16 * 1024 * 1024

Decode = Callable[[Entry], StoredFact]


class Known:
    """A stream as far as it was read; `told` counts the facts that `folded` holds."""

    __slots__ = ("facts", "folded", "told", "weight")

    def __init__(self) -> None:
        self.facts: list[StoredFact] = []
        self.folded = NOTHING
        self.told = 0
        self.weight = 0

    def add(self, entry: Entry, stored: StoredFact) -> None:
        self.facts.append(stored)
        self.weight += weigh(entry)


class Step:
    """One fact with its stream up to it. Whatever a view does not ask for is not computed.

    `again` holds the steps of a stream whose words were redacted: whoever keeps words tells
    that stream anew.
    """

    def __init__(self, stored: StoredFact, known: Known, count: int) -> None:
        self.stored = stored
        self.again: Sequence[Step] = ()
        self._known, self._count = known, count
        self._changes: Sequence[Change] | None = None

    @property
    def facts(self) -> Sequence[StoredFact]:
        """The stream's facts up to this one."""
        return self._known.facts[: self._count]

    @property
    def position(self) -> int:
        return self.stored.position

    @property
    def born(self) -> int:
        """The position of the stream's first fact."""
        return self._known.facts[0].position

    @property
    def collection(self) -> str | None:
        """What the stream is about, or None for a stream that is about the ledger itself."""
        return BEGINNINGS.get(self._known.facts[0].fact.TOPIC)

    @property
    def changes(self) -> Sequence[Change]:
        """What the fact closes and opens in the story of its stream."""
        if self._changes is None:
            self._changes = self._told()
        return self._changes

    def _told(self) -> Sequence[Change]:
        story, known = STORIES[self.collection or ""], self._known
        facts = self.facts
        before = known.folded
        if known.told != self._count - 1:
            before = fold(story, facts[:-1]) if facts[1:] else NOTHING
        known.folded, changes = follow(story, before, facts)
        known.told = self._count
        return changes


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
        known = self._up_to(entry)
        count = len(known.facts)
        while count and known.facts[count - 1].position > entry.position:
            count -= 1
        step = Step(known.facts[count - 1], known, count)
        if isinstance(step.stored.fact, RedactionApplied):
            step.again = self._again(step.stored.fact, entry.position)
        return step

    def _up_to(self, entry: Entry) -> Known:
        known = self._known.get(entry.stream) or self._read(entry)
        self._known.move_to_end(entry.stream)
        if not known.facts or known.facts[-1].position < entry.position:
            self._add(known, self._missing(known, entry))
        return known

    def _missing(self, known: Known, entry: Entry) -> Sequence[Entry]:
        """Usually the entry alone; more where a view that skipped some of them asks again."""
        if len(known.facts) == entry.version - 1:
            return (entry,)
        stored = self._store.stream(entry.stream, after=len(known.facts))
        return [other for other in stored if other.position <= entry.position]

    def _read(self, entry: Entry) -> Known:
        known = Known()
        if entry.version > 1:
            entries = self._fetched.get(entry.stream) or self._store.stream(entry.stream)
            self._add(known, [other for other in entries if other.position < entry.position])
        self._known[entry.stream] = known
        return known

    def _add(self, known: Known, entries: Sequence[Entry]) -> None:
        for entry in entries:
            known.add(entry, self._decode(entry))
            self._weight += weigh(entry)

    def _again(self, redaction: RedactionApplied, position: int) -> Sequence[Step]:
        """The redacted stream as it now reads, from its first fact up to `position`."""
        found = self._store.entries(after=redaction.index, limit=1)
        entries = self._store.stream(found[0].stream)
        known = Known()
        steps = []
        for entry in (other for other in entries if other.position <= position):
            known.add(entry, self._decode(entry))
            steps.append(Step(known.facts[-1], known, len(known.facts)))
        self._forget(found[0].stream)
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
