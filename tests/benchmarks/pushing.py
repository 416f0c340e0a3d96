"""The least that pushing can cost: whatever one connection sends goes to all the others."""

import asyncio


class Pushing(asyncio.Protocol):
    """One connection; `everybody` is shared by all."""

    def __init__(self, everybody: set[asyncio.Transport]) -> None:
        self._everybody = everybody

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._everybody.add(transport)

    def data_received(self, data: bytes) -> None:
        for transport in self._everybody - {self._transport}:
            transport.write(data)

    def connection_lost(self, _: Exception | None) -> None:
        self._everybody.discard(self._transport)


async def serve() -> None:
    """Print the port it listens on; until the process is ended."""
    everybody: set[asyncio.Transport] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Pushing(everybody), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
