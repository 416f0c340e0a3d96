"""The access log: one event a request, with its id."""

import logging
from typing import Final

import structlog
from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from api.edge.problems import REQUEST_ID

ACCESS: Final = "http.access"


class AccessLog(AbstractAccessLogger):
    """One event a request. The query stays out: it holds what somebody searched for."""

    def __init__(self, logger: logging.Logger, log_format: str) -> None:
        super().__init__(logger, log_format)
        self._log = structlog.get_logger(ACCESS)

    @property
    def enabled(self) -> bool:
        return logging.getLogger(ACCESS).isEnabledFor(logging.INFO)

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        self._log.info(
            "http.request",
            request_id=request.get(REQUEST_ID),
            method=request.method,
            path=request.path,
            status=response.status,
            bytes=response.body_length,
            ms=round(time * 1000, 2),
            remote=request.remote,
        )
