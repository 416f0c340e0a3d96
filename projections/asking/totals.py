"""Counts at a moment: one seek a number for what the ledger knew, one sum for what was true."""

from typing import Any, Final

from sqlalchemy import CTE, Select, func, select

from projections.asking.resolver import Resolver
from projections.asking.snapshot import Snapshot
from projections.documents import MatrixCell, Party, Statistics

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
    ask = _known if snapshot.moment.on is None else _true
    rows = snapshot.connection.execute(ask(snapshot, dimension)).all()
    return dict(sorted((code, count) for code, count in rows if code is not None and count))


def _known(snapshot: Snapshot, dimension: str) -> Select[Any]:
    """The newest running total of each code, at or before `as_of`: one seek each."""
    totals = snapshot.statistics().totals
    codes = _codes(snapshot, dimension)
    newest = (
        select(totals.c.count)
        .where(totals.c.dimension == dimension, totals.c.code == codes.c.code)
        .order_by(totals.c.position.desc())
        .limit(1)
    )
    if snapshot.moment.as_of is not None:
        newest = newest.where(totals.c.position <= snapshot.moment.as_of)
    return select(codes.c.code, newest.scalar_subquery())


def _codes(snapshot: Snapshot, dimension: str) -> CTE:
    """Each code once, by hopping from one to the next in the index."""
    totals = snapshot.statistics().totals
    first = select(func.min(totals.c.code).label("code")).where(totals.c.dimension == dimension)
    codes = first.cte("codes", recursive=True)
    following = (
        select(func.min(totals.c.code))
        .where(totals.c.dimension == dimension, totals.c.code > codes.c.code)
        .scalar_subquery()
    )
    return codes.union_all(select(following).where(codes.c.code.is_not(None)))


def _true(snapshot: Snapshot, dimension: str) -> Select[Any]:
    """What was true on `on`, as far as the ledger knew `as_of`."""
    deltas, moment = snapshot.statistics().deltas, snapshot.moment
    question = (
        select(deltas.c.code, func.sum(deltas.c.delta))
        .where(deltas.c.dimension == dimension)
        .group_by(deltas.c.code)
    )
    if moment.on is not None:
        question = question.where(deltas.c.day <= moment.on.toordinal())
    if moment.as_of is not None:
        question = question.where(deltas.c.position <= moment.as_of)
    return question
