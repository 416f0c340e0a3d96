"""The one middleware: every request gets an id, is let in or not, and every error is translated."""

from __future__ import annotations

import re
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web

from api.current import CURRENT_REQUEST
from api.edge.kinds import KINDS
from api.edge.limits import ALLOWANCE, Allowance
from api.edge.meters import METERS, Meters
from api.edge.problems import REQUEST_ID, Problem, answer, from_failure
from api.edge.security import allowed_hosts, check_host, dresser, own_pages_only
from ledger.store.chance import chance

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from ledger.config import Settings

log = structlog.get_logger()

HOSTS: Final = web.AppKey("hosts", frozenset[str])

_SANE_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def fit(app: web.Application, settings: Settings, meters: Meters, *, public: bool) -> None:
    """Put the door into an application: ids, hosts, limits, figures, errors and fixed headers."""
    app[METERS] = meters
    app[HOSTS] = allowed_hosts(settings)
    app[ALLOWANCE] = Allowance(settings)
    app.middlewares.append(door)
    if not public:
        app.middlewares.append(own_pages_only)
    app.on_response_prepare.append(dresser(settings, public=public))


@web.middleware
async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Around every handler of an application."""
    request[REQUEST_ID] = request_id = name_request(request.headers.get("X-Request-Id", ""))
    CURRENT_REQUEST.set(request_id)
    began = perf_counter()
    response = await _answered(request, handler)
    request.app[METERS].of(request, response.status).observe(perf_counter() - began)
    return response


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The only place that catches everything: what has no meaning is logged and told as 500."""
    try:
        check_host(request, request.app[HOSTS])
        request.app[ALLOWANCE].spend(request)
        return await handler(request)
    except web.HTTPException as error:
        return await _http(request, error)
    except Exception as error:  # noqa: BLE001 (the boundary: nothing may leave without an answer)
        return await answer(request, _problem(request, error))


def name_request(given: str) -> str:
    """The caller's id if it is a plain token, so that nothing can be smuggled into a log."""
    return given if given and _SANE_ID.fullmatch(given) else chance.take(8).hex()


async def _http(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    """Redirects are answers; OPTIONS on a known address is an answer; the rest are problems."""
    if error.status < HTTPStatus.BAD_REQUEST:
        return web.Response(status=error.status, headers={"Location": error.headers["Location"]})
    if request.method == "OPTIONS" and isinstance(error, web.HTTPMethodNotAllowed):
        return _options(error)
    return await answer(request, _problem(request, error))


def _options(error: web.HTTPMethodNotAllowed) -> web.Response:
    allowed = ", ".join(sorted({*error.allowed_methods, "OPTIONS"}))
    cors = {
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Allow-Headers": (
            "If-None-Match, If-Range, Last-Event-ID, Range, X-Ledger-Position"
        ),
        "Access-Control-Max-Age": "86400",
    }
    return web.Response(status=204, headers={"Allow": allowed, **cors})


def _problem(request: web.Request, error: Exception) -> Problem:
    problem = from_failure(error, request)
    if problem is not None:
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning("http.refused", kind=problem.kind.slug, error=type(error).__name__)
        return problem
    if isinstance(error, ConnectionError):
        log.info("http.client_left")
        return Problem(KINDS["timeout"], KINDS["timeout"].meaning)
    log.error("http.failed", exc_info=error)
    return Problem(KINDS["failed"], KINDS["failed"].meaning)
