"""What the filters of a list may name: records that the views hold at the moment asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.public.presentation.filters import Choices, Option, collection_named_by
from api.public.presentation.titles import title_of
from projections.port import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.public.pages.visit import Visit
    from projections.port import Entity

MOST_CHOICES: Final = 60


async def choices(
    visit: Visit, known: Iterable[str], given: Mapping[str, str]
) -> dict[str, Choices]:
    """Filter → records, with one read for each collection that any of the filters names."""
    wanted = {name: kind for name in known if (kind := collection_named_by(name))}
    listed = {kind: await _listed(visit, kind) for kind in dict.fromkeys(wanted.values())}
    return {
        name: listed[kind]
        if listed[kind].complete
        else await _chosen(visit, kind, given.get(name, ""))
        for name, kind in wanted.items()
    }


async def _listed(visit: Visit, kind: str) -> Choices:
    query = Query(moment=visit.moment, order="oldest", limit=MOST_CHOICES)
    found = await visit.parts.read(visit.parts.views.page, kind, query)
    options = sorted((_option(kind, doc) for doc in found.items), key=lambda each: each.words)
    return Choices(tuple(options), complete=found.next is None)


async def _chosen(visit: Visit, kind: str, ident: str) -> Choices:
    doc = await visit.parts.read(visit.parts.views.item, kind, ident, visit.moment)
    return Choices((_option(kind, doc),) if doc else (), complete=False)


def _option(kind: str, doc: Entity) -> Option:
    return Option(doc["id"], title_of(kind, doc))
