"""What others are called at the moment: every version is looked up once, so any moment can ask."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Dialect, bindparam, select

from projections.asking.memory import Version, Versions
from projections.asking.prepared import Prepared
from projections.asking.reach import EVERYWHERE, Point, Reach, around
from projections.asking.served import Served
from projections.asking.snapshot import Snapshot, identified
from projections.spans import FOREVER
from projections.tables import TEXT, EntityTables

MOST: Final = 20_000
"""Ids that are remembered of a kind; then it begins anew."""


class Named(NamedTuple):
    """`content` is None for what was not on record yet; it is the same wherever `reach` reaches."""

    content: Any
    reach: Reach


Found = dict[str, Named]
"""What was found about each id that was asked for."""


def find_parties(snapshot: Snapshot, idents: Iterable[str]) -> Found:
    """Contents: (kind, name, the id that it turned out to be or None)."""
    known = snapshot.known.parties
    return _find(known, snapshot, list(idents), _parties_question, lambda *row: row)


def find_sources(snapshot: Snapshot, idents: Iterable[str]) -> Found:
    """Contents: the members of a SourceRef."""
    return _find(snapshot.known.sources, snapshot, list(idents), _sources_question, _source)


def find_quotations(snapshot: Snapshot, idents: Iterable[str]) -> Found:
    """Contents: the quotation as it is kept."""
    known = snapshot.known.quotations
    return _find(known, snapshot, list(idents), _quotations_question, orjson.loads)


def find_titles(snapshot: Snapshot, collection: str, idents: Iterable[str]) -> Found:
    """Contents: (title,)."""
    known = snapshot.known.titles.setdefault(collection, {})

    def write(served: Served, dialect: Dialect) -> Prepared:
        return _titles_question(served, dialect, collection)

    return _find(known, snapshot, list(idents), write, lambda title: (title,))


def _find(
    known: Versions,
    snapshot: Snapshot,
    idents: list[str],
    write: Callable[[Served, Dialect], Prepared],
    read: Callable[..., Any],
) -> Found:
    if len(known) > MOST:
        known.clear()
    found = {ident: known[ident] for ident in idents if ident in known}
    missing = [ident for ident in idents if ident not in found]
    if missing:
        looked_up: Versions = {ident: [] for ident in missing}
        question = write(snapshot.served, snapshot.dialect)
        for ident, pos_from, pos_to, day_from, day_to, *content in snapshot.rows(
            question, {"idents": missing}
        ):
            version = Version(pos_from, pos_to, day_from, day_to, read(*content))
            looked_up[ident].append(version)
        known.update(looked_up)
        found.update(looked_up)
    return {ident: _named(versions, snapshot.point) for ident, versions in found.items()}


def _named(versions: list[Version], point: Point) -> Named:
    """What the version of the moment's day says, or that of the first day after it."""
    position, day = point
    reach, content, until = EVERYWHERE, None, FOREVER + 1
    for version in versions:
        reach = around(point, version, reach)
        if version.pos_from <= position < version.pos_to and day < version.day_to < until:
            content, until = version.content, version.day_to
    return Named(content, reach)


_IDENTS: Final = bindparam("idents", type_=TEXT, expanding=True)


_CLOCKS: Final = ("pos_from", "pos_to", "day_from", "day_to")


def _versions(tables: EntityTables, dialect: Dialect, *content: str) -> Prepared:
    rows, facets = tables.rows, tables.facets
    columns = ("stream", *_CLOCKS, *content)
    question = (
        select(*(rows.c[name] for name in columns))
        .join(facets, facets.c.born == rows.c.born)
        .where(*identified(facets, _IDENTS))
    )
    return Prepared(question, dialect)


@lru_cache(16)
def _parties_question(served: Served, dialect: Dialect) -> Prepared:
    return _versions(served.records("stakeholders"), dialect, "kind", "title", "refers")


@lru_cache(64)
def _titles_question(served: Served, dialect: Dialect, collection: str) -> Prepared:
    return _versions(served.records(collection), dialect, "title")


@lru_cache(16)
def _sources_question(served: Served, dialect: Dialect) -> Prepared:
    return _versions(served.records("sources"), dialect, "document")


@lru_cache(16)
def _quotations_question(served: Served, dialect: Dialect) -> Prepared:
    parts = served.records("sources").parts
    columns = ("part", *_CLOCKS, "content")
    question = select(*(parts.c[name] for name in columns)).where(parts.c.part.in_(_IDENTS))
    return Prepared(question, dialect)


def _source(document: bytes) -> dict[str, Any]:
    kept = orjson.loads(document)
    return {name: kept[name] for name in ("publisher", "title", "url", "claimed_on", "basis")}
