"""The printed bodies of the present edition.

An *edition* is named by the ledger's epoch, by how far every view has folded and by the day,
because flags such as `overdue` change at midnight without any fact. Its name is the weak ETag.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from api.parts import Parts
    from projections.port import ViewStatus

SHELF_BYTES: Final = 64 * 1024 * 1024
MOST_ASKED: Final = 20_000
"""Places that are remembered of an edition before they are forgotten together."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A body in one coding, and its headers, ready to send."""

    body: bytes
    headers: Mapping[str, str]

    def response(self) -> web.Response:
        return web.Response(body=self.body, headers=self.headers)


Shelved = tuple[str, str, bool]
"""Raw path and query, media type, packed or not."""


class Shelf:
    """The printed bodies of the newest edition, least used out first, bounded by their bytes."""

    def __init__(self, parts: Parts, limit: int = SHELF_BYTES) -> None:
        self._parts, self._limit = parts, limit
        self._bodies: OrderedDict[Shelved, Printed] = OrderedDict()
        self._bytes = 0
        self._asked: set[Shelved] = set()
        self._edition = ""
        self._settled_on = ""
        parts.ledger.listen(self._turn)
        parts.follower.listen(self._turn)

    def _turn(self, _: int) -> None:
        """A fact arrived, or the views moved: ask anew."""
        self._settled_on = ""

    def is_current(self, edition: str) -> bool:
        """Whether this is certainly the present edition, as far as can be said at once."""
        return edition == self._edition and self._settled_on == self._today()

    def _today(self) -> str:
        return self._parts.clock().date().isoformat()

    async def edition(self) -> str:
        """The name of the present edition; whatever belongs to an older one is forgotten."""
        today = self._today()
        if self._settled_on != today:
            await self._name_edition(today)
        return self._edition

    async def _name_edition(self, today: str) -> None:
        """While a view is behind or stalled, others may move without a word: ask each time."""
        self._settled_on = today
        status = await self._parts.read(self._parts.views.status)
        if any(view.behind for view in status):
            self._settled_on = ""
        edition = _named(status, today, self._parts.ledger.epoch)
        if edition != self._edition:
            self._edition = edition
            self._bodies.clear()
            self._asked.clear()
            self._bytes = 0

    def is_wanted(self, place: Shelved) -> bool:
        """Whether it was asked for before in this edition.

        What nobody asks for twice, such as a page deep in a list, takes no room from the rest.
        """
        if place in self._asked:
            return True
        if len(self._asked) >= MOST_ASKED:
            self._asked.clear()
        self._asked.add(place)
        return False

    def take(self, place: Shelved) -> Printed | None:
        printed = self._bodies.get(place)
        if printed is not None:
            self._bodies.move_to_end(place)
        return printed

    def put(self, edition: str, place: Shelved, printed: Printed) -> None:
        """Keep it, unless a newer edition has come out while it was made."""
        if edition != self._edition or place in self._bodies:
            return
        self._bodies[place] = printed
        self._bytes += _weight(place, printed)
        while self._bytes > self._limit:
            self._bytes -= _weight(*self._bodies.popitem(last=False))


def _weight(place: Shelved, printed: Printed) -> int:
    """Bytes held, with an allowance for the objects around them."""
    return len(printed.body) + len(place[0]) + 1024


def _named(status: Iterable[ViewStatus], today: str, epoch: str) -> str:
    """Short and opaque; equal only in one epoch, on one day, with every view where it stood."""
    place = [f"{view.name}/{view.version}/{view.position}" for view in status]
    return blake2s("\n".join((epoch, today, *place)).encode(), digest_size=9).hexdigest()


SHELF: Final = web.AppKey("shelf", Shelf)
