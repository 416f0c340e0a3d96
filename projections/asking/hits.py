"""Full-text search across every kind of record, newest record first."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Integer, bindparam, select

from projections.asking.cursors import read_cursor, write_cursor
from projections.asking.filters import ORDERS
from projections.asking.resolver import Resolver
from projections.asking.served import Served
from projections.asking.snapshot import Asked, Shape, Snapshot, holding
from projections.documents import Hit
from projections.keeping.fulltext import terms_of
from projections.keeping.search import first_id
from projections.port import COLLECTIONS, BadFilter, Page, Query
from projections.spans import ALWAYS

HIT_FILTERS: Final = {"kind": "Collection that the record belongs to."}


def find_hits(snapshot: Snapshot, text: str, query: Query) -> Page[Hit]:
    """Raise BadFilter, BadCursor. A text without words finds nothing."""
    kind = _kind(query)
    _descending(query)
    after = None
    if query.after is not None:
        _, after = read_cursor(query.after, "search", query.order)
    if not terms_of(text):
        return Page((), None, snapshot.position("search"))
    rows = _distinct(snapshot, (text, kind), after, query)
    kept = rows[: query.limit]
    cursor = None
    if len(rows) > query.limit:
        cursor = write_cursor("search", query.order, None, kept[-1].born)
    return Page(_hits(snapshot, kept), cursor, snapshot.position("search"))


def _kind(query: Query) -> str | None:
    for name in query.filters:
        if name not in HIT_FILTERS:
            raise BadFilter(name, "there is no such filter here", tuple(HIT_FILTERS))
    kind = query.filters.get("kind")
    if kind is not None and kind not in COLLECTIONS:
        raise BadFilter("kind", "there is no such kind of record", COLLECTIONS)
    return kind


def _descending(query: Query) -> bool:
    if query.order not in ORDERS["sources"]:
        raise BadFilter("order", "there is no such order here", tuple(ORDERS["sources"]))
    return ORDERS["sources"][query.order].descending


def _distinct(
    snapshot: Snapshot, asked: tuple[str, str | None], after: int | None, query: Query
) -> Sequence[Any]:
    """One more than a page; a record whose words match in several pieces comes once."""
    text, kind = asked
    descending, limit = _descending(query), query.limit + 1
    question = _question(snapshot.served, snapshot.shape, kind, descending=descending)
    terms = snapshot.served.search()[1].terms(text, kind)
    found: dict[int, Any] = {}
    while True:
        step = _beyond(after, descending=descending)
        rows = snapshot.ask(question, terms=terms, step=step, limit=limit).all()
        for row in rows:
            found.setdefault(row.born, row)
        if len(found) >= limit or len(rows) < limit:
            return list(found.values())[:limit]
        after = rows[-1].born


def _beyond(after: int | None, *, descending: bool) -> int:
    """The id that comes before all words of the records that follow."""
    if after is None:
        return _HIGHEST if descending else 0
    return first_id(after) if descending else first_id(after + 1) - 1


_HIGHEST: Final = 2**63 - 1


@lru_cache(64)
def _question(served: Served, shape: Shape, kind: str | None, *, descending: bool) -> Asked:
    tables, index = served.search()
    words = tables.words
    columns = [words.c[name] for name in ("born", "stream", "kind", "pos_from", "day_from")]
    found = select(*columns, index.excerpt().label("excerpt")).select_from(index.source())
    held = found.where(index.matches(kind), *holding(words, shape))
    return _following(held, index.order(), descending=descending)


def _following(found: Asked, identity: ColumnElement[int], *, descending: bool) -> Asked:
    """The next `limit` of them after `step`, in order."""
    step = bindparam("step", type_=BigInteger)
    some = found.limit(bindparam("limit", type_=Integer))
    if descending:
        return some.where(identity < step).order_by(identity.desc())
    return some.where(identity > step).order_by(identity)


def _day(ordinal: int) -> str | None:
    return None if ordinal == ALWAYS else date.fromordinal(ordinal).isoformat()


def _hits(snapshot: Snapshot, rows: Sequence[Any]) -> list[Hit]:
    resolver = Resolver(snapshot)
    hits = [
        Hit(
            subject=resolver.ref(row.kind, row.stream),
            excerpt=row.excerpt,
            effective_on=_day(row.day_from),
            position=row.pos_from,
        )
        for row in rows
    ]
    resolver.settle()
    return hits
