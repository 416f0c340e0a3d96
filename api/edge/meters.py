"""Requests in figures, by route and never by address: an address is whatever a stranger typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web
from prometheus_client import CollectorRegistry, Histogram

if TYPE_CHECKING:
    from prometheus_client.metrics import Histogram as Child

_SECONDS: Final = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0)


class Meters:
    """One registry for the process; its `registry` is what /metrics prints."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "ledger_http_request_seconds",
            "Time to answer.",
            ("route", "method", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._children: dict[tuple[object, str, int], Child] = {}

    def observe(self, request: web.Request, status: int, seconds: float) -> None:
        """Count one answer."""
        resource = request.match_info.route.resource
        place = (resource, request.method, status)
        child = self._children.get(place)
        if child is None:
            child = self._children[place] = self._child(resource, request.method, status)
        child.observe(seconds)

    def _child(self, resource: web.AbstractResource | None, method: str, status: int) -> Child:
        route = "unknown" if resource is None else resource.canonical
        known = method if method in _METHODS else "other"
        return self._requests.labels(route, known, str(status))


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

METERS: Final = web.AppKey("meters", Meters)
