"""How the service is: alive, ready, and in figures.

`/readyz` is 503 only when this process cannot answer at all: the ledger cannot be read or a task
that everything hangs on is dead. A stalled or late view is told as `degraded` with 200, because
everything else still answers, and a balancer that took the process away would make it worse.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from api.edge.meters import METERS
from api.exporting.schedule import EXPORTER, Exporter
from api.parts import PARTS, Parts
from api.public import log_witnesses
from ledger.errors import LedgerError
from ledger.publishing.log import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from prometheus_client.core import Metric

    from ledger.publishing.log import Log
    from projections.port import ViewStatus

LATE_FROM: Final = 1000
"""Facts that a view may be behind before readers are told."""
KIND_LENGTH: Final = 60


VITAL: Final[web.AppKey[list[asyncio.Task[None]]]] = web.AppKey("vital")
"""Tasks that an application hangs on; whoever starts one adds it."""


def add_health(app: web.Application) -> None:
    """`/healthz` and `/readyz`, for orchestrators; never cached."""
    app[VITAL] = []
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


async def healthz(_: web.Request) -> web.Response:
    """The loop turns."""
    return _answer({"status": "ok"}, 200)


async def readyz(request: web.Request) -> web.Response:
    """Whether to send requests here, which epoch this is, and how far each view is."""
    parts = request.app[PARTS]
    vital = request.app[VITAL]
    failure = _death(vital) or await _failure(parts)
    views = await asyncio.to_thread(parts.views.status)
    log = await asyncio.to_thread(log_witnesses.standing, parts)
    epoch = parts.ledger.epochs[-1]
    body = {
        "status": failure or _status(parts, request.app[EXPORTER], views, log),
        "epoch": {"id": epoch.id, "begins_after": epoch.position},
        "views": [_told(view) for view in views],
        "log": _told_log(parts.log, log, await _head(parts)),
    }
    return _answer(body, 503 if failure else 200)


def _told(view: ViewStatus) -> Mapping[str, object]:
    """The kind of an error only: its words are hosts, users and contents, and anybody asks here."""
    kind = view.error and view.error.partition(":")[0][:KIND_LENGTH]
    return {**asdict(view), "error": kind}


async def _head(parts: Parts) -> int:
    """The newest fact; 0 where it cannot be asked for."""
    try:
        return (await parts.ledger.head()).position
    except LedgerError:
        return 0


def _told_log(
    log: Log | None, witnessed: log_witnesses.Standing | None, head: int
) -> Mapping[str, object] | None:
    """None where no log was begun; of trouble the kind only."""
    if log is None or witnessed is None:
        return None
    return {**witnessed, "behind": max(0, head - log.size), "trouble": log.kind}


def _death(tasks: Iterable[asyncio.Task[None]]) -> str | None:
    dead = [task.get_name() for task in tasks if task.done()]
    return f"these tasks have died: {', '.join(dead)}" if dead else None


async def _failure(parts: Parts) -> str | None:
    """Why nothing can be answered, None if it can."""
    try:
        await parts.ledger.head()
    except LedgerError:
        return "the ledger cannot be read"
    return None if parts.ledger.committer.alive else "nothing can be recorded"


def _status(
    parts: Parts,
    exporter: Exporter,
    views: Sequence[ViewStatus],
    log: log_witnesses.Standing | None,
) -> str:
    late = any(view.stalled_at is not None or view.behind > LATE_FROM for view in views)
    unsigned = parts.log is not None and parts.log.kind
    troubled = late or parts.follower.trouble or exporter.trouble or unsigned
    return "ok" if not troubled and log_witnesses.is_well(log) else "degraded"


def _answer(body: object, status: int) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(
        body=orjson.dumps(body), status=status, content_type="application/json", headers=headers
    )


def add_metrics(app: web.Application) -> None:
    """`/metrics`, on the desk's listener only: figures are for operators."""
    app[METERS].registry.register(Standing(app[PARTS], app[EXPORTER]))
    app.router.add_get("/metrics", metrics)


async def metrics(request: web.Request) -> web.Response:
    """Prometheus text; in a thread, because it asks every view."""
    body = await asyncio.to_thread(generate_latest, request.app[METERS].registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


class Standing(Collector):
    """How far the ledger and its views are, asked when somebody looks."""

    def __init__(self, parts: Parts, exporter: Exporter) -> None:
        self._parts, self._exporter = parts, exporter

    def describe(self) -> Iterable[Metric]:
        """Nothing is read before somebody looks."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Gauges by view, and the queue."""
        status = self._parts.views.status()
        for name, sentence, figures in _GAUGES:
            gauge = GaugeMetricFamily(name, sentence, labels=["view"])
            for view in status:
                gauge.add_metric([view.name], figures(view))
            yield gauge
        waiting = self._parts.ledger.committer.waiting
        yield GaugeMetricFamily("ledger_queue_waiting", "Requests to be stored.", value=waiting)
        yield from self._of_dataset()
        yield from self._of_log()

    def _of_log(self) -> Iterable[Metric]:
        log, told = self._parts.log, log_witnesses.standing(self._parts)
        if log is None or told is None:
            return
        yield GaugeMetricFamily(
            "ledger_log_size", "Facts under the newest checkpoint.", value=told["size"]
        )
        yield from _of_publisher(log)
        said = "Files of evidence that the log may have forked."
        yield GaugeMetricFamily("ledger_log_evidence", said, value=told["evidence"])
        if told["quorum"] is not None:
            said = "1 if enough witnesses cosigned the newest checkpoint."
            yield GaugeMetricFamily("ledger_log_quorum", said, value=told["quorum"])
        said = "Facts of the newest checkpoint that a witness has not cosigned."
        gauge = GaugeMetricFamily("ledger_log_witness_behind", said, labels=["witness"])
        for name, count in log_witnesses.behind(log).items():
            gauge.add_metric([name], count)
        yield gauge

    def _of_dataset(self) -> Iterable[Metric]:
        made = self._exporter.shelf.newest()
        known = 0 if made is None else made.position
        said = "The fact that the dataset under /data is as of, 0 before the first."
        yield GaugeMetricFamily("ledger_dataset_position", said, value=known)
        failed = self._exporter.trouble is not None
        said = "1 if the last try to make a dataset failed."
        yield GaugeMetricFamily("ledger_dataset_failed", said, value=failed)


def _of_publisher(log: Log) -> Iterable[Metric]:
    said = "1 for the kind of trouble that the log has."
    trouble = GaugeMetricFamily("ledger_log_trouble", said, labels=["kind"])
    for kind in KINDS:
        trouble.add_metric([kind], log.kind == kind)
    yield trouble
    said = "Facts that were read and hashed again since the start."
    yield GaugeMetricFamily("ledger_log_scrubbed", said, value=log.scrubbed)


_GAUGES: Final[tuple[tuple[str, str, Callable[[ViewStatus], float]], ...]] = (
    ("ledger_view_position", "The last fact that a view has folded.", lambda view: view.position),
    ("ledger_view_behind", "Facts that a view has not folded.", lambda view: view.behind),
    (
        "ledger_view_stalled",
        "1 if a fact would not fold, so that the view stands still.",
        lambda view: view.stalled_at is not None,
    ),
)
