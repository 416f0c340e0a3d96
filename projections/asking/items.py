"""Records whole and in lists: one with its long text, many as they are printed."""

from functools import lru_cache
from typing import Any, cast

import orjson
from sqlalchemy import BigInteger, bindparam, select

from projections.asking.pages import find
from projections.asking.printing import print_records
from projections.asking.served import Served
from projections.asking.snapshot import Asked, Shape, Snapshot, holding, identified
from projections.port import Entity, Page, Query
from projections.tables import TEXT as TEXT_TYPE
from projections.views.sources import TEXT


def find_item(snapshot: Snapshot, collection: str, ident: str) -> Entity | None:
    """The whole record: its long text too, which lists leave out."""
    question = _item_question(snapshot.served, snapshot.shape, collection)
    born = snapshot.ask(question, idents=[ident]).scalar()
    if born is None:
        return None
    (printed,) = print_records(snapshot, collection, [born])
    document: Entity = orjson.loads(printed)
    _add_text(snapshot, collection, born, document)
    return document


@lru_cache(128)
def _item_question(served: Served, shape: Shape, collection: str) -> Asked:
    tables = served.records(collection)
    rows = tables.rows
    return (
        select(rows.c.born)
        .join(tables.facets, tables.facets.c.born == rows.c.born)
        .where(
            *identified(tables.facets, bindparam("idents", type_=TEXT_TYPE, expanding=True)),
            *holding(rows, shape),
        )
    )


def _add_text(snapshot: Snapshot, collection: str, born: int, document: Entity) -> None:
    kept = cast("dict[str, Any]", document)
    holder = {"sources": kept, "meetings": kept.get("minutes")}.get(collection)
    if holder is not None:
        question = _text_question(snapshot.served, snapshot.shape, collection)
        content = snapshot.ask(question, born=born).scalar()
        holder["text"] = None if content is None else orjson.loads(content)


@lru_cache(64)
def _text_question(served: Served, shape: Shape, collection: str) -> Asked:
    parts = served.records(collection).parts
    return select(parts.c.content).where(
        parts.c.part == TEXT,
        parts.c.born == bindparam("born", type_=BigInteger),
        *holding(parts, shape),
    )


def print_page(snapshot: Snapshot, collection: str, query: Query) -> Page[bytes]:
    found = find(snapshot, collection, query)
    documents = print_records(snapshot, collection, [row[0] for row in found.rows])
    return Page(documents, found.next, snapshot.position(collection))
