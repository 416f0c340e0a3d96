"""Full-text search across every kind of record, newest record first."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, select

from projections.asking.cursors import read_cursor, write_cursor
from projections.asking.filters import ORDERS
from projections.asking.resolver import Resolver
from projections.asking.snapshot import Snapshot, holding
from projections.documents import Hit
from projections.keeping.fulltext import terms_of
from projections.keeping.search import first_id
from projections.port import COLLECTIONS, BadFilter, Page, Query

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
    rows = _distinct(snapshot, _question(snapshot, text, kind, query), after, query)
    kept = rows[: query.limit]
    cursor = (
        write_cursor("search", query.order, None, kept[-1].born)
        if len(rows) > query.limit
        else None
    )
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


def _question(snapshot: Snapshot, text: str, kind: str | None, query: Query) -> Select[Any]:
    tables, index = snapshot.search()
    words = tables.words
    return (
        select(
            words.c.born,
            words.c.stream,
            words.c.kind,
            words.c.pos_from,
            words.c.day_from,
            index.excerpt(text).label("excerpt"),
        )
        .select_from(index.source())
        .where(index.matches(text, kind), *holding(words, query.moment))
    )


def _distinct(
    snapshot: Snapshot, question: Select[Any], after: int | None, query: Query
) -> Sequence[Any]:
    """One more than a page; a record whose words match in several pieces comes once."""
    _, index = snapshot.search()
    step, limit, descending = index.order(), query.limit + 1, _descending(query)
    found: dict[int, Any] = {}
    while True:
        asked = question.order_by(step.desc() if descending else step).limit(limit)
        if after is not None:
            asked = asked.where(
                step < first_id(after) if descending else step >= first_id(after + 1)
            )
        rows = snapshot.connection.execute(asked).all()
        for row in rows:
            found.setdefault(row.born, row)
        if len(found) >= limit or len(rows) < limit:
            return list(found.values())[:limit]
        after = rows[-1].born


def _hits(snapshot: Snapshot, rows: Sequence[Any]) -> list[Hit]:
    resolver = Resolver(snapshot)
    hits = [
        Hit(
            subject=resolver.ref(row.kind, row.stream),
            excerpt=row.excerpt,
            effective_on=date.fromordinal(row.day_from).isoformat(),
            position=row.pos_from,
        )
        for row in rows
    ]
    resolver.settle()
    return hits
