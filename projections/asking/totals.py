"""Counts at a moment: one seek a number for what the ledger knew, one sum for what was true."""

from functools import lru_cache
from typing import Final

from sqlalchemy import CTE, bindparam, func, select

from projections.asking.resolver import Resolver
from projections.asking.served import Served
from projections.asking.snapshot import AS_OF, ON, Asked, Shape, Snapshot
from projections.documents import MatrixCell, Party, Statistics
from projections.tables import TEXT

COMMITMENT_DIMENSIONS: Final = (
    "record_status",
    "progress",
    "form",
    "content",
    "formal_status",
    "verifiable",
)


def count_statistics(snapshot: Snapshot) -> Statistics:
    counts = {
        dimension: _counts(snapshot, f"commitments/{dimension}")
        for dimension in COMMITMENT_DIMENSIONS
    }
    return Statistics(
        commitments=counts,
        statements=_counts(snapshot, "statements"),
        entities=_counts(snapshot, "entities"),
    )


def count_matrix(snapshot: Snapshot) -> list[MatrixCell]:
    """Stakeholders that turned out to be the same are counted together."""
    resolver = Resolver(snapshot)
    counted = [
        (resolver.party(promisor), resolver.maybe_party(promisee or None), progress, count)
        for code, count in _counts(snapshot, "matrix").items()
        for promisor, promisee, progress in [_split(code)]
    ]
    resolver.settle()
    cells: dict[tuple[str, str], MatrixCell] = {}
    for promisor, promisee, progress, count in counted:
        _add(cells, promisor, promisee, progress, count)
    return sorted(cells.values(), key=_fullest_first)


def _split(code: str) -> tuple[str, str, str]:
    parties, _, progress = code.rpartition(":")
    promisor, _, promisee = parties.partition(">")
    return promisor, promisee, progress


def _add(
    cells: dict[tuple[str, str], MatrixCell],
    promisor: Party,
    promisee: Party | None,
    progress: str,
    count: int,
) -> None:
    key = promisor["id"], promisee["id"] if promisee else ""
    if key not in cells:
        cells[key] = MatrixCell(promisor=promisor, promisee=promisee, total=0, by_progress={})
    cell = cells[key]
    cell["total"] += count
    cell["by_progress"][progress] = cell["by_progress"].get(progress, 0) + count


def _fullest_first(cell: MatrixCell) -> tuple[int, str, str]:
    promisee = cell["promisee"]
    return -cell["total"], cell["promisor"]["id"], promisee["id"] if promisee else ""


def _counts(snapshot: Snapshot, dimension: str) -> dict[str, int]:
    """Code → count, without those that count nothing."""
    rows = snapshot.ask(_question(snapshot.served, snapshot.shape), dimension=dimension)
    return dict(sorted((code, count) for code, count in rows if code is not None and count))


@lru_cache(64)
def _question(served: Served, shape: Shape) -> Asked:
    return _true(served, shape) if shape.on else _known(served, shape)


_DIMENSION: Final = bindparam("dimension", type_=TEXT)


def _known(served: Served, shape: Shape) -> Asked:
    """The newest running total of each code, at or before `as_of`: one seek each."""
    totals, codes = served.statistics().totals, _codes(served)
    newest = (
        select(totals.c.count)
        .where(totals.c.dimension == _DIMENSION, totals.c.code == codes.c.code)
        .order_by(totals.c.position.desc())
        .limit(1)
    )
    if shape.as_of:
        newest = newest.where(totals.c.position <= AS_OF)
    return select(codes.c.code, newest.scalar_subquery())


def _codes(served: Served) -> CTE:
    """Each code once, by hopping from one to the next in the index."""
    totals = served.statistics().totals
    first = select(func.min(totals.c.code).label("code")).where(totals.c.dimension == _DIMENSION)
    codes = first.cte("codes", recursive=True)
    following = (
        select(func.min(totals.c.code))
        .where(totals.c.dimension == _DIMENSION, totals.c.code > codes.c.code)
        .scalar_subquery()
    )
    return codes.union_all(select(following).where(codes.c.code.is_not(None)))


def _true(served: Served, shape: Shape) -> Asked:
    """What was true on `on`, as far as the ledger knew `as_of`."""
    deltas = served.statistics().deltas
    question = (
        select(deltas.c.code, func.sum(deltas.c.delta))
        .where(deltas.c.dimension == _DIMENSION, deltas.c.day <= ON)
        .group_by(deltas.c.code)
    )
    return question.where(deltas.c.position <= AS_OF) if shape.as_of else question
