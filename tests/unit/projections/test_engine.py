"""Whatever the order in which facts come: what the ranges say is what a replay says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.facts import AnyFact
from ledger.store.port import StoredFact
from ledger.vocabulary import Progress
from projections.spans import (
    FOREVER,
    KINDS,
    NOTHING,
    ROWS,
    Change,
    Folded,
    Ranges,
    Story,
    fold,
    follow,
    ranges,
)
from projections.stories import STORIES
from tests.unit.projections import histories
from tests.unit.projections.telling import assessed, recorded, stored

KINDS_OF = {
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


def grown(story: Story, facts: list[StoredFact]) -> list[tuple[Folded, Sequence[Change]]]:
    """The story after each fact with its changes, told as the worker tells it."""
    folded, after = NOTHING, []
    for count in range(1, len(facts) + 1):
        known = facts[:count]
        folded, changes = follow(story, folded, known[-1], known.copy)
        after.append((folded, changes))
    return after


def held_on(held: Ranges, day: int) -> Held:
    return {
        (kind, key): payload
        for (kind, key, day_from), (day_to, payload) in held.items()
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
    bare = replace(story, prepare=list, begins=lambda _facts: start)
    folded = fold(bare, known)
    shelves = (*folded.moving, *folded.settled)
    return {
        (kind, key): payload
        for kind, shelf in zip(KINDS, shelves, strict=True)
        for key, payload in shelf.items()
    }


@pytest.mark.parametrize("collection", STORIES)
@settings(max_examples=50)
@given(data=st.data())
def test_telling_a_story_fact_by_fact_equals_telling_all_of_it(
    collection: str, data: st.DataObject
) -> None:
    story = STORIES[collection]
    facts = stored(data.draw(histories.stories(KINDS_OF[collection])))

    after = grown(story, facts)

    assert [folded for folded, _ in after] == [
        fold(story, facts[:count]) for count in range(1, len(facts) + 1)
    ]


@pytest.mark.parametrize("collection", STORIES)
@settings(max_examples=50)
@given(data=st.data())
def test_what_holds_on_a_day_is_what_a_replay_up_to_that_day_says(
    collection: str, data: st.DataObject
) -> None:
    story = STORIES[collection]
    facts: list[AnyFact] = data.draw(histories.stories(KINDS_OF[collection]))

    held = ranges(story, stored(facts))

    assert [held_on(held, day) for day in DAYS] == [
        replayed(story, stored(facts), day) for day in DAYS
    ]


@pytest.mark.parametrize("collection", STORIES)
@settings(max_examples=50)
@given(data=st.data())
def test_changes_keep_what_the_ledger_knew_before(collection: str, data: st.DataObject) -> None:
    story = STORIES[collection]
    facts = stored(data.draw(histories.stories(KINDS_OF[collection])))

    after = grown(story, facts)

    known: dict[str, tuple[int, Change]] = {}
    kept: list[tuple[int, int, Change]] = []
    for position, (_, changes) in enumerate(after, 1):
        for change in singles(changes):
            place = repr((change.kind, *change.held, change.day_from))
            if change.opened:
                assert place not in known
                known[place] = position, change
            else:
                opened_at, opened = known.pop(place)
                assert opened == change._replace(opened=True)
                kept.append((opened_at, position, opened))
    kept += [(opened_at, len(facts) + 1, change) for opened_at, change in known.values()]
    for position in range(1, len(facts) + 1):
        as_of = [change for opened, closed, change in kept if opened <= position < closed]
        assert sorted(map(repr, as_of)) == sorted(
            map(repr, everything(ranges(story, facts[:position])))
        )


def everything(held: Ranges) -> list[Change]:
    return [
        Change(kind, {key: payload}, day_from, day_to, opened=True)
        for (kind, key, day_from), (day_to, payload) in held.items()
    ]


def singles(changes: Sequence[Change]) -> list[Change]:
    """One change for each thing that is held."""
    return [
        change._replace(held={key: payload})
        for change in changes
        for key, payload in change.held.items()
    ]


TO_AND_FRO = st.tuples(
    st.sampled_from([Progress.FULFILLED, Progress.IN_PROGRESS]),
    st.sampled_from(["2023-01-01", "2023-06-01"]),
)


@given(found=st.lists(TO_AND_FRO, max_size=6))
@example(
    found=[
        (Progress.FULFILLED, "2023-01-01"),
        (Progress.IN_PROGRESS, "2023-06-01"),
        (Progress.FULFILLED, "2023-06-01"),
    ]
)
def test_what_ends_and_begins_again_alike_on_one_day_never_ended(
    found: list[tuple[Progress, str]],
) -> None:
    facts = [assessed(progress, day, number=number) for number, (progress, day) in enumerate(found)]

    held = ranges(STORIES["commitments"], stored([recorded(), *facts]))

    assert side_by_side(held) == []


def side_by_side(held: Ranges) -> list[tuple[int, Any, int]]:
    """Where a range ends and the same begins."""
    return [
        (kind, key, until)
        for (kind, key, _), (until, payload) in held.items()
        if held.get((kind, key, until), (0, object()))[1] == payload
    ]


@pytest.mark.parametrize("collection", STORIES)
@settings(max_examples=50)
@given(data=st.data())
def test_a_record_has_exactly_one_row_on_each_day_since_it_began(
    collection: str, data: st.DataObject
) -> None:
    story = STORIES[collection]
    facts = stored(data.draw(histories.stories(KINDS_OF[collection])))

    held = ranges(story, facts)

    rows = sorted((since, until) for (kind, _, since), (until, _) in held.items() if kind == ROWS)
    edges = [story.begins(facts), *(until for _, until in rows)]
    assert [since for since, _ in rows] == edges[:-1]
    assert edges[-1] == FOREVER
