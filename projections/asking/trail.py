"""Which looked-up things each document was made of, and so at which moments it reads the same."""

from collections import defaultdict
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, func, literal, select

from projections.asking.reach import EVERYWHERE, Bounds, Reach, around, here, meet
from projections.asking.served import Served
from projections.asking.snapshot import Asked, Snapshot
from projections.spans import FOREVER
from projections.tables import OPEN, TEXT

Place = tuple[str, ...]
"""What was looked up: a kind and an id, or a collection, a facet and its value."""

Use = set[Place]
"""What one document asked for."""

_HERE: Final = ("here",)


class Trail:
    """Begins anew with each document; when everything is looked up, it tells how far each reaches.

    What is never laid reaches everywhere.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._use: Use = set()
        self._reaches: dict[Place, Reach] = {}
        self._beyond: defaultdict[Place, set[Place]] = defaultdict(set)
        self._referrers: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)

    def begin(self) -> Use:
        self._use = set()
        return self._use

    def end(self) -> None:
        """What is asked for while blanks are filled belongs to no document by itself."""
        self._use = set()
        for collection, places in self._referrers.items():
            self._lay_referrers(collection, places)

    def note(self, kind: str, ident: str) -> None:
        self._use.add((kind, ident))

    def note_referrers(self, collection: str, facet: str, ident: str) -> None:
        """Whoever bears the facet may come, go or change its title."""
        if _HERE not in self._use:
            self._use.add((collection, facet, ident))
            self._referrers[collection].add((facet, ident))

    def only_here(self) -> None:
        self._use.add(_HERE)
        self._reaches[_HERE] = here(self._snapshot.point)

    def lay(self, kind: str, ident: str, reach: Reach) -> None:
        self._reaches[kind, ident] = reach

    def lead_on(self, place: Place, further: Place) -> None:
        """Who depends on the one depends on the other."""
        self._beyond[place].add(further)

    def reach(self, use: Use) -> Reach:
        passed: Use = set()
        ahead = set(use)
        while ahead:
            passed |= ahead
            ahead = {to for place in ahead for to in self._beyond.get(place, ())} - passed
        return meet(self._reaches.get(place, EVERYWHERE) for place in passed)

    def _lay_referrers(self, collection: str, places: set[tuple[str, str]]) -> None:
        point = self._snapshot.point
        answer = self._snapshot.ask(
            _bounds_question(self._snapshot.served, collection),
            facets=sorted({facet for facet, _ in places}),
            idents=sorted({ident for _, ident in places}),
            position=point.position,
            day=point.day,
        )
        for facet, ident, *bounds in answer:
            reach = around(point, Bounds(bounds[:8], bounds[8:]))
            self._reaches[collection, facet, ident] = reach


@lru_cache(64)
def _bounds_question(served: Served, collection: str) -> Asked:
    """For each facet, the nearest ends before and after `position` and `day` of all who bear it."""
    tables = served.records(collection)
    rows, facets = tables.rows, tables.facets
    position, day = bindparam("position", type_=BigInteger), bindparam("day", type_=BigInteger)
    positions = [table.c[name] for table in (facets, rows) for name in ("pos_from", "pos_to")]
    days = [table.c[name] for table in (facets, rows) for name in ("day_from", "day_to")]
    return (
        select(
            facets.c.facet,
            facets.c.value,
            *(end for bound in positions for end in _nearest(bound, position, OPEN)),
            *(end for bound in days for end in _nearest(bound, day, FOREVER)),
        )
        .join(rows, rows.c.born == facets.c.born)
        .where(
            facets.c.facet.in_(bindparam("facets", expanding=True)),
            facets.c.value.in_(bindparam("idents", type_=TEXT, expanding=True)),
        )
        .group_by(facets.c.facet, facets.c.value)
    )


def _nearest(
    bound: ColumnElement[int], at: ColumnElement[Any], end: int
) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The greatest bound up to `at`, and the least one after it."""
    before = case((bound <= at, bound), else_=literal(0, BigInteger))
    after = case((bound > at, bound), else_=literal(end, BigInteger))
    return func.max(before), func.min(after)
