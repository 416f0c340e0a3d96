"""Which looked-up things each document was made of, and so at which moments it reads the same."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    FromClause,
    bindparam,
    case,
    func,
    literal,
    select,
)

from projections.asking.prepared import Prepared
from projections.asking.reach import Reach, here, meet
from projections.asking.served import Served
from projections.asking.snapshot import Snapshot
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

    def is_borne(self, collection: str, facet: str, ident: str) -> bool:
        """Whether somebody bears the facet at some moment, as far as that was looked up."""
        is_known = (facet, ident) in self._referrers[collection]
        return not is_known or (collection, facet, ident) in self._reaches

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
        ahead = use
        while ahead:
            passed |= ahead
            ahead = {to for place in ahead for to in self._beyond.get(place, ())} - passed
        return meet(self._reaches[place] for place in passed if place in self._reaches)

    def _lay_referrers(self, collection: str, places: set[tuple[str, str]]) -> None:
        point = self._snapshot.point
        values = {
            "facets": sorted({facet for facet, _ in places}),
            "idents": sorted({ident for _, ident in places}),
            "position": point.position,
            "day": point.day,
        }
        question = _bounds_question(self._snapshot.served, self._snapshot.dialect, collection)
        for facet, ident, *bounds in self._snapshot.rows(question, values):
            reach = meet(Reach(*bounds[i : i + 4]) for i in (0, 4))
            self._reaches[collection, facet, ident] = reach


@lru_cache(64)
def _bounds_question(served: Served, dialect: Dialect, collection: str) -> Prepared:
    """For each facet, the nearest ends before and after `position` and `day` of all who bear it."""
    tables = served.records(collection)
    rows, facets = tables.rows, tables.facets
    question = (
        select(facets.c.facet, facets.c.value, *_nearest_ends(facets), *_nearest_ends(rows))
        .join(rows, rows.c.born == facets.c.born)
        .where(
            facets.c.facet.in_(bindparam("facets", expanding=True)),
            facets.c.value.in_(bindparam("idents", type_=TEXT, expanding=True)),
        )
        .group_by(facets.c.facet, facets.c.value)
    )
    return Prepared(question, dialect)


def _nearest_ends(table: FromClause) -> Sequence[ColumnElement[int]]:
    """Of positions first, then of days: the numbers of a `Reach`."""
    position, day = bindparam("position", type_=BigInteger), bindparam("day", type_=BigInteger)
    return (
        *_nearest(table.c.pos_from, table.c.pos_to, position, OPEN),
        *_nearest(table.c.day_from, table.c.day_to, day, FOREVER),
    )


def _nearest(
    begins: ColumnElement[int], ends: ColumnElement[int], at: ColumnElement[Any], last: int
) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The greatest bound up to `at`, and the least one after it. A range ends after it begins."""
    before = case((ends <= at, ends), (begins <= at, begins), else_=literal(0, BigInteger))
    after = case((begins > at, begins), (ends > at, ends), else_=literal(last, BigInteger))
    return func.max(before), func.min(after)
