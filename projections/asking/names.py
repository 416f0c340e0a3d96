"""What others are called at the moment: every version is looked up once, so any moment can ask."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import bindparam, select

from projections.asking.memory import Version, Versions
from projections.asking.snapshot import Asked, Served, Snapshot, identified
from projections.port import Moment
from projections.spans import FOREVER
from projections.tables import OPEN, TEXT, EntityTables

MOST: Final = 20_000
"""Ids that are remembered of a kind; then it begins anew."""


def find_parties(snapshot: Snapshot, idents: Iterable[str]) -> dict[str, Any]:
    """Id → (kind, name, the id that it turned out to be or None)."""
    known = snapshot.names.parties
    return _find(known, snapshot, list(idents), _parties_question, lambda *row: row)


def find_sources(snapshot: Snapshot, idents: Iterable[str]) -> dict[str, Any]:
    """Id → the members of a SourceRef."""
    return _find(snapshot.names.sources, snapshot, list(idents), _sources_question, _source)


def find_quotations(snapshot: Snapshot, idents: Iterable[str]) -> dict[str, Any]:
    """Id → the quotation as it is kept."""
    known = snapshot.names.quotations
    return _find(known, snapshot, list(idents), _quotations_question, orjson.loads)


def _find(
    known: Versions,
    snapshot: Snapshot,
    idents: list[str],
    write: Callable[[Served], Asked],
    read: Callable[..., Any],
) -> dict[str, Any]:
    if len(known) > MOST:
        known.clear()
    missing = [ident for ident in idents if ident not in known]
    if missing:
        found: Versions = {ident: [] for ident in missing}
        for ident, pos_from, pos_to, day_from, day_to, *content in snapshot.ask(
            write(snapshot.served), idents=missing
        ):
            version = Version(pos_from, pos_to, day_from, day_to, read(*content))
            found[ident].append(version)
        known.update(found)
    at = ((ident, _at(known[ident], snapshot.moment)) for ident in idents)
    return {ident: version.content for ident, version in at if version is not None}


def _at(versions: list[Version], moment: Moment) -> Version | None:
    """The one of the moment's day, or of the first day after it."""
    as_of, day = moment.as_of, FOREVER - 1 if moment.on is None else moment.on.toordinal()
    best: Version | None = None
    for version in versions:
        if as_of is None:
            is_known = version.pos_to == OPEN
        else:
            is_known = version.pos_from <= as_of < version.pos_to
        if is_known and version.day_to > day and (best is None or version.day_to < best.day_to):
            best = version
    return best


_IDENTS: Final = bindparam("idents", type_=TEXT, expanding=True)


_CLOCKS: Final = ("pos_from", "pos_to", "day_from", "day_to")


def _versions(tables: EntityTables, *content: str) -> Asked:
    rows, facets = tables.rows, tables.facets
    columns = ("stream", *_CLOCKS, *content)
    return (
        select(*(rows.c[name] for name in columns))
        .join(facets, facets.c.born == rows.c.born)
        .where(*identified(facets, _IDENTS))
    )


@lru_cache(16)
def _parties_question(served: Served) -> Asked:
    return _versions(served.records("stakeholders"), "kind", "title", "refers")


@lru_cache(16)
def _sources_question(served: Served) -> Asked:
    return _versions(served.records("sources"), "document")


@lru_cache(16)
def _quotations_question(served: Served) -> Asked:
    parts = served.records("sources").parts
    columns = ("part", *_CLOCKS, "content")
    return select(*(parts.c[name] for name in columns)).where(parts.c.part.in_(_IDENTS))


def _source(document: bytes) -> dict[str, Any]:
    kept = orjson.loads(document)
    return {name: kept[name] for name in ("publisher", "title", "url", "claimed_on", "basis")}
