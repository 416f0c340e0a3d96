"""Records as finished JSON at a moment: what is remembered of them, and the rest composed."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import orjson
from sqlalchemy import Dialect, bindparam, select

from projections.asking.composing import COLUMNS, Kept, compose, reach_of
from projections.asking.memory import Documents
from projections.asking.prepared import Prepared
from projections.asking.reach import meet
from projections.asking.resolver import Resolver
from projections.asking.served import Served
from projections.asking.snapshot import Shape, Snapshot, holding


def print_records(snapshot: Snapshot, collection: str, born: Sequence[int]) -> list[bytes]:
    """The document of each record, which must be on record at the moment, as it then reads."""
    documents = snapshot.known.documents.setdefault(collection, Documents())
    found = documents.at(born, snapshot.point, snapshot.day.toordinal())
    missing = [each for each, document in found.items() if document is None]
    if missing:
        found.update(_composed(snapshot, collection, missing, documents))
    return [document for document in found.values() if document is not None]


def _composed(
    snapshot: Snapshot, collection: str, born: Sequence[int], documents: Documents
) -> Iterable[tuple[int, bytes]]:
    """The documents of these records, made from their rows and remembered."""
    resolver, day = Resolver(snapshot), snapshot.day
    question = _rows_question(snapshot.served, snapshot.shape, snapshot.dialect, collection)
    rows = [Kept(*row) for row in snapshot.rows(question, {"born": born})]
    drafts = [(row, resolver.follow(), compose(collection, row, resolver, day)) for row in rows]
    resolver.settle()
    for row, use, document in drafts:
        printed = orjson.dumps(document)
        documents.add(row.born, meet((reach_of(row, day), resolver.reach(use))), printed)
        yield row.born, printed


@lru_cache(64)
def _rows_question(served: Served, shape: Shape, dialect: Dialect, collection: str) -> Prepared:
    rows = served.records(collection).rows
    question = select(*(rows.c[name] for name in COLUMNS)).where(
        rows.c.born.in_(bindparam("born", expanding=True)), *holding(rows, shape)
    )
    return Prepared(question, dialect)
