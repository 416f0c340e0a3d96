"""How many words were taken away, on what basis and when: everything about them but the words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, cast

from aiohttp import web

from api.edge.operation import MOMENT, Operation
from api.edge.parse import moment, parameters
from api.edge.schemas import Enveloped
from api.parts import PARTS
from api.public import tables
from api.public.data import CSV, JSON, envelope, handler, rendering
from api.public.loading import Loaded
from projections.documents import Transparency
from projections.port import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.edge.caching import Rendering
    from projections.documents import FactView, RedactionLine
    from projections.port import Moment, Views

REDACTIONS: Final = {"topic": "redaction.applied"}
AT_ONCE: Final = 200
PATH: Final = "/transparency"


async def load(request: web.Request) -> Loaded:
    """Everything that was redacted up to the moment asked about."""
    parts = request.app[PARTS]
    parameters(request)
    asked = await moment(request)
    report = await parts.scan(report_of, parts.views, asked.moment)
    known = await parts.read(parts.views.position)
    position = known if asked.moment.as_of is None else asked.moment.as_of
    return Loaded("transparency", (report,), position, asked, single=True)


def report_of(views: Views, moment: Moment) -> Transparency:
    """Blocking; reads every redaction."""
    lines = [_line(fact) for fact in _facts(views, moment)]
    return {
        "total": len(lines),
        "by_basis": _counted(line["basis"] for line in lines),
        "by_part": _counted(line["part"] for line in lines),
        "by_year": _counted(line["recorded_at"][:4] for line in lines),
        "by_month": _counted(line["recorded_at"][:7] for line in lines),
        "redactions": lines,
    }


def _facts(views: Views, moment: Moment) -> Iterable[FactView]:
    query = Query(filters=REDACTIONS, moment=moment, limit=AT_ONCE)
    while True:
        page = views.facts(query)
        yield from page.items
        if page.next is None:
            return
        query = Query(filters=REDACTIONS, moment=moment, limit=AT_ONCE, after=page.next)


def _line(fact: FactView) -> RedactionLine:
    data = fact["data"]
    return {
        "position": fact["position"],
        "recorded_at": fact["recorded_at"],
        "redacted_position": cast("int", data["index"]) + 1,
        "part": str(data["part"]),
        "basis": str(data["basis"]),
        "authority": str(data["authority"]),
    }


def _counted(codes: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(codes).items()))


async def _as_json(request: web.Request) -> Rendering:
    loaded = await load(request)
    return rendering(loaded, envelope(loaded))


async def _as_csv(request: web.Request) -> Rendering:
    """A line for each redaction."""
    loaded = await load(request)
    (report,) = loaded.items
    lines = cast("Transparency", report)["redactions"]
    return rendering(loaded, tables.csv("redactions", lines))


OPERATION: Final = Operation(
    path=f"/api/v1{PATH}",
    handler=handler(JSON, _as_json),
    name="get_transparency",
    summary="What was redacted: totals and positions, never words.",
    tag="totals",
    parameters=MOMENT,
    returns=Enveloped(Transparency),
    problems=("bad-parameter", "not-there-yet"),
)


def routes() -> Sequence[web.AbstractRouteDef]:
    """The forms for machines at the address of the page."""
    return (
        web.get(f"{PATH}.json", handler(JSON, _as_json)),
        web.get(f"{PATH}.csv", handler(CSV, _as_csv)),
    )
