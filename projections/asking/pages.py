"""One page of a collection: which index leads, what else must hold, where the last page ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    FromClause,
    Integer,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from projections.asking.cursors import read_cursor, write_cursor
from projections.asking.filters import (
    FILTERS,
    ORDERS,
    Addressed,
    Between,
    Condition,
    FulfilledLate,
    Having,
    Matching,
    Order,
    conditions,
)
from projections.asking.holds import Holds, among, form, parameters
from projections.asking.merged import same_as
from projections.asking.prepared import Prepared
from projections.asking.served import Served
from projections.asking.snapshot import AS_OF, Asked, Shape, Snapshot, holding
from projections.keeping.search import first_id
from projections.port import BadCursor, BadFilter, Query
from projections.tables import EntityTables
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
    """The rows of a page (`born` is the first column of a record's), the cursor of the next one."""

    rows: Sequence[Any]
    next: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the last page ended."""

    key: str | None
    born: int


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that the SQL of a page depends on; conditions without what they are asked with."""

    served: Served
    shape: Shape
    collection: str
    order: Order
    wanted: tuple[Condition, ...]


def find(snapshot: Snapshot, collection: str, query: Query) -> Found:
    """Raise BadFilter, BadCursor."""
    order = _order(collection, query)
    place = None
    if query.after is not None:
        place = Place(*read_cursor(query.after, collection, query.order))
    wanted = [
        _with_merged(snapshot, condition)
        for condition in conditions(FILTERS[collection], query.filters, snapshot.day)
    ]
    asked = Form(snapshot.served, snapshot.shape, collection, order, tuple(map(form, wanted)))
    rows = _fetch(snapshot, asked, _parameters(asked, wanted), place, query.limit + 1)
    kept = rows[: query.limit]
    if len(rows) <= query.limit:
        return Found(kept, None)
    last = _place_of(_lead(asked), kept[-1])
    return Found(kept, write_cursor(collection, query.order, last.key, last.born))


def _order(collection: str, query: Query) -> Order:
    orders = ORDERS[collection]
    if query.order not in orders:
        raise BadFilter("order", "there is no such order here", tuple(orders))
    return orders[query.order]


def _with_merged(snapshot: Snapshot, condition: Condition) -> Condition:
    if isinstance(condition, Having) and condition.party:
        return replace(condition, values=same_as(snapshot, condition.values[0]))
    return condition


def _parameters(asked: Form, wanted: Iterable[Condition]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for index, condition in enumerate(wanted):
        found.update(parameters(condition, f"c{index}", asked.served, asked.collection))
    return found


# --- who leads


@dataclass(frozen=True, slots=True)
class Lead:
    """Where the records come from, in which order: `sort` before `step` (None: `step` alone).

    `step` grows with `born`. A lead that `repeats` comes to the same record more than once.
    `leads` is the index of the condition that it meets by itself.
    """

    source: FromClause
    where: Sequence[ColumnElement[bool]]
    born: ColumnElement[int]
    step: ColumnElement[int]
    sort: ColumnElement[Any] | None = None
    sorts_days: bool = False
    repeats: bool = False
    leads: int | None = None


@lru_cache(512)
def _lead(asked: Form) -> Lead:
    """The way with the fewest records."""
    order = asked.order
    matching = [i for i, each in enumerate(asked.wanted) if isinstance(each, Matching)]
    if matching and order.facet is None:
        return _by_words(asked, matching[0])
    narrowest = _narrowest(asked.wanted)
    if order.facet is not None and (narrowest is None or order.column is None):
        return _by_order(asked, order.facet)
    return _by_facet(asked, narrowest)


def _narrowest(wanted: Sequence[Condition]) -> int | None:
    ranks = [
        (LEADING.index(each.facet), index)
        for index, each in enumerate(wanted)
        if isinstance(each, Having) and each.facet in LEADING
    ]
    return min(ranks)[1] if ranks else None


def _by_facet(asked: Form, leads: int | None) -> Lead:
    tables = asked.served.records(asked.collection)
    facets, column = tables.facets, asked.order.column
    having, value = _entered(tables, asked, leads)
    return Lead(
        source=facets,
        where=[
            facets.c.facet == having.facet,
            value,
            *holding(facets, asked.shape),
            *_born_by(facets, asked.shape),
        ],
        born=facets.c.born,
        step=facets.c.born,
        sort=None if column is None else func.coalesce(tables.rows.c[column], int(NO_DAY)),
        sorts_days=column is not None,
        repeats=len(having.values) > 1,
        leads=leads,
    )


def _born_by(facets: Table, shape: Shape) -> list[ColumnElement[bool]]:
    """The index need not be walked over all the records that came later."""
    return [facets.c.born <= AS_OF] if shape.as_of else []


def _entered(
    tables: EntityTables, asked: Form, leads: int | None
) -> tuple[Having, ColumnElement[bool]]:
    condition = ALL if leads is None else asked.wanted[leads]
    if leads is None or not isinstance(condition, Having):
        return ALL, tables.facets.c.value == ""
    return condition, among(tables.facets.c.value, condition, f"c{leads}")


def _by_order(asked: Form, facet: str) -> Lead:
    facets = asked.served.records(asked.collection).facets
    where = [facets.c.facet == facet, *holding(facets, asked.shape)]
    return Lead(facets, where, facets.c.born, facets.c.born, sort=facets.c.value)


def _by_words(asked: Form, leads: int) -> Lead:
    tables, index = asked.served.search()
    return Lead(
        source=index.source(),
        where=[index.matches(asked.collection), *holding(tables.words, asked.shape)],
        born=tables.words.c.born,
        step=index.order(),
        repeats=True,
        leads=leads,
    )


# --- asking


@lru_cache(512)
def _question(asked: Form, dialect: Dialect, *, placed: bool) -> Prepared:
    """Parameters: those of the conditions, `limit`, and `key` and `step` of the place.

    Answers `born`, and the sort key if there is one.
    """
    lead, order = _lead(asked), asked.order
    holds = Holds(asked.served, asked.shape, asked.collection)
    keys = [] if lead.sort is None else [lead.sort]
    question = (
        _source(asked, lead, select(lead.born, *keys))
        .where(*lead.where)
        .where(
            *(
                holds.write(condition, f"c{index}", lead.born)
                for index, condition in enumerate(asked.wanted)
                if index != lead.leads
            )
        )
        .order_by(*(column.desc() if order.descending else column for column in _columns(lead)))
        .limit(bindparam("limit", type_=Integer))
    )
    return Prepared(question.where(_beyond(lead, order)) if placed else question, dialect)


def _source(asked: Form, lead: Lead, question: Asked) -> Asked:
    """Rows are long: only what looks at their columns is asked of them.

    Whatever leads holds only while its record's row does.
    """
    if not lead.sorts_days and not any(isinstance(each, _OF_ROWS) for each in asked.wanted):
        return question.select_from(lead.source)
    rows = asked.served.records(asked.collection).rows
    joined = question.select_from(lead.source.join(rows, rows.c.born == lead.born))
    return joined.where(*holding(rows, asked.shape))


_OF_ROWS: Final = (Between, Addressed, FulfilledLate)


def _columns(lead: Lead) -> list[ColumnElement[Any]]:
    return [lead.step] if lead.sort is None else [lead.sort, lead.step]


def _beyond(lead: Lead, order: Order) -> ColumnElement[bool]:
    step = bindparam("step", type_=BigInteger)
    past = lead.step < step if order.descending else lead.step > step
    if lead.sort is None:
        return past
    key = bindparam("key", type_=Integer if lead.sorts_days else lead.sort.type)
    further = lead.sort < key if order.descending else lead.sort > key
    return or_(further, and_(lead.sort == key, past))


def _after(lead: Lead, order: Order, place: Place) -> Mapping[str, object]:
    """The place as the question has it; words lead past all the words of the record."""
    step = place.born
    if lead.step is not lead.born:
        step = first_id(place.born) if order.descending else first_id(place.born + 1) - 1
    if lead.sort is None:
        return {"step": step}
    if place.key is None or (lead.sorts_days and not place.key.isdecimal()):
        raise BadCursor("this cursor was not handed out for this list and order")
    return {"step": step, "key": int(place.key) if lead.sorts_days else place.key}


def _fetch(
    snapshot: Snapshot,
    asked: Form,
    values: Mapping[str, object],
    place: Place | None,
    limit: int,
) -> Sequence[Any]:
    """Enough rows, each record once: a lead that repeats is followed again from where it ended."""
    lead = _lead(asked)
    found: dict[int, Any] = {}
    while True:
        where = {} if place is None else _after(lead, asked.order, place)
        question = _question(asked, snapshot.dialect, placed=place is not None)
        rows = snapshot.rows(question, {"limit": limit, **values, **where})
        if not lead.repeats:
            return rows
        found.update((row[0], row) for row in rows)
        if len(rows) < limit or len(found) >= limit:
            return list(found.values())[:limit]
        place = _place_of(lead, rows[-1])


def _place_of(lead: Lead, row: Sequence[Any]) -> Place:
    if lead.sort is None:
        return Place(None, row[0])
    born, key = row
    return Place(day_key(key) if lead.sorts_days else key, born)
