"""What a stream's facts say about each day: the one engine under every fold, pure.

A record's story goes through days. On each day the record *holds* a row, facets (what it can be
filtered and ordered by), words (what can be searched), parts (what is too long or too many for the
row) and tallies (what it counts towards). `Folded` keeps, for each of them, the ranges of days over
which it held; `changes` tells which ranges a new fact closes and opens.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
Held = tuple[Mapping[Any, Any], ...]
"""By shelf (`ROWS` … `TALLIES`): key → payload."""

Ranges = Mapping[Any, tuple[tuple[int, int, Any], ...]]
"""Key → (first day, day after the last, payload), in order of days, no two alike side by side."""

SHELVES: Final = 5
ROWS, FACETS, WORDS, PARTS, TALLIES = range(SHELVES)


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

    `from_start` lists the facts that say what was so from the beginning, whenever they were
    recorded; `begins` tells the day of that beginning, as all of the facts have it. `prepare` may
    change what a fact says in the light of those recorded after it.
    """

    collection: str
    evolve: Callable[[Document, StoredFact], Document]
    describe: Callable[[Document], Held]
    from_start: tuple[type[Fact], ...]
    begins: Callable[[Sequence[StoredFact]], int] = first_day
    prepare: Callable[[Sequence[StoredFact]], Sequence[StoredFact]] = _as_recorded


@dataclass(frozen=True, slots=True)
class Folded:
    """A story as far as it was told; `day` is the last day on which something changed.

    `under_way` says that a fact was told that does not count from the start.
    """

    start: int
    day: int
    under_way: bool
    document: Document
    held: Held
    ranges: tuple[Ranges, ...]


class Change(NamedTuple):
    """A range that a fact opened, or (`opened` false) closed for every later position."""

    shelf: int
    key: Any
    day_from: int
    day_to: int
    payload: Any
    opened: bool


NOTHING: Final = Folded(
    0, 0, under_way=False, document={}, held=({},) * SHELVES, ranges=({},) * SHELVES
)


def fold(story: Story, facts: Sequence[StoredFact]) -> Folded:
    """The whole story; `facts` are one stream's, by position."""
    start = story.begins(facts)
    told = sorted(story.prepare(facts), key=lambda stored: _place(story, stored, start))
    beginning = replace(NOTHING, start=start, day=start)
    return reduce(lambda folded, stored: _tell(story, folded, stored), told, beginning)


def extend(story: Story, folded: Folded, facts: Sequence[StoredFact]) -> Folded:
    """The story with its newest fact, `facts[-1]`; equal to folding all of them.

    Most facts come last on the world's clock too: then only the end of the story is told.
    """
    if len(facts) > 1 and story.begins(facts) == folded.start and _comes_last(story, folded, facts):
        return _tell(story, folded, facts[-1])
    return fold(story, facts)


def _comes_last(story: Story, folded: Folded, facts: Sequence[StoredFact]) -> bool:
    if isinstance(facts[-1].fact, story.from_start):
        return not folded.under_way
    return _day(story, facts[-1], folded.start) >= folded.day


def changes(before: Folded, after: Folded) -> Iterator[Change]:
    """What closes and what opens when the one takes the other's place; closings come first."""
    for shelf, (old, new) in enumerate(zip(before.ranges, after.ranges, strict=True)):
        if old is not new:
            yield from _differences(shelf, old, new, opened=False)
            yield from _differences(shelf, new, old, opened=True)


def _differences(shelf: int, these: Ranges, those: Ranges, *, opened: bool) -> Iterator[Change]:
    for key, ranges in these.items():
        others = those.get(key, ())
        if ranges is others:
            continue
        for span in ranges:
            if span not in others:
                yield Change(shelf, key, *span, opened)


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
    from_start = stored.version == 1 or isinstance(stored.fact, story.from_start)
    day = _day(story, stored, folded.start)
    document = {
        **story.evolve(folded.document, stored),
        "clocks": _clocks(folded.document.get("clocks"), stored),
    }
    held = story.describe(document)
    ranges = tuple(
        _overlay(was, before, after, day)
        for was, before, after in zip(folded.ranges, folded.held, held, strict=True)
    )
    return Folded(folded.start, day, folded.under_way or not from_start, document, held, ranges)


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


def _overlay(
    ranges: Ranges, before: Mapping[Any, Any], after: Mapping[Any, Any], day: int
) -> Ranges:
    """The ranges when, from `day` on, `after` holds in the place of `before`."""
    if before == after:
        return ranges
    overlaid = dict(ranges)
    for key, payload in before.items():
        if key not in after or after[key] != payload:
            _close(overlaid, key, day)
    for key, payload in after.items():
        if key not in before or before[key] != payload:
            _open(overlaid, key, day, payload)
    return overlaid


def _close(ranges: dict[Any, tuple[tuple[int, int, Any], ...]], key: object, day: int) -> None:
    *earlier, (day_from, _, payload) = ranges[key]
    if day_from < day:
        earlier.append((day_from, day, payload))
    if earlier:
        ranges[key] = tuple(earlier)
    else:
        del ranges[key]


def _open(
    ranges: dict[Any, tuple[tuple[int, int, Any], ...]], key: object, day: int, payload: object
) -> None:
    earlier = ranges.get(key, ())
    if earlier and earlier[-1][1] == day and earlier[-1][2] == payload:
        day, earlier = earlier[-1][0], earlier[:-1]
    ranges[key] = (*earlier, (day, FOREVER, payload))


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant(milliseconds: int) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    when = _EPOCH + timedelta(milliseconds=milliseconds)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
