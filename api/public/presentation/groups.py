"""Records of one page put into groups: a delegation's members, statements of a kind, sources."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from ledger.vocabulary import StatementKind
from projections.documents import (
    Commitment,
    MatrixCell,
    ParticipantView,
    Party,
    SourceRef,
    Statement,
)

MOST_COLUMNS: Final = 8

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Delegation:
    """Those who came for the same organization; `party` is None for those who came for none."""

    party: Party | None
    members: tuple[ParticipantView, ...]


@dataclass(frozen=True, slots=True)
class SpokenGroup:
    kind: str
    title: str
    items: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Line:
    promisor: Party
    cells: tuple[MatrixCell | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The matrix as rows and columns; a column without a party is "nobody in particular"."""

    columns: tuple[Party | None, ...]
    lines: tuple[Line, ...]


def delegations(participants: Sequence[ParticipantView]) -> list[Delegation]:
    """In the order in which each delegation is first named."""
    parties = _unique((_key(each["delegation"]), each["delegation"]) for each in participants)
    return [
        Delegation(party, tuple(p for p in participants if _key(p["delegation"]) == _key(party)))
        for party in parties
    ]


def spoken_groups(statements: Sequence[Statement]) -> list[SpokenGroup]:
    """Statements by kind, in the vocabulary's order, without kinds that nobody used."""
    groups = [
        SpokenGroup(kind.value, _TITLES[kind], tuple(s for s in statements if s["kind"] == kind))
        for kind in StatementKind
    ]
    return [group for group in groups if group.items]


def sources_of(commitment: Commitment) -> list[SourceRef]:
    """Every source that the page cites, once, in the order of the page."""
    assessed = [cited for each in commitment["assessments"] for cited in each["citations"]]
    cited = [*commitment["citations"], *assessed]
    return _unique((each["source"]["id"], each["source"]) for each in cited)


def grid(cells: Sequence[MatrixCell]) -> Grid | None:
    """None where there would be more columns than a page can show."""
    named = _unique((_key(cell["promisee"]), cell["promisee"]) for cell in cells)
    columns = sorted(named, key=lambda party: party is None)
    rows = _unique((cell["promisor"]["id"], cell["promisor"]) for cell in cells)
    if not cells or len(columns) > MOST_COLUMNS:
        return None
    found = {(cell["promisor"]["id"], _key(cell["promisee"])): cell for cell in cells}
    lines = (
        Line(row, tuple(found.get((row["id"], _key(column))) for column in columns)) for row in rows
    )
    return Grid(tuple(columns), tuple(lines))


_TITLES: Final = {
    StatementKind.UNDERTAKING: "Undertakings",
    StatementKind.CONCERN: "Concerns",
    StatementKind.REQUEST: "Requests",
    StatementKind.REFUSAL: "Refusals",
    StatementKind.INFORMATION: "Information",
    StatementKind.APPRECIATION: "Appreciation",
}


def _key(party: Party | None) -> str:
    return party["id"] if party else ""


def _unique(keyed: Iterable[tuple[str, Item]]) -> list[Item]:
    """The first of each key, in order."""
    first: dict[str, Item] = {}
    for key, item in keyed:
        first.setdefault(key, item)
    return list(first.values())
