"""What a stream's facts say about each day: the one engine under every fold, pure.

A record's story goes through days. On each day the record *holds* a row, facets (what it can be
filtered and ordered by), words (what can be searched), parts (what is too long or too many for the
row) and tallies (what it counts towards). `Folded` keeps, for each of them, the ranges of days over
which it held; `follow` tells which ranges a new fact closes and opens.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any, Final, NamedTuple

from ledger.facts.fact import Fact
from ledger.store.port import StoredFact

ALWAYS: Final = 1
"""The first day that a date can be: nobody knows since when."""

FOREVER: Final = 3_652_060
"""The day after the last one that a date can be; a range up to here still holds."""

Document = Mapping[str, Any]
Shelf = Mapping[Any, Any]
"""Key → payload, of one kind of thing that a record holds."""

Ranges = Mapping[Any, tuple[tuple[int, int, Any], ...]]
"""Key → (first day, day after the last, payload), in order of days, no two alike side by side."""

ROWS, FACETS, WORDS, PARTS, TALLIES = range(5)
KINDS: Final = (ROWS, FACETS, WORDS, PARTS, TALLIES, FACETS, WORDS, TALLIES)
"""What stands on each shelf: first what any fact may change, then what is settled for long."""

EMPTY: Final[Shelf] = {}


class Moving(NamedTuple):
    """What a record holds that any fact may change."""

    rows: Shelf
    facets: Shelf = EMPTY
    words: Shelf = EMPTY
    parts: Shelf = EMPTY
    tallies: Shelf = EMPTY


class Settled(NamedTuple):
    """What a record holds until a fact that `settles` it anew; no key of it is in `Moving` too."""

    facets: Shelf = EMPTY
    words: Shelf = EMPTY
    tallies: Shelf = EMPTY


class Row(NamedTuple):
    """One state of a record: `document` is JSON that names other streams by id only.

    `title` and `kind` are what other records show of it, `refers` is the stakeholder that it turned
    out to be. The last five are ordinals of days that filters and flags compare (None: does not
    apply): the record's own day, due, due while still open, when somebody should look, last look.
    """

    title: str | None
    kind: str
    refers: str | None
    document: bytes
    day: int | None = None
    due: int | None = None
    open_due: int | None = None
    review: int | None = None
    looked: int | None = None


def _as_recorded(facts: Sequence[StoredFact]) -> Sequence[StoredFact]:
    return facts


def first_day(facts: Sequence[StoredFact]) -> int:
    """The day of the first fact: when most stories begin."""
    return facts[0].fact.effective_on.earliest.toordinal()


@dataclass(frozen=True, slots=True)
class Story:
    """How one kind of record unfolds.

    `evolve` and `describe` say what a fact makes of the document, and what that holds; `settle`
    what it holds that only the first fact and those in `settles` change.
    `from_start` lists the facts that say what was so from the beginning, whenever they were
    recorded; `begins` tells the day of that beginning, as all of the facts have it. `prepare` may
    change what a fact says in the light of those recorded after it. `corrections` are those facts
    that either of the two looks at, but for the first.
    """

    collection: str
    evolve: Callable[[Document, StoredFact], Document]
    describe: Callable[[Document], Moving]
    settle: Callable[[Document], Settled]
    settles: tuple[type[Fact], ...]
    from_start: tuple[type[Fact], ...]
    corrections: tuple[type[Fact], ...] = ()
    begins: Callable[[Sequence[StoredFact]], int] = first_day
    prepare: Callable[[Sequence[StoredFact]], Sequence[StoredFact]] = _as_recorded


@dataclass(frozen=True, slots=True)
class Folded:
    """A story as far as it was told; `day` is the last day on which something changed.

    `under_way` says that a fact was told that does not count from the start. `touched` lists, by
    shelf, the keys whose ranges the last fact changed.
    """

    start: int
    day: int
    under_way: bool
    document: Document
    moving: Moving
    settled: Settled
    ranges: tuple[Ranges, ...]
    touched: tuple[Collection[Any], ...]


class Change(NamedTuple):
    """A range that a fact opened, or (`opened` false) closed for every later position.

    `kind` is ROWS, FACETS, WORDS, PARTS or TALLIES.
    """

    kind: int
    key: Any
    day_from: int
    day_to: int
    payload: Any
    opened: bool


NOTHING: Final = Folded(
    start=0,
    day=0,
    under_way=False,
    document={},
    moving=Moving({}),
    settled=Settled(),
    ranges=(EMPTY,) * len(KINDS),
    touched=((),) * len(KINDS),
)


def fold(story: Story, facts: Sequence[StoredFact]) -> Folded:
    """The whole story; `facts` are one stream's, by position."""
    start = story.begins(facts)
    told = sorted(story.prepare(facts), key=lambda stored: _place(story, stored, start))
    beginning = replace(NOTHING, start=start, day=start)
    return reduce(lambda folded, stored: _tell(story, folded, stored), told, beginning)


def follow(
    story: Story,
    before: Folded,
    newest: StoredFact,
    facts: Callable[[], Sequence[StoredFact]],
) -> tuple[Folded, Sequence[Change]]:
    """The story with its newest fact, and what closes and opens by it; closings come first.

    Most facts come last on the world's clock too: then only the end of the story is told, and
    `facts`, all of them with the newest, is not called.
    """
    if newest.version == 1:
        after = fold(story, [newest])
        return after, _all_opened(after)
    if _comes_last(story, before, newest):
        after = _tell(story, before, newest)
        return after, _changes(before, after, after.touched)
    after = fold(story, facts())
    keys = tuple(
        old.keys() | new.keys() for old, new in zip(before.ranges, after.ranges, strict=True)
    )
    return after, _changes(before, after, keys)


