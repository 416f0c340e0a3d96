"""How many streams are open, and to whom: a seat is taken before anything is read for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.edge.problems import refuse

SEATS: Final = 20_000
LATER: Final = {"Retry-After": "5"}


class Seats:
    """`share` is how many of all seats one address may have at once."""

    def __init__(self, share: int, seats: int = SEATS) -> None:
        self._share, self._seats = share, seats
        self._taken: Counter[str] = Counter()

    @contextmanager
    def seat(self, who: str) -> Iterator[None]:
        """One more stream while it lasts: 503 without a free seat, 429 beyond the share."""
        if self._taken.total() >= self._seats:
            raise refuse("busy", "Too many streams are open.", headers=LATER)
        if self._taken[who] >= self._share:
            detail = "Too many streams are open to this address; close one of them first."
            raise refuse("too-many-requests", detail, headers=LATER)
        self._taken[who] += 1
        try:
            yield
        finally:
            self._left(who)

    def _left(self, who: str) -> None:
        """Whoever has no seat any more is forgotten."""
        self._taken[who] -= 1
        if not self._taken[who]:
            del self._taken[who]
