"""Many open connections in one loop, and how long until the last of them has what was sent."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Final

AT_ONCE: Final = 200
GREETED: Final = b"retry: "
END_OF_FACT: Final = b"}\n\n"
PATIENCE: Final = 60


class Ear(asyncio.Protocol):
    """One watcher; `greeted` is set once it was told where it stands."""

    def __init__(self, heard: Callable[[bytes], None]) -> None:
        self._heard = heard
        self.greeted = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        if GREETED in data:
            self.greeted.set()
        if END_OF_FACT in data:
            self._heard(data)


class Crowd:
    """`message` is what one of them heard last, with its framing."""

    def __init__(self) -> None:
        self.message = b""
        self._transports: list[asyncio.BaseTransport] = []
        self._times: list[float] = []
        self._all = asyncio.Event()

    async def join(self, port: int, count: int, request: bytes) -> None:
        """Open so many connections; each sends the request, if there is one, and is greeted."""
        while len(self._transports) < count:
            more = min(AT_ONCE, count - len(self._transports))
            await asyncio.gather(*(self._enter(port, request) for _ in range(more)))

    async def _enter(self, port: int, request: bytes) -> None:
        loop = asyncio.get_running_loop()
        transport, ear = await loop.create_connection(lambda: Ear(self._hear), "127.0.0.1", port)
        self._transports.append(transport)
        if request:
            transport.write(request)
            await asyncio.wait_for(ear.greeted.wait(), PATIENCE)

    def _hear(self, data: bytes) -> None:
        self._times.append(perf_counter())
        self.message = data
        if len(self._times) == len(self._transports):
            self._all.set()

    async def told(self, tell: Callable[[], Awaitable[object]]) -> tuple[float, float]:
        """Seconds from before the telling, and from the first who heard, to the last."""
        self._times.clear()
        self._all.clear()
        start = perf_counter()
        await tell()
        await asyncio.wait_for(self._all.wait(), PATIENCE)
        return self._times[-1] - start, self._times[-1] - self._times[0]

    def close(self) -> None:
        """Close every connection."""
        for transport in self._transports:
            transport.close()
