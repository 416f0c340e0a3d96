"""The composition root: the one place where the ledger, its views and the two listeners meet."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import structlog
from aiohttp import web

from api import logging as api_logging
from api import samples
from api.desk import record
from api.desk.accounts import ACCOUNTS, Accounts, open_accounts
from api.edge import connection, door, epochs
from api.edge.access import AccessLog
from api.edge.connection import connections
from api.edge.limits import ALLOWANCE
from api.edge.meters import Meters
from api.edge.operation import routes
from api.edge.problems import ERROR_PAGE
from api.edge.replies import REPLIES, Replies
from api.edge.shelf import SHELF, Shelf
from api.exporting.orders import Order
from api.exporting.schedule import EXPORTER, Exporter, open_exporter
from api.parts import PARTS, Parts
from api.public import (
    bundles,
    data,
    datasets,
    documentation,
    feeds,
    log_stamps,
    log_witnesses,
    operations,
    pages,
    stream,
    transparency,
)
from api.public import log as public_log
from api.public import parts as public_parts
from api.record import publishing
from ledger.clock import utc_now
from ledger.publishing.opening import open_log
from ledger.service import Ledger, open_ledger
from projections.apart import open_views_apart
from projections.following import Follower
from projections.projector import open_views
from projections.watching import open_views_elsewhere

if TYPE_CHECKING:
    from ledger.config import Settings
    from ledger.publishing.log import Log

log = structlog.get_logger()

BACKLOG: Final = 1024
WORKER: Final = (sys.executable, "-m", "api.cli", "work", "--attached")
"""The command of a worker that takes its settings, and its end, from whoever started it."""


@dataclass(frozen=True, slots=True)
class Running:
    """A service that answers; its addresses are the real ones, whatever port was asked for."""

    public_url: str
    desk_url: str
    parts: Parts


def public_app(parts: Parts, meters: Meters, exporter: Exporter) -> web.Application:
    """Read-only, for anybody. It is given nothing that is not published."""
    app = _application(parts, meters, exporter, public=True)
    described = (
        *data.operations(parts.views),
        *stream.operations(parts.views),
        transparency.OPERATION,
        *publishing.OPERATIONS,
    )
    app.add_routes(routes(described))
    app.add_routes([*data.routes(), *feeds.routes(), *datasets.routes(), *public_log.routes()])
    app.add_routes([*log_witnesses.routes(), *log_stamps.routes()])
    app.add_routes(bundles.routes())
    app.add_routes([*public_parts.routes(), *transparency.routes()])
    documentation.add(app, described, parts.public_url)
    operations.add_health(app)
    stream.open_streams(app)
    pages.add(app)
    app[ERROR_PAGE] = pages.error_page
    return app


def desk_app(
    parts: Parts, meters: Meters, exporter: Exporter, accounts: Accounts
) -> web.Application:
    """Where officials record."""
    app = _application(parts, meters, exporter, public=False)
    app[ACCOUNTS] = accounts
    app.add_routes(routes(record.OPERATIONS))
    documentation.add(app, record.OPERATIONS, parts.desk_url)
    operations.add_health(app)
    operations.add_metrics(app)
    return app


def _application(
    parts: Parts, meters: Meters, exporter: Exporter, *, public: bool
) -> web.Application:
    app = web.Application()
    door.fit(app, parts.settings, meters, public=public)
    app[PARTS] = parts
    app[EXPORTER] = exporter
    app[SHELF] = shelf = Shelf(parts)
    app[REPLIES] = Replies(shelf, app[ALLOWANCE], meters)
    app.on_response_prepare.append(epochs.tell)
    app.on_response_prepare.append(connection.offer)
    return app


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    """Everything open and answering; leaving it ends requests within `shutdown_seconds`."""
    async with AsyncExitStack() as stack:
        public_socket = stack.enter_context(_bound(settings.public_host, settings.public_port))
        desk_socket = stack.enter_context(_bound(settings.desk_host, settings.desk_port))
        ledger = await stack.enter_async_context(open_ledger(settings))
        verifiable_log = await stack.enter_async_context(open_log(settings, ledger))
        follower = await stack.enter_async_context(_views(settings, ledger))
        accounts = await stack.enter_async_context(open_accounts(settings))
        public_url = settings.public_url.rstrip("/") or _url(settings.public_host, public_socket)
        parts = Parts(
            settings,
            ledger,
            verifiable_log,
            follower,
            follower.views,
            utc_now,
            public_url,
            _url(settings.desk_host, desk_socket),
        )
        await _load_sample(parts)
        order = Order(settings, parts.public_url)
        exporter = await stack.enter_async_context(open_exporter(order, parts.views))
        meters = Meters()
        await stack.enter_async_context(
            _listening(
                settings,
                (public_app(parts, meters, exporter), public_socket),
                (desk_app(parts, meters, exporter, accounts), desk_socket),
            )
        )
        yield Running(_url(settings.public_host, public_socket), parts.desk_url, parts)


@asynccontextmanager
async def mirroring(settings: Settings, copied: Log) -> AsyncIterator[Running]:
    """The public site alone, over facts that somebody else recorded; there is no desk."""
    async with AsyncExitStack() as stack:
        public_socket = stack.enter_context(_bound(settings.public_host, settings.public_port))
        ledger = await stack.enter_async_context(open_ledger(settings))
        follower = await stack.enter_async_context(_views(settings, ledger))
        here = _url(settings.public_host, public_socket)
        url = settings.public_url.rstrip("/") or here
        parts = Parts(settings, ledger, copied, follower, follower.views, utc_now, url, "")
        order = Order(settings, url)
        exporter = await stack.enter_async_context(open_exporter(order, parts.views))
        public = public_app(parts, Meters(), exporter)
        await stack.enter_async_context(_listening(settings, (public, public_socket)))
        yield Running(here, "", parts)


def _views(settings: Settings, ledger: Ledger) -> AbstractAsyncContextManager[Follower]:
    match settings.views_worker:
        case "process":
            return open_views_apart(settings, ledger, WORKER)
        case "thread":
            return open_views(settings, ledger)
        case "none":
            return open_views_elsewhere(settings, ledger)


def _bound(host: str, port: int) -> socket.socket:
    """Bound before anything is opened: an occupied port costs nothing, port 0 gets its number."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((host, port))
    return bound


