"""Whatever the order in which facts come: what the ranges say is what a replay says."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.facts import AnyFact
from ledger.store.port import StoredFact
from projections.spans import FOREVER, NOTHING, SHELVES, Folded, Story, changes, extend, fold
from projections.stories import STORIES
from tests.unit.projections import histories
from tests.unit.projections.telling import stored

KINDS = {
    "stakeholders": histories.STAKEHOLDER,
    "sources": histories.SOURCE,
    "meetings": histories.MEETING,
    "statements": histories.STATEMENT,
    "commitments": histories.COMMITMENT,
    "outcomes": histories.OUTCOME,
}
DAYS = [
    date(year, month, day).toordinal()
    for year, month, day in product((2020, 2021, 2022, 2023), (1, 2, 3), (1, 9, 15, 28))
]
Held = dict[tuple[int, Any], object]


def grown(story: Story, facts: list[StoredFact]) -> list[Folded]:
    """The story after each fact, told as the worker tells it."""
    folded, after = NOTHING, []
    for count in range(1, len(facts) + 1):
        folded = extend(story, folded, facts[:count])
        after.append(folded)
    return after


def held_on(folded: Folded, day: int) -> Held:
    return {
        (shelf, key): payload
        for shelf in range(SHELVES)
        for key, ranges in folded.ranges[shelf].items()
        for day_from, day_to, payload in ranges
        if day_from <= day < day_to
    }


def replayed(story: Story, facts: list[StoredFact], day: int) -> Held:
    """What a fold says that stops at the day: no ranges are involved."""
    start = story.begins(facts)
    if day < start:
        return {}
    known = [
        found
        for found in story.prepare(facts)
        if found.version == 1
        or isinstance(found.fact, story.from_start)
        or max(start, found.fact.effective_on.earliest.toordinal()) <= day
    ]
    held = fold(replace(story, prepare=list), known).held
    return {(shelf, key): held[shelf][key] for shelf in range(SHELVES) for key in held[shelf]}


@pytest.mark.parametrize("collection", STORIES)
@settings(max_examples=50)
@given(data=st.data())
def test_telling_a_story_fact_by_fact_equals_telling_all_of_it(
    collection: str, data: st.DataObject
) -> None:
    story = STORIES[collection]
    facts = stored(data.draw(histories.stories(KINDS[collection])))

    after = grown(story, facts)

    assert [found.ranges for found in after] == [
        fold(story, facts[:count]).ranges for count in range(1, len(facts) + 1)
    ]


@pytest.mark.parametrize("collection", STORIES)
@settings(max_examples=50)
@given(data=st.data())
def test_what_holds_on_a_day_is_what_a_replay_up_to_that_day_says(
    collection: str, data: st.DataObject
) -> None:
    story = STORIES[collection]
    facts: list[AnyFact] = data.draw(histories.stories(KINDS[collection]))

    folded = fold(story, stored(facts))

    assert [held_on(folded, day) for day in DAYS] == [
        replayed(story, stored(facts), day) for day in DAYS
    ]


@pytest.mark.parametrize("collection", STORIES)
@settings(max_examples=50)
@given(data=st.data())
def test_changes_never_touch_what_the_ledger_knew_before(
    collection: str, data: st.DataObject
) -> None:
    story = STORIES[collection]
    facts = stored(data.draw(histories.stories(KINDS[collection])))
    after = grown(story, facts)

    known: list[tuple[int, int, int, int, Any, object]] = []
    for position, (before, now) in enumerate(zip([NOTHING, *after], after, strict=False), 1):
        for change in changes(before, now):
            entry = (change.shelf, change.key, change.day_from, change.day_to, change.payload)
            if change.opened:
                known.append((position, FOREVER, *entry))  # type: ignore[arg-type]
            else:
                (open_,) = [row for row in known if row[1] == FOREVER and row[2:] == entry]
                known[known.index(open_)] = (open_[0], position, *open_[2:])

    for position, folded in enumerate(after, 1):
        as_of = {row[2:] for row in map(_hashable, known) if row[0] <= position < row[1]}
        assert as_of == {
            _hashable((0, 0, shelf, key, *span))[2:]
            for shelf in range(SHELVES)
            for key, ranges in folded.ranges[shelf].items()
            for span in ranges
        }


def _hashable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    *start, payload = row
    return (*start, repr(payload))


@pytest.mark.parametrize("collection", STORIES)
@settings(max_examples=50)
@given(data=st.data())
def test_a_record_has_exactly_one_row_on_each_day_since_it_began(
    collection: str, data: st.DataObject
) -> None:
    story = STORIES[collection]
    facts = stored(data.draw(histories.stories(KINDS[collection])))

    rows = fold(story, facts).ranges[0][()]

    edges = [story.begins(facts), *(day_to for _, day_to, _ in rows)]
    assert [day_from for day_from, _, _ in rows] == edges[:-1]
    assert edges[-1] == FOREVER
