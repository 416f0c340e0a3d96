"""Taking a copy of a ledger while others write, and filling an empty one: the same for both stores.

A copy is what one read transaction sees, and that is as consistent as the database can be: all that
was acknowledged before it began is in it, and of each later request all or nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from ledger.store.batch import ClaimRow, FactRow, KeyRow
from ledger.store.port import Entry, Epoch, Head, Placed

LINES: Final = 1000
"""Rows that are fetched, or stored, together."""
Place = tuple[int, str]
"""A position, and the name of a part there."""


class Copy(Protocol):
    """A ledger as it was when the copy began. Each question may be asked once."""

    def head(self) -> Head:
        """Its newest place."""

    def entries(self) -> Iterator[Entry]:
        """Every fact, in order."""

    def keys(self) -> Iterator[KeyRow]:
        """Every idempotency key, in the order of their facts."""

    def claims(self) -> Iterator[ClaimRow]:
        """Every claimed name, in the order of their bytes."""

    def epochs(self) -> Sequence[Epoch]:
        """Every epoch, oldest first."""


class Filling(Protocol):
    """An empty ledger that is filled through the triggers that guard every ledger."""

    def facts(self, facts: Sequence[FactRow], redacted: Place | None = None) -> None:
        """The next facts with their parts, each with some content.

        At once with them, a part's content goes: the last of them is the redaction that orders it.
        """

    def keys(self, keys: Sequence[KeyRow]) -> None:
        """Idempotency keys, after their facts."""

    def claims(self, claims: Sequence[ClaimRow]) -> None:
        """Names, after the facts that claim them."""

    def epochs(self, epochs: Sequence[Epoch]) -> None:
        """Every epoch, oldest first."""


def fact_row(entry: Entry) -> FactRow:
    """An entry as it is stored again, where it was."""
    placed = Placed(
        entry.position,
        entry.at,
        entry.fact_id,
        entry.stream,
        entry.version,
        entry.topic,
        entry.leaf_hash,
    )
    return FactRow(placed, entry.leaf, entry.parts)


def epoch_rows(epochs: Sequence[Epoch]) -> list[tuple[int, str, int, int]]:
    """Number, id, position and time of each."""
    return [
        (number, epoch.id, epoch.position, epoch.at) for number, epoch in enumerate(epochs, start=1)
    ]