def _url(host: str, bound: socket.socket) -> str:
    port = bound.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _load_sample(parts: Parts) -> None:
    if parts.settings.sample and (await parts.ledger.head()).position == 0:
        await samples.load(parts)


@asynccontextmanager
async def _listening(
    settings: Settings, *sites: tuple[web.Application, socket.socket]
) -> AsyncIterator[None]:
    """Both listeners start together and stop together, so that one slow stop is not two."""
    stops = [await _start(app, bound, settings.shutdown_seconds / 2) for app, bound in sites]
    try:
        yield
    finally:
        await asyncio.gather(*(stop() for stop in stops))


async def _start(
    app: web.Application, bound: socket.socket, patience: float
) -> Callable[[], Awaitable[None]]:
    """aiohttp waits `patience` for handlers to end, then as long again after it cancelled them."""
    runner = web.AppRunner(app, shutdown_timeout=patience)
    await runner.setup()
    server = cast("web.Server", runner.server)
    loop = asyncio.get_running_loop()
    connect = connections(server, app[REPLIES], AccessLog)
    listener = await loop.create_server(connect, sock=bound, backlog=BACKLOG)

    async def stop() -> None:
        listener.close()
        await runner.cleanup()

    return stop


def _collect_rarely() -> None:
    """Facts and states are many and live long; looking through them is a quarter of a rebuild."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; says both addresses once they answer."""
    api_logging.configure(settings.log_level)
    _collect_rarely()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with running(settings) as service:
        addresses = f"Public site  {service.public_url}\nDesk         {service.desk_url}\n"
        sys.stdout.write(addresses)
        sys.stdout.flush()
        await stopping.wait()
        log.info("service.stopping")
