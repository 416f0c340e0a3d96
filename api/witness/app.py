"""The two addresses of a witness (C2SP tlog-witness), what it is, and whether it is there."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import hdrs, web

from ledger.errors import StorageError
from ledger.witnessing.witness import AnotherSize, NotCosigned, Witness

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

LONGEST: Final = 1 << 16
"""Bytes of a request: a proof of 63 lines, a checkpoint, and room for a hundred signatures."""
PATIENCE_SECONDS: Final = 10
SHUTDOWN_SECONDS: Final = 5
SIZE: Final = "text/x.tlog.size"
WITNESS: Final = web.AppKey("witness", Witness)

log = structlog.get_logger()


def witness_app(witness: Witness) -> web.Application:
    app = web.Application(client_max_size=LONGEST, middlewares=[answering])
    app[WITNESS] = witness
    app.add_routes(
        [
            web.post("/add-checkpoint", add_checkpoint),
            web.get(r"/{origin:[0-9a-f]{64}}/checkpoint", show_checkpoint),
            web.get("/", show_witness),
            web.get("/healthz", healthz),
        ]
    )
    return app


@web.middleware
async def answering(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What is refused is told in a sentence, with the status that the specification gives it."""
    try:
        return await handler(request)
    except AnotherSize as error:
        return web.Response(status=error.status, body=f"{error.size}\n".encode(), content_type=SIZE)
    except NotCosigned as error:
        log.info("witness.refused", status=error.status, why=str(error)[:200])
        return _text(f"{error}\n", error.status)
    except TimeoutError:
        return _text("The request did not arrive in time.\n", 408)
    except StorageError as error:
        log.exception("witness.failed", error=str(error))
        return _text("Nothing can be kept now, so nothing is cosigned.\n", 503)


async def add_checkpoint(request: web.Request) -> web.Response:
    """The cosignature, once it is durable that it was given."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        told = await request.read()
    return _text(await asyncio.to_thread(request.app[WITNESS].add, told))


async def show_checkpoint(request: web.Request) -> web.Response:
    """The newest checkpoint of a log that this witness cosigned; by the hash of its origin."""
    witness = request.app[WITNESS]
    note = await asyncio.to_thread(witness.latest, request.match_info["origin"])
    if note is None:
        return _text("This witness never cosigned a checkpoint of that log.\n", 404)
    return _text(note)


async def show_witness(request: web.Request) -> web.Response:
    """A line for policies, and which logs it knows: as much as anybody needs to use it."""
    witness = request.app[WITNESS]
    known = "".join(f"  {origin}\n" for origin in sorted(witness.logs))
    return _text(f"{witness.verifier}\n\nThis witness watches these logs:\n{known}")


async def healthz(_: web.Request) -> web.Response:
    """The loop turns."""
    return web.json_response({"status": "ok"}, headers={hdrs.CACHE_CONTROL: "no-store"})


def _text(body: str, status: int = 200) -> web.Response:
    headers = {hdrs.CACHE_CONTROL: "no-store", "X-Content-Type-Options": "nosniff"}
    return web.Response(
        text=body, status=status, content_type="text/plain", charset="utf-8", headers=headers
    )


@asynccontextmanager
async def listening(witness: Witness, host: str, port: int) -> AsyncIterator[str]:
    """Yields the real address, whatever port was asked for."""
    runner = web.AppRunner(witness_app(witness), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield _url(host, runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def serve(witness: Witness, host: str, port: int) -> None:
    """Until SIGTERM or SIGINT; says its address once it answers."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with listening(witness, host, port) as url:
        sys.stdout.write(f"Witness  {url}\nKey      {witness.verifier}\n")
        sys.stdout.flush()
        await stopping.wait()
        log.info("witness.stopping")
