"""What the rest of the program asks of whoever keeps the views, wherever the folding is done."""

from collections.abc import Collection
from typing import Protocol

from projections.port import Views
from projections.waiting import Listener


class Follower(Protocol):
    """Used on the loop; `views` from any thread."""

    @property
    def views(self) -> Views:
        """What readers may ask."""

    @property
    def trouble(self) -> str | None:
        """What keeps every view from being folded; None while nothing does."""

    async def wait(
        self, position: int, seconds: float, views: Collection[str] | None = None
    ) -> bool:
        """Whether the named views (None: all) reached the position within so many seconds.

        A stalled view is not waited for: once the others are there, the answer is False.
        """

    def listen(self, callback: Listener) -> None:
        """Call back on the loop with each new position that every view has reached."""
