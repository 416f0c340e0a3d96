"""One page of a collection: which index leads, what else must hold, where the last page ended."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, func, or_, select

from projections.asking.composing import COLUMNS
from projections.asking.cursors import read_cursor, write_cursor
from projections.asking.filters import (
    FILTERS,
    ORDERS,
    Condition,
    Having,
    Matching,
    Order,
    conditions,
)
from projections.asking.holds import Holds
from projections.asking.merged import same_as
from projections.asking.snapshot import Snapshot, holding
from projections.keeping.search import first_id
from projections.port import BadCursor, BadFilter, Query
from projections.views.pieces import NO_DAY, day_key

LEADING: Final = (
    "statement",
    "subject",
    "meeting",
    "source",
    "promisee",
    "promisor",
    "party",
    "speaker",
    "addressee",
    "participant",
    "delegation",
    "member_of",
    "series",
    "place",
    "publisher",
    "topic",
)
"""Facets that few records share, the fewest first: one of them leads the way if it is asked for."""

ALL: Final = Having("", ("",))


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a page, and the cursor of the next one."""

    rows: Sequence[Row[Any]]
    next: str | None


@dataclass(frozen=True, slots=True)
class Lead:
    """Where the records come from, in which order: `sort` before `step` (None: `step` alone).

    `step` grows with `born`. A lead that `repeats` comes to the same record more than once.
    """

    source: FromClause
    where: Sequence[ColumnElement[bool]]
    born: ColumnElement[int]
    step: ColumnElement[int]
    sort: ColumnElement[Any] | None = None
    sorts_days: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything that is asked but where to begin."""

    question: Select[Any]
    lead: Lead
    order: Order


@dataclass(frozen=True, slots=True)
class Place:
    """Where the last page ended."""

    key: str | None
    born: int


def find(snapshot: Snapshot, collection: str, query: Query) -> Found:
    """Raise BadFilter, BadCursor."""
    order = _order(collection, query)
    place = None
    if query.after is not None:
        place = Place(*read_cursor(query.after, collection, query.order))
    wanted = [
        _with_merged(snapshot, condition)
        for condition in conditions(FILTERS[collection], query.filters, snapshot.day())
    ]
    lead, rest = _lead(snapshot, collection, order, wanted)
    asking = Asking(_question(snapshot, collection, lead, rest), lead, order)
    rows = _fetch(snapshot, asking, place, query.limit + 1)
    return _page(rows, query, lambda row: _cursor(collection, query.order, lead, row))


def _order(collection: str, query: Query) -> Order:
    orders = ORDERS[collection]
    if query.order not in orders:
        raise BadFilter("order", "there is no such order here", tuple(orders))
    return orders[query.order]


def _with_merged(snapshot: Snapshot, condition: Condition) -> Condition:
    if isinstance(condition, Having) and condition.party:
        return replace(condition, values=same_as(snapshot, condition.values[0]))
    return condition


def _page(rows: Sequence[Row[Any]], query: Query, cursor: Callable[[Row[Any]], str]) -> Found:
    kept = rows[: query.limit]
    return Found(kept, cursor(kept[-1]) if len(rows) > query.limit else None)


# --- who leads


def _lead(
    snapshot: Snapshot, collection: str, order: Order, wanted: Sequence[Condition]
) -> tuple[Lead, Sequence[Condition]]:
    """The way with the fewest records, and the conditions that it does not meet by itself."""
    matching = next((each for each in wanted if isinstance(each, Matching)), None)
    if matching is not None and order.facet is None:
        rest = [each for each in wanted if each is not matching]
        return _by_words(snapshot, collection, matching), rest
    having = _narrowest(wanted)
    if order.facet is not None and (having is None or order.column is None):
        return _by_order(snapshot, collection, order.facet), wanted
    rest = [each for each in wanted if each is not having]
    return _by_facet(snapshot, collection, having or ALL, order), rest


def _narrowest(wanted: Iterable[Condition]) -> Having | None:
    led = [each for each in wanted if isinstance(each, Having) and each.facet in LEADING]
    return min(led, key=lambda each: LEADING.index(each.facet), default=None)


def _by_facet(snapshot: Snapshot, collection: str, having: Having, order: Order) -> Lead:
    facets = snapshot.records(collection).facets
    rows = snapshot.records(collection).rows
    return Lead(
        source=facets,
        where=[
            facets.c.facet == having.facet,
            _among(facets.c.value, having.values),
            *holding(facets, snapshot.moment),
        ],
        born=facets.c.born,
        step=facets.c.born,
        sort=None if order.column is None else func.coalesce(rows.c[order.column], int(NO_DAY)),
        sorts_days=order.column is not None,
        repeats=len(having.values) > 1,
    )


def _among(column: ColumnElement[str], values: tuple[str, ...]) -> ColumnElement[bool]:
    return column == values[0] if len(values) == 1 else column.in_(values)


def _by_order(snapshot: Snapshot, collection: str, facet: str) -> Lead:
    facets = snapshot.records(collection).facets
    where = [facets.c.facet == facet, *holding(facets, snapshot.moment)]
    born = facets.c.born
    return Lead(facets, where, born, born, sort=facets.c.value)


def _by_words(snapshot: Snapshot, collection: str, matching: Matching) -> Lead:
    tables, index = snapshot.search()
    return Lead(
        source=index.source(),
        where=[
            index.matches(matching.terms, collection),
            *holding(tables.words, snapshot.moment),
        ],
        born=tables.words.c.born,
        step=index.order(),
        repeats=True,
    )


# --- asking


def _question(
    snapshot: Snapshot, collection: str, lead: Lead, rest: Sequence[Condition]
) -> Select[Any]:
    rows, holds = snapshot.records(collection).rows, Holds(snapshot, collection)
    shown = [rows.c[name] for name in COLUMNS]
    keys = [] if lead.sort is None else [lead.sort.label("sort_key")]
    return (
        select(*shown, *keys)
        .select_from(lead.source.join(rows, rows.c.born == lead.born))
        .where(*lead.where, *holding(rows, snapshot.moment))
        .where(*(holds.write(condition, lead.born) for condition in rest))
    )


def _ordered(question: Select[Any], lead: Lead, order: Order) -> Select[Any]:
    columns = [lead.step] if lead.sort is None else [lead.sort, lead.step]
    return question.order_by(*(column.desc() if order.descending else column for column in columns))


def _beyond(lead: Lead, order: Order, place: Place) -> ColumnElement[bool]:
    """After a record, in the order of the page: all of its words, if words lead the way."""
    if lead.step is lead.born:
        past = lead.step < place.born if order.descending else lead.step > place.born
    elif order.descending:
        past = lead.step < first_id(place.born)
    else:
        past = lead.step >= first_id(place.born + 1)
    if lead.sort is None:
        return past
    if place.key is None:
        raise BadCursor
    key = _key(lead, place.key)
    further = lead.sort < key if order.descending else lead.sort > key
    return or_(further, and_(lead.sort == key, past))


def _key(lead: Lead, key: str) -> str | int:
    """As the sort column has it: a facet is text, a day of the row is a number."""
    if not lead.sorts_days:
        return key
    if not key.isdecimal():
        raise BadCursor
    return int(key)


def _cursor(collection: str, order: str, lead: Lead, row: Row[Any]) -> str:
    place = _place_of(lead, row)
    return write_cursor(collection, order, place.key, place.born)


def _place_of(lead: Lead, row: Row[Any]) -> Place:
    if lead.sort is None:
        return Place(None, row.born)
    return Place(day_key(row.sort_key) if lead.sorts_days else row.sort_key, row.born)


def _fetch(
    snapshot: Snapshot, asking: Asking, place: Place | None, limit: int
) -> Sequence[Row[Any]]:
    """Enough rows, each record once: a lead that repeats is followed again from where it ended."""
    lead, order = asking.lead, asking.order
    found: dict[int, Row[Any]] = {}
    while True:
        asked = asking.question
        if place is not None:
            asked = asked.where(_beyond(lead, order, place))
        rows = snapshot.connection.execute(_ordered(asked, lead, order).limit(limit)).all()
        found.update((row.born, row) for row in rows)
        if len(rows) < limit or len(found) >= limit or not lead.repeats:
            return list(found.values())[:limit]
        place = _place_of(lead, rows[-1])
