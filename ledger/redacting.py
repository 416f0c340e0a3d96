"""What a redaction takes away, read from the store: which parts, and which names only they gave."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import orjson

from ledger.commands import Target
from ledger.deciding import Decision
from ledger.errors import Conflict, Unknown
from ledger.facts.fact import StreamId
from ledger.log.leaves import WORDS_PART
from ledger.rules.naming import claims_of, names_given
from ledger.store.codec import decode
from ledger.store.port import Draft, Entry, Part, PartGone, Store


class NoSuchFact(Unknown):
    """The ledger holds no fact at this position; name one that is on record."""


class NoSuchPart(Unknown):
    """The fact has no such part; name one that it has."""


class RedactedAlready(Conflict):
    """The words of this part are gone already, by order of an earlier redaction."""


class Place(NamedTuple):
    """A part of the fact at a position."""

    position: int
    part: str


def find_targets(store: Store, places: Sequence[Place]) -> tuple[Target, ...]:
    """The parts with their commitments, gone or not; raise NoSuchFact, NoSuchPart."""
    return tuple([_target(store, place, number) for number, place in enumerate(places)])


def _target(store: Store, place: Place, number: int) -> Target:
    entry = next(iter(store.entries(after=place.position - 1, limit=1)), None)
    if entry is None:
        raise NoSuchFact(pointer=f"/targets/{number}/position")
    bound = orjson.loads(entry.leaf)["parts"]
    if place.part not in bound:
        raise NoSuchPart(pointer=f"/targets/{number}/part", allowed=sorted(bound))
    return Target(index=place.position - 1, part=place.part, c=bound[place.part]["c"])


def refuse_gone(store: Store, places: Sequence[Place]) -> None:
    """Raise RedactedAlready for a part that has no words any more."""
    for number, place in enumerate(places):
        for entry in store.entries(after=place.position - 1, limit=1):
            if Part(place.part, None, None) in entry.parts:
                raise RedactedAlready(pointer=f"/targets/{number}")


def already(decision: Decision, gone: PartGone) -> RedactedAlready:
    """The refusal of a decision that would take away what is gone."""
    places = [each.erases and (each.erases.position, each.erases.part) for each in decision.drafts]
    return RedactedAlready(pointer=f"/0/targets/{places.index((gone.position, gone.part))}")


def with_names(store: Store, decision: Decision) -> Decision:
    """The decision, in which each fact that takes a name away takes its claim away too.

    It then reads the streams that bear those names: one that takes a name meanwhile has it decided
    anew.
    """
    losing = {
        draft.erases.position
        for draft in decision.drafts
        if draft.erases is not None and draft.erases.part == WORDS_PART
    }
    if not losing:
        return decision
    streams = store.streams(sorted(_streams(store, losing)))
    names = {
        position: found
        for stream, entries in streams.items()
        for position, found in _let_go(stream, entries, losing)
    }
    drafts = tuple([_with_names(draft, names) for draft in decision.drafts])
    naming = {stream: entries[-1].version for stream, entries in streams.items() if names}
    return replace(decision, drafts=drafts, versions={**decision.versions, **naming})


def _streams(store: Store, positions: Iterable[int]) -> set[StreamId]:
    found = (store.entries(after=position - 1, limit=1) for position in positions)
    return {entry.stream for entries in found for entry in entries}


def _let_go(
    stream: StreamId, entries: Sequence[Entry], losing: set[int]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Position → the claims that nothing else in the stream gives a reason for."""
    given = {
        entry.position: frozenset(claims_of(stream, names_given(decode(entry).fact)))
        for entry in entries
    }
    kept = frozenset[str]().union(*(given[each] for each in given if each not in losing))
    for position, claims in given.items():
        if position in losing and claims - kept:
            yield position, tuple(sorted(claims - kept))


def _with_names(draft: Draft, names: dict[int, tuple[str, ...]]) -> Draft:
    erases = draft.erases
    if erases is None or erases.part != WORDS_PART:
        return draft
    return replace(draft, erases=replace(erases, names=names.get(erases.position, ())))
