"""What readers may ask of the views, and in which shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

from projections.documents import (
    Commitment,
    FactView,
    Hit,
    MatrixCell,
    Meeting,
    Outcome,
    Source,
    Stakeholder,
    Statement,
    Statistics,
)

Entity = Commitment | Stakeholder | Meeting | Statement | Source | Outcome
DocumentT_co = TypeVar("DocumentT_co", covariant=True)

COLLECTIONS = (
    "commitments",
    "stakeholders",
    "meetings",
    "statements",
    "sources",
    "outcomes",
)
"""The kinds of record that have an item and a list; also the first segment of their address."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Which past is asked about.

    `as_of` is a position: what the ledger knew when it held that many facts (None: now).
    `on` is a day: what was true in the world then (None: the latest that is known).
    """

    as_of: int | None = None
    on: date | None = None


NOW = Moment()


@dataclass(frozen=True, slots=True)
class Query:
    """One page of a collection.

    `filters` holds names from `Views.filters(collection)` with their texts, already checked to be
    known names; several filters narrow. `order` is one of `Views.orders(collection)`: `newest` (by
    the position of a record's first fact, descending), `oldest`, others. `after` is the `next` of
    an earlier page.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    moment: Moment = NOW
    order: str = "newest"
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[DocumentT_co]):
    """`next` is an opaque cursor, None on the last page; `position` is what the view has folded."""

    items: Sequence[DocumentT_co]
    next: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ViewStatus:
    """`behind` counts facts not folded yet; `stalled_at` is a fact that would not fold.

    `building` is the position that a rebuild has reached, None when none runs.
    """

    name: str
    version: int
    position: int
    behind: int
    stalled_at: int | None
    error: str | None
    building: int | None


class BadFilter(ValueError):
    """A filter's text means nothing; `name` is the filter, `allowed` what would be accepted."""

    def __init__(self, name: str, message: str, allowed: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.name, self.allowed = name, tuple(allowed)


class BadCursor(ValueError):
    """A cursor that this collection did not hand out."""


class ViewUnavailable(Exception):
    """The view has never been built, or is being built for the first time."""


class Views(Protocol):
    """Blocking, safe to call from any thread; items and small pages take under a millisecond."""

    def item(self, collection: str, ident: str, moment: Moment = NOW) -> Entity | None:
        """The record as it was at the moment, or None if the ledger knew none."""

    def page(self, collection: str, query: Query) -> Page[Entity]:
        """Raise BadFilter, BadCursor."""

    def printed(self, collection: str, query: Query) -> Page[bytes]:
        """As `page`, each item as the JSON that readers get."""

    def filters(self, collection: str) -> Mapping[str, str]:
        """Filter name → one sentence for the API's documentation."""

    def orders(self, collection: str) -> Mapping[str, str]:
        """Order name → one sentence."""

    def facts(self, query: Query) -> Page[FactView]:
        """The timeline of everything; its filters are those of the collection `facts`."""

    def history(self, ident: str, moment: Moment = NOW) -> Sequence[FactView]:
        """Every fact of one stream, oldest first; empty for an unknown stream."""

    def fact(self, position: int) -> FactView | None:
        """The fact at a position."""

    def search(self, text: str, query: Query) -> Page[Hit]:
        """Full-text search, newest first. Filters: kind (a collection)."""

    def matrix(self, moment: Moment = NOW) -> Sequence[MatrixCell]:
        """Who promised whom, fullest cells first."""

    def statistics(self, moment: Moment = NOW) -> Statistics:
        """Totals at the moment."""

    def position(self) -> int:
        """What every view has folded: the lowest position among them."""

    def position_at(self, instant: datetime) -> int:
        """The last position recorded at or before the instant, 0 if none."""

    def recorded_at(self, position: int) -> datetime | None:
        """When the fact at a position was recorded."""

    def status(self) -> Sequence[ViewStatus]:
        """Every view, by name."""
