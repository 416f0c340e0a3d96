"""Every id under which one stakeholder is on record at a moment."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, Table, select

from projections.asking.snapshot import Snapshot, holding


def same_as(snapshot: Snapshot, ident: str) -> tuple[str, ...]:
    """The id itself, the one it was merged into, and all that were merged into that."""
    into = _closure(snapshot, (ident,), forwards=True)
    return tuple(sorted(_closure(snapshot, into, forwards=False)))


def _closure(snapshot: Snapshot, idents: Iterable[str], *, forwards: bool) -> set[str]:
    found: set[str] = set()
    wanted = set(idents)
    while wanted:
        found |= wanted
        wanted = _next(snapshot, wanted, forwards=forwards) - found
    return found


def _next(snapshot: Snapshot, idents: Iterable[str], *, forwards: bool) -> set[str]:
    rows = snapshot.records("stakeholders").rows
    facets = snapshot.records("stakeholders").facets
    if forwards:
        question = _known_rows(snapshot, rows, rows.c.refers).where(
            rows.c.stream.in_(list(idents)), rows.c.refers.is_not(None)
        )
    else:
        question = (
            _known_rows(snapshot, rows, rows.c.stream)
            .join(facets, facets.c.born == rows.c.born)
            .where(
                facets.c.facet == "merged_into",
                facets.c.value.in_(list(idents)),
                *holding(facets, snapshot.moment),
            )
        )
    return set(snapshot.connection.scalars(question))


def _known_rows(snapshot: Snapshot, rows: Table, column: ColumnElement[str]) -> Select[str]:
    return select(column).select_from(rows).where(*holding(rows, snapshot.moment))
