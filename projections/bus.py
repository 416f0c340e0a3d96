"""Word that the views have moved, through NATS JetStream, for nodes too many for the database.

Nothing here has to be reliable: a word that is lost costs the time of one slow poll. The stream
keeps the newest word only, so a node that comes late hears where the views are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

STREAM: Final = "LEDGER_VIEWS"
SUBJECT: Final = "ledger.views.moved"
PATIENCE: Final = 2
FIRST_PAUSE: Final = 1.0
LAST_PAUSE: Final = 60.0

log = structlog.get_logger()
Tell = Callable[[int], None]
Wake = Callable[[], None]
Work = Callable[["JetStreamContext"], Coroutine[Any, Any, None]]


@asynccontextmanager
async def telling(url: str) -> AsyncIterator[Tell]:
    """What is yielded says a position on the bus; while that is away, the newest one waits.

    Without a URL it says nothing.
    """
    news = _Newest()
    task = asyncio.create_task(_forever(url, news.tell_all), name="projections.telling")
    try:
        yield news.put
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def hearing(url: str, wake: Wake) -> AsyncIterator[None]:
    """Call `wake` on the loop whenever the views have moved. Without a URL nothing is heard."""

    async def hear(stream: JetStreamContext) -> None:
        async def heard(_: Msg) -> None:
            wake()

        await stream.subscribe(SUBJECT, cb=heard, ordered_consumer=True)
        await asyncio.Event().wait()

    task = asyncio.create_task(_forever(url, hear), name="projections.hearing")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class _Newest:
    """A position that waits to be told; a newer one takes its place."""

    def __init__(self) -> None:
        self._position: int | None = None
        self._come = asyncio.Event()

    def put(self, position: int) -> None:
        self._position = position
        self._come.set()

    async def tell_all(self, stream: JetStreamContext) -> None:
        while True:
            await self._come.wait()
            position = self._position
            await stream.publish(SUBJECT, str(position).encode(), timeout=PATIENCE)
            if position == self._position:
                self._come.clear()


async def _forever(url: str, work: Work) -> None:
    """Do the work on a connection, and on another when that one ends; try less often in vain."""
    if not url:
        return
    from nats.errors import Error

    pause = FIRST_PAUSE
    while True:
        try:
            async with _connected(url) as (stream, ended):
                pause = FIRST_PAUSE
                await _while_open(work(stream), ended)
        except (Error, OSError, TimeoutError) as error:
            log.warning("bus.away", error=str(error) or type(error).__name__, pause=pause)
        await asyncio.sleep(pause)
        pause = min(LAST_PAUSE, pause * 2)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[tuple[JetStreamContext, asyncio.Event]]:
    """One connection, and its end: the client's own way of coming back forgets who listened."""
    import nats
    from nats.js.api import StreamConfig

    ended = asyncio.Event()

    async def end() -> None:
        ended.set()

    # It tries once more at once, then tells: by itself it would try every two seconds, 60 times.
    connection = await nats.connect(
        url,
        connect_timeout=PATIENCE,
        allow_reconnect=False,
        max_reconnect_attempts=1,
        reconnect_time_wait=0,
        closed_cb=end,
        error_cb=_logged,
    )
    try:
        stream = connection.jetstream()
        config = StreamConfig(name=STREAM, subjects=[SUBJECT], max_msgs_per_subject=1)
        await stream.add_stream(config)
        yield stream, ended
    finally:
        await connection.close()


async def _while_open(work: Coroutine[Any, Any, None], ended: asyncio.Event) -> None:
    tasks = [asyncio.create_task(work), asyncio.create_task(ended.wait())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _logged(error: Exception) -> None:
    log.warning("bus.failed", error=str(error) or type(error).__name__)
