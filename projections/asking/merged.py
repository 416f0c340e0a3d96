"""Every id under which one stakeholder is on record at a moment."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from sqlalchemy import bindparam, select

from projections.asking.served import Served
from projections.asking.snapshot import Asked, Shape, Snapshot, holding, identified


def same_as(snapshot: Snapshot, ident: str) -> tuple[str, ...]:
    """The id itself, the one it was merged into, and all that were merged into that."""
    into = _closure(snapshot, (ident,), _merged_into)
    return tuple(sorted(_closure(snapshot, into, _merged_from)))


@lru_cache(64)
def _merged_into(served: Served, shape: Shape) -> Asked:
    tables = served.records("stakeholders")
    rows = tables.rows
    return (
        select(rows.c.refers)
        .join(tables.facets, tables.facets.c.born == rows.c.born)
        .where(
            *identified(tables.facets, bindparam("idents", expanding=True)),
            rows.c.refers.is_not(None),
            *holding(rows, shape),
        )
    )


@lru_cache(64)
def _merged_from(served: Served, shape: Shape) -> Asked:
    tables = served.records("stakeholders")
    rows, facets = tables.rows, tables.facets
    return (
        select(rows.c.stream)
        .join(facets, facets.c.born == rows.c.born)
        .where(
            facets.c.facet == "merged_into",
            facets.c.value.in_(bindparam("idents", expanding=True)),
            *holding(facets, shape),
            *holding(rows, shape),
        )
    )


def _closure(
    snapshot: Snapshot, idents: Iterable[str], write: Callable[[Served, Shape], Asked]
) -> set[str]:
    """The ids, and whatever the question leads to from them, again and again."""
    question = write(snapshot.served, snapshot.shape)
    found: set[str] = set()
    wanted = set(idents)
    while wanted:
        found |= wanted
        wanted = set(snapshot.ask(question, idents=sorted(wanted)).scalars()) - found
    return found
