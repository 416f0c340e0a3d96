"""Pages of many records: every collection, and the facts in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.edge import epochs, paging
from api.public.pages.choices import choices
from api.public.pages.visit import Sheet, Visit
from api.public.presentation import filters, titles
from api.public.presentation.addresses import forms_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projections.port import Page, Query

TEMPLATES: Final = {"facts": "facts.html"}
"""Lists that are not shown as a list of records."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, and the filters and orders that it knows, each with its sentence."""

    kind: str
    filters: Mapping[str, str]
    orders: Mapping[str, str]


async def show_list(visit: Visit) -> Sheet:
    """One page of a collection."""
    listing = _listing(visit, visit.request.match_info["kind"])
    query = paging.query(visit.request, visit.moment, listing.filters, listing.orders)
    read = visit.parts.scan if "text" in query.filters else visit.parts.read
    found = await read(visit.parts.views.page, listing.kind, query)
    return await _sheet(visit, listing, query, found)


async def show_facts(visit: Visit) -> Sheet:
    """One page of everything."""
    listing = _listing(visit, "facts")
    query = paging.query(visit.request, visit.moment, listing.filters, listing.orders)
    found = await visit.parts.read(visit.parts.views.facts, query)
    return await _sheet(visit, listing, query, found)


def _listing(visit: Visit, kind: str) -> Listing:
    views = visit.parts.views
    orders = {**paging.BASIC_ORDERS, **views.orders(kind)}
    return Listing(kind, views.filters(kind), orders)


async def _sheet(visit: Visit, listing: Listing, query: Query, found: Page[object]) -> Sheet:
    kind = listing.kind
    forms = forms_of(kind, visit.frame.lasting)
    context = {
        "kind": kind,
        "title": kind.capitalize(),
        "summary": titles.SUMMARIES[kind],
        "results_title": f"All {kind}",
        "items": found.items,
        "forms": forms,
        **await _narrowing(visit, listing, query),
        **turning(visit, query, found),
    }
    return Sheet(TEMPLATES.get(kind, "list.html"), context, alternates=forms)


async def _narrowing(visit: Visit, listing: Listing, query: Query) -> Mapping[str, object]:
    """The form that narrows the list, and what narrows it now."""
    kind, known, given = listing.kind, listing.filters, query.filters
    offered = await choices(visit, known, given)
    path, query_now = visit.frame.path, visit.frame.lasting
    return {
        "fields": filters.fields(kind, known, given, offered),
        "current": filters.in_use(kind, known, offered, path=path, query=query_now),
        "unfiltered": visit.frame.link(path),
        "orders": [filters.Option(name, words) for name, words in listing.orders.items()],
        "order": query.order,
    }


def turning(visit: Visit, query: Query, found: Page[object] | None) -> Mapping[str, object]:
    """The links that turn the pages of a list; there is no way back but to the first."""
    following = epochs.mark(visit.request, found.next) if found else None
    return {
        "later": query.after is not None,
        "first_page": visit.frame.here(cursor=""),
        "next_page": visit.frame.here(cursor=following) if following else "",
    }