def _comes_last(story: Story, before: Folded, newest: StoredFact) -> bool:
    """Whether the newest fact goes on where the story ended."""
    if isinstance(newest.fact, story.corrections):
        return False
    if isinstance(newest.fact, story.from_start):
        return not before.under_way
    return _day(story, newest, before.start) >= before.day


def _changes(before: Folded, after: Folded, keys: tuple[Collection[Any], ...]) -> Sequence[Change]:
    closed: list[Change] = []
    opened: list[Change] = []
    for kind, old, new, shelf in zip(KINDS, before.ranges, after.ranges, keys, strict=True):
        for key in shelf:
            was, now = old.get(key, ()), new.get(key, ())
            closed += [Change(kind, key, *span, opened=False) for span in was if span not in now]
            opened += [Change(kind, key, *span, opened=True) for span in now if span not in was]
    return closed + opened


def _all_opened(after: Folded) -> Sequence[Change]:
    return [
        Change(kind, key, *span, opened=True)
        for kind, ranges in zip(KINDS, after.ranges, strict=True)
        for key, spans in ranges.items()
        for span in spans
    ]


def _day(story: Story, stored: StoredFact, start: int) -> int:
    if stored.version == 1 or isinstance(stored.fact, story.from_start):
        return start
    return max(start, stored.fact.effective_on.earliest.toordinal())


def _place(story: Story, stored: StoredFact, start: int) -> tuple[bool, int, int]:
    """What was so from the start comes first, the first fact before all; then day by day."""
    return (
        stored.version > 1 and not isinstance(stored.fact, story.from_start),
        _day(story, stored, start),
        stored.position,
    )


def _tell(story: Story, folded: Folded, stored: StoredFact) -> Folded:
    first = stored.version == 1
    day = _day(story, stored, folded.start)
    document = {
        **story.evolve(folded.document, stored),
        "clocks": _clocks(folded.document.get("clocks"), stored),
    }
    settled = folded.settled
    if first or isinstance(stored.fact, story.settles):
        settled = story.settle(document)
    moving = story.describe(document)
    ranges, touched = _overlaid(folded, moving, settled, day)
    under_way = folded.under_way or not (first or isinstance(stored.fact, story.from_start))
    return Folded(folded.start, day, under_way, document, moving, settled, ranges, touched)


def _clocks(clocks: Document | None, stored: StoredFact) -> Document:
    """The newest fact told so far; `since` is the day of the first, where nobody knows better."""
    if clocks is not None and clocks["position"] > stored.position:
        return clocks
    return {
        "position": stored.position,
        "version": stored.version,
        "recorded_at": instant(stored.at),
        "since": clocks["since"] if clocks else stored.fact.effective_on,
    }


def _overlaid(
    folded: Folded, moving: Moving, settled: Settled, day: int
) -> tuple[tuple[Ranges, ...], tuple[Collection[Any], ...]]:
    before, after = (*folded.moving, *folded.settled), (*moving, *settled)
    ranges, touched = list(folded.ranges), []
    for shelf, (was, now) in enumerate(zip(before, after, strict=True)):
        keys = _differing(was, now)
        if not was and now:
            ranges[shelf] = _opened(ranges[shelf], now, day)
        elif keys:
            ranges[shelf] = _overlay(ranges[shelf], keys, now, day)
        touched.append(keys)
    return tuple(ranges), tuple(touched)


def _differing(was: Shelf, now: Shelf) -> Collection[Any]:
    if was is now or was == now:
        return ()
    if not was:
        return now
    gone = [key for key, payload in was.items() if key not in now or now[key] != payload]
    return gone + [key for key in now if key not in was]


def _overlay(ranges: Ranges, keys: Collection[Any], now: Shelf, day: int) -> Ranges:
    """The ranges when, from `day` on, these keys hold what they hold `now`."""
    overlaid = dict(ranges)
    for key in keys:
        spans = _cut(overlaid.pop(key, ()), day)
        if key in now:
            spans = _continued(spans, day, now[key])
        if spans:
            overlaid[key] = spans
    return overlaid


def _opened(ranges: Ranges, now: Shelf, day: int) -> Ranges:
    """Onto an empty shelf: nothing has to be cut."""
    if not ranges:
        return {key: ((day, FOREVER, payload),) for key, payload in now.items()}
    return _overlay(ranges, now, now, day)


Spans = tuple[tuple[int, int, Any], ...]


def _cut(spans: Spans, day: int) -> Spans:
    """Nothing from `day` on."""
    if not spans or spans[-1][1] < FOREVER:
        return spans
    *earlier, (day_from, _, payload) = spans
    return (*earlier, (day_from, day, payload)) if day_from < day else tuple(earlier)


def _continued(spans: Spans, day: int, payload: object) -> Spans:
    """With this payload from `day` on."""
    if spans and spans[-1][1] == day and spans[-1][2] == payload:
        return (*spans[:-1], (spans[-1][0], FOREVER, payload))
    return (*spans, (day, FOREVER, payload))


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant(milliseconds: int) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    when = _EPOCH + timedelta(milliseconds=milliseconds)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
