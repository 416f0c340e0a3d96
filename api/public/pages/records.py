"""Pages of single records, and the history of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from api.edge.parse import parameters
from api.public.pages.visit import Sheet, Visit
from api.public.presentation import groups, marks, phrases, titles
from projections.port import Query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projections.documents import (
        Commitment,
        FactView,
        Meeting,
        Source,
        Stakeholder,
        Statement,
    )
    from projections.port import Entity

MOST_OF_ONE_MEETING: Final = 200


async def show_commitment(visit: Visit) -> Sheet:
    doc = cast("Commitment", await visit.record("commitments"))
    return await _sheet(visit, "commitments", doc, {"sources": groups.sources_of(doc)})


async def show_outcome(visit: Visit) -> Sheet:
    return await _sheet(visit, "outcomes", await visit.record("outcomes"), {})


async def show_statement(visit: Visit) -> Sheet:
    doc = cast("Statement", await visit.record("statements"))
    by, to = phrases.speaking(doc["kind"])
    return await _sheet(visit, "statements", doc, {"speaking": {"by": by, "to": to}})


async def show_source(visit: Visit) -> Sheet:
    doc = cast("Source", await visit.record("sources"))
    pieces = marks.quoted(doc["text"], doc["quotations"]) if doc["text"] else []
    return await _sheet(visit, "sources", doc, {"pieces": pieces})


async def show_meeting(visit: Visit) -> Sheet:
    doc = cast("Meeting", await visit.record("meetings"))
    statements = cast("Sequence[Statement]", await _of_meeting(visit, "statements"))
    context = {
        "delegations": groups.delegations(doc["participants"]),
        "commitments": await _of_meeting(visit, "commitments"),
        "spoken_groups": groups.spoken_groups(statements),
    }
    return await _sheet(visit, "meetings", doc, context)


async def show_stakeholder(visit: Visit) -> Sheet:
    doc = cast("Stakeholder", await visit.record("stakeholders"))
    shelves = [await _shelf(visit, shelf) for shelf in titles.SHELVES]
    return await _sheet(visit, "stakeholders", doc, {"shelves": shelves})


async def show_history(visit: Visit) -> Sheet:
    """Every fact of one record, oldest first."""
    kind = visit.request.match_info["kind"]
    doc = await visit.record(kind)
    parameters(visit.request)
    title = titles.title_of(kind, doc)
    context = {
        "title": title,
        "kind": kind,
        "ident": visit.ident,
        "history": await _history(visit),
    }
    trail = (*_trail(kind), (f"/{kind}/{visit.ident}", title))
    return Sheet("history.html", context, trail=trail)


async def _sheet(visit: Visit, kind: str, doc: Entity, context: Mapping[str, object]) -> Sheet:
    """The page of a record; of a void one, the stub."""
    parameters(visit.request)
    path = f"/{kind}/{visit.ident}"
    title = titles.title_of(kind, doc)
    common = {
        "doc": doc,
        "kind": kind,
        "title": title,
        "path": path,
        "history": await _history(visit),
    }
    return Sheet(
        f"records/{'void' if titles.is_void(doc) else kind}.html",
        {**common, **context},
        trail=_trail(kind),
        alternates=(
            ("application/json", f"{title} as JSON", visit.frame.link(f"{path}.json")),
            ("application/atom+xml", f"What happens to it: {title}", f"{path}/history.atom"),
        ),
    )


def _trail(kind: str) -> tuple[tuple[str, str], ...]:
    return ((f"/{kind}", kind.capitalize()),)


async def _history(visit: Visit) -> Sequence[FactView]:
    views = visit.parts.views
    return await visit.parts.read(views.history, visit.ident, visit.moment)


async def _of_meeting(visit: Visit, kind: str) -> Sequence[Entity]:
    query = Query({"meeting": visit.ident}, visit.moment, "oldest", None, MOST_OF_ONE_MEETING)
    return (await visit.parts.read(visit.parts.views.page, kind, query)).items


async def _shelf(visit: Visit, shelf: titles.Shelf) -> titles.Filled:
    filters = {shelf.filter: visit.ident}
    query = Query(filters, visit.moment, "newest", None, titles.SHELF_SIZE)
    found = await visit.parts.read(visit.parts.views.page, shelf.kind, query)
    return titles.Filled(shelf, tuple(found.items), filters, more=found.next is not None)
