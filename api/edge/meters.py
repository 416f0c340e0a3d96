"""Requests in figures, by route and never by address: an address is whatever a stranger typed."""

from __future__ import annotations

from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry, Histogram

Meter = Histogram
"""One line of it, for a route, a method and a status."""

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
        self._meters: dict[tuple[object, str, int], Meter] = {}

    def of(self, request: web.Request, status: int) -> Meter:
        """Where answers like this one are counted."""
        resource = request.match_info.route.resource
        place = (resource, request.method, status)
        meter = self._meters.get(place)
        if meter is None:
            meter = self._meters[place] = self._labelled(resource, request.method, status)
        return meter

    def _labelled(self, resource: web.AbstractResource | None, method: str, status: int) -> Meter:
        route = "unknown" if resource is None else resource.canonical
        known = method if method in _METHODS else "other"
        return self._requests.labels(route, known, str(status))


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

METERS: Final = web.AppKey("meters", Meters)
