"""What a stream's facts say about each day: the one engine under every fold, pure.

A record's story goes through days. On each day the record *holds* a row, facets (what it can be
filtered and ordered by), words (what can be searched), parts (what is too long or too many for the
row) and tallies (what it counts towards). `Folded` keeps, for each of them, the ranges of days over
which it held; `changes` tells which ranges a new fact closes and opens.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any, Final, NamedTuple

from ledger.facts.fact import Fact
from ledger.store.port import StoredFact

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


@dataclass(frozen=True, slots=True)
class Story:
    """How one kind of record unfolds.

    `from_start` lists the facts that say what was so from the beginning, whenever they were
    recorded; those in `restarts` also say anew on which day the record begins.
    """

    collection: str
    evolve: Callable[[Document, StoredFact], Document]
    describe: Callable[[Document], Held]
    from_start: tuple[type[Fact], ...]
    restarts: tuple[type[Fact], ...] = ()


@dataclass(frozen=True, slots=True)
class Folded:
    """A story as far as it was told; `day` is the last day on which something changed."""

    start: int
    day: int
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


NOTHING: Final = Folded(0, 0, {}, ({},) * SHELVES, ({},) * SHELVES)


def fold(story: Story, facts: Sequence[StoredFact]) -> Folded:
    """The whole story; `facts` are one stream's, by position."""
    start = _start(story, facts)
    told = sorted(facts, key=lambda stored: _place(story, facts[0], stored, start))
    return reduce(
        lambda folded, stored: _tell(story, folded, stored, _day(story, stored, start)),
        told,
        Folded(start, start, {}, NOTHING.held, NOTHING.ranges),
    )


def extend(story: Story, folded: Folded, facts: Sequence[StoredFact]) -> Folded:
    """The story with its newest fact, `facts[-1]`; equal to folding all of them.

    Most facts come last on the world's clock too: then only the end of the story is told.
    """
    newest = facts[-1]
    if len(facts) > 1 and not isinstance(newest.fact, story.from_start):
        day = _day(story, newest, folded.start)
        if day >= folded.day:
            return _tell(story, folded, newest, day)
    return fold(story, facts)


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


def _start(story: Story, facts: Sequence[StoredFact]) -> int:
    begins = next(
        (stored for stored in reversed(facts) if isinstance(stored.fact, story.restarts)),
        facts[0],
    )
    return begins.fact.effective_on.earliest.toordinal()


def _day(story: Story, stored: StoredFact, start: int) -> int:
    if stored.version == 1 or isinstance(stored.fact, story.from_start):
        return start
    return max(start, stored.fact.effective_on.earliest.toordinal())


def _place(
    story: Story, first: StoredFact, stored: StoredFact, start: int
) -> tuple[int, int, int]:
    """The first fact opens the story, what was so from the start follows, then day by day."""
    if stored is first:
        return 0, 0, 0
    if isinstance(stored.fact, story.from_start):
        return 1, start, stored.position
    return 2, _day(story, stored, start), stored.position


def _tell(story: Story, folded: Folded, stored: StoredFact, day: int) -> Folded:
    document = {
        **story.evolve(folded.document, stored),
        "clocks": _clocks(folded.document.get("clocks"), stored),
    }
    held = story.describe(document)
    ranges = tuple(
        _overlay(was, before, after, day)
        for was, before, after in zip(folded.ranges, folded.held, held, strict=True)
    )
    return Folded(folded.start, day, document, held, ranges)


def _clocks(clocks: Document | None, stored: StoredFact) -> Document:
    if clocks is not None and clocks["position"] > stored.position:
        return clocks
    return {
        "position": stored.position,
        "version": stored.version,
        "recorded_at": instant(stored.at),
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
