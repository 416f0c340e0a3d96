"""Read-your-writes: who waits for a position, or listens for each, is told. Nobody polls."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

Listener = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a view is, and whether it stands still at a fact that would not fold."""

    position: int
    stalled: bool


@dataclass(frozen=True, slots=True)
class _Waiter:
    position: int
    views: Collection[str] | None
    future: asyncio.Future[bool]


class Waiting:
    """Used on the loop only."""

    def __init__(self) -> None:
        self._views: Mapping[str, Reached] = {}
        self._waiters: list[_Waiter] = []
        self._listeners: list[Listener] = []
        self._told = 0

    def listen(self, callback: Listener) -> None:
        """Call back with each new position that every view which is not stalled has reached."""
        self._listeners.append(callback)

    def update(self, views: Mapping[str, Reached]) -> bool:
        """Release whoever waited for this, and tell whoever listens; whether anything moved."""
        moved = views != self._views
        self._views = views
        self._waiters = [waiter for waiter in self._waiters if not self._release(waiter)]
        everywhere = min((each.position for each in views.values() if not each.stalled), default=0)
        if everywhere > self._told:
            self._told = everywhere
            for listener in self._listeners:
                listener(everywhere)
        return moved

    def _release(self, waiter: _Waiter) -> bool:
        answer = self._answer(waiter.position, waiter.views)
        if answer is not None and not waiter.future.done():
            waiter.future.set_result(answer)
        return waiter.future.done()

    def _answer(self, position: int, views: Collection[str] | None) -> bool | None:
        """True: all are there. False: only stalled ones are not. None: wait."""
        if not self._views:
            return None
        behind = [
            reached
            for name, reached in self._views.items()
            if (views is None or name in views) and reached.position < position
        ]
        if not behind:
            return True
        return False if all(reached.stalled for reached in behind) else None

    async def until(
        self, position: int, seconds: float, views: Collection[str] | None = None
    ) -> bool:
        """Whether the views (None: all) reached it in time; a stalled one is not waited for."""
        answer = self._answer(position, views)
        if answer is not None:
            return answer
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiters.append(_Waiter(position, views, future))
        try:
            async with asyncio.timeout(seconds):
                return await future
        except TimeoutError:
            return False
