"""What a stream's facts say about each day: the one engine under every fold, pure.

A record's story goes through days. On each day the record *holds* a row, facets (what it can be
filtered and ordered by), words (what can be searched), parts (what is too long or too many for the
row) and tallies (what it counts towards). `Folded` keeps what it holds at the end, and since when;
`follow` tells which ranges of days a new fact closes and opens.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ledger.facts.fact import Fact
from ledger.store.port import StoredFact
from projections.days import earliest_day, instant

ALWAYS: Final = 1
"""The first day that a date can be: nobody knows since when."""

FOREVER: Final = 3_652_060
"""The day after the last one that a date can be; a range up to here still holds."""

Document = Mapping[str, Any]
Shelf = Mapping[Any, Any]
"""Key → payload, of one kind of thing that a record holds."""

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


class Folded(NamedTuple):
    """A story as far as it was told; `day` is the last day on which something changed.

    `under_way` says that a fact was told that does not count from the start. `since` says, shelf by
    shelf, from which day on the record holds what it holds now, and `ended` what it held up to
    `day` and no longer: (kind, key) → (first day, payload).
    """

    start: int
    day: int
    under_way: bool
    document: Document
    moving: Moving
    settled: Settled
    since: tuple[Mapping[Any, int], ...]
    ended: Mapping[tuple[int, Any], tuple[int, Any]]


class Change(NamedTuple):
    """Ranges, alike in their days, that a fact opened, or (`opened` false) closed for good.

    `kind` is ROWS, FACETS, WORDS, PARTS or TALLIES; `held` is what stands in these ranges.
    """

    kind: int
    held: Shelf
    day_from: int
    day_to: int
    opened: bool


NOTHING: Final = Folded(
    start=0,
    day=0,
    under_way=False,
    document={},
    moving=Moving({}),
    settled=Settled(),
    since=({},) * len(KINDS),
    ended={},
)

Ranges = Mapping[tuple[int, Any, int], tuple[int, Any]]
"""(kind, key, first day) → (day after the last, payload)"""


def fold(story: Story, facts: Sequence[StoredFact]) -> Folded:
    """The whole story; `facts` are one stream's, by position."""
    *_, (folded, _) = _telling(story, facts)
    return folded


def ranges(story: Story, facts: Sequence[StoredFact]) -> Ranges:
    """Everything that the record ever held, as these facts have it."""
    held: dict[tuple[int, Any, int], tuple[int, Any]] = {}
    for _, changes in _telling(story, facts):
        for kind, shelf, day_from, day_to, opened in changes:
            for key, payload in shelf.items():
                if opened:
                    held[kind, key, day_from] = day_to, payload
                else:
                    del held[kind, key, day_from]
    return held


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
        return next(_telling(story, [newest]))
    if _comes_last(story, before, newest):
        return _tell(story, before, newest)
    known = facts()
    return fold(story, known), _difference(ranges(story, known[:-1]), ranges(story, known))


def _telling(
    story: Story, facts: Sequence[StoredFact]
) -> Iterator[tuple[Folded, Sequence[Change]]]:
    """The story after each fact, in the order of the world's clock, and what that fact changed."""
    start = story.begins(facts)
    folded = NOTHING._replace(start=start, day=start)
    for stored in sorted(story.prepare(facts), key=lambda each: _place(story, each, start)):
        folded, changes = _tell(story, folded, stored)
        yield folded, changes


def _comes_last(story: Story, before: Folded, newest: StoredFact) -> bool:
    """Whether the newest fact goes on where the story ended."""
    if isinstance(newest.fact, story.corrections):
        return False
    if isinstance(newest.fact, story.from_start):
        return not before.under_way
    return _day(story, newest, before.start) >= before.day


def _difference(before: Ranges, after: Ranges) -> Sequence[Change]:
    closed = [
        Change(kind, {key: payload}, day_from, day_to, _CLOSED)
        for (kind, key, day_from), (day_to, payload) in before.items()
        if after.get((kind, key, day_from)) != (day_to, payload)
    ]
    opened = [
        Change(kind, {key: payload}, day_from, day_to, _OPENED)
        for (kind, key, day_from), (day_to, payload) in after.items()
        if before.get((kind, key, day_from)) != (day_to, payload)
    ]
    return closed + opened


_OPENED: Final = True
_CLOSED: Final = False


def _day(story: Story, stored: StoredFact, start: int) -> int:
    if stored.version == 1 or isinstance(stored.fact, story.from_start):
        return start
    return max(start, earliest_day(stored.fact.effective_on))


def _place(story: Story, stored: StoredFact, start: int) -> tuple[bool, int, int]:
    """What was so from the start comes first, the first fact before all; then day by day."""
    return (
        stored.version > 1 and not isinstance(stored.fact, story.from_start),
        _day(story, stored, start),
        stored.position,
    )


def _tell(story: Story, folded: Folded, stored: StoredFact) -> tuple[Folded, Sequence[Change]]:
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
    turn = Turn(day, folded.ended if day == folded.day else {})
    before, after = (*folded.moving, *folded.settled), (*moving, *settled)
    since = tuple(map(turn.over, KINDS, before, after, folded.since))
    under_way = folded.under_way or not (first or isinstance(stored.fact, story.from_start))
    told = Folded(folded.start, day, under_way, document, moving, settled, since, turn.ended)
    return told, turn.closed + turn.opened


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


class Turn:
    """What closes and opens when, from `day` on, a record holds other things than before.

    What ends and begins again on the same day, unchanged, never ended: no two ranges that are
    alike stand side by side.
    """

    def __init__(self, day: int, ended: Mapping[tuple[int, Any], tuple[int, Any]]) -> None:
        self.closed: list[Change] = []
        self.opened: list[Change] = []
        self.ended = dict(ended)
        self._day = day

    def over(
        self, kind: int, was: Shelf, now: Shelf, since: Mapping[Any, int]
    ) -> Mapping[Any, int]:
        """Turn over one shelf; since when each key on it holds what it holds `now`."""
        if was is now:
            return since
        gone, new = _without(was, now), _without(now, was)
        if not gone and not new:
            return since
        turned = dict(since)
        for key, payload in gone.items():
            self._end(kind, key, turned.pop(key), payload)
        for key in [key for key in new if self.ended.get((kind, key), _NEVER)[1] == new[key]]:
            turned[key] = self._go_on(kind, key, new.pop(key))
        if new:
            self.opened.append(Change(kind, new, self._day, FOREVER, _OPENED))
            turned.update(dict.fromkeys(new, self._day))
        return turned

    def _end(self, kind: int, key: Any, first: int, payload: object) -> None:
        self.closed.append(Change(kind, {key: payload}, first, FOREVER, _CLOSED))
        if first < self._day:
            self.opened.append(Change(kind, {key: payload}, first, self._day, _OPENED))
            self.ended[kind, key] = first, payload

    def _go_on(self, kind: int, key: Any, payload: object) -> int:
        first: int = self.ended.pop((kind, key))[0]
        self.closed.append(Change(kind, {key: payload}, first, self._day, _CLOSED))
        self.opened.append(Change(kind, {key: payload}, first, FOREVER, _OPENED))
        return first


_NEVER: Final = 0, object()


def _without(some: Shelf, others: Shelf) -> dict[Any, Any]:
    """What stands on one shelf and not, or not so, on the other."""
    if not others:
        return dict(some)
    return {
        key: payload for key, payload in some.items() if key not in others or others[key] != payload
    }
