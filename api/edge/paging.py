"""Pages of a list: size, cursor, order, and RFC 8288 links to the first and the next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from api.edge.epochs import mark, unmark
from api.edge.parse import bad_parameter, parameters
from projections.port import Moment, Query

LIMIT: Final = 50
MAX_LIMIT: Final = 200
_SHORT_NUMBER: Final = re.compile(r"\d{1,3}", re.ASCII)

PAGING: Final = {
    "limit": f"How many on a page, 1 to {MAX_LIMIT}; left out, {LIMIT}.",
    "cursor": "Where to go on: `next` of an earlier page, unchanged.",
    "order": "How they are sorted; left out, newest first.",
}
"""Parameters of every list, with their sentences for the documentation."""

BASIC_ORDERS: Final = {
    "newest": "By position in the ledger, newest first.",
    "oldest": "By position in the ledger, oldest first.",
}


def query(
    request: web.Request,
    moment: Moment,
    filters: Mapping[str, str],
    orders: Mapping[str, str] = BASIC_ORDERS,
) -> Query:
    """The page asked for; `filters` and `orders` are the names that this list knows."""
    given = parameters(request, (*PAGING, *filters))
    return Query(
        filters={name: given[name] for name in filters if name in given},
        moment=moment,
        order=_order(given.get("order", "newest"), {**BASIC_ORDERS, **orders}),
        after=unmark(request, given.get("cursor")),
        limit=_limit(given.get("limit", str(LIMIT))),
    )


def _order(text: str, orders: Mapping[str, str]) -> str:
    if text not in orders:
        raise bad_parameter("order", "There is no such order here.", orders)
    return text


def _limit(text: str) -> int:
    if _SHORT_NUMBER.fullmatch(text) and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    raise bad_parameter("limit", f"`limit` is a whole number from 1 to {MAX_LIMIT}.")


def links(request: web.Request, base: str, following: str | None) -> dict[str, str]:
    """Relation → absolute address. The waiting parameter is not carried on."""
    following = mark(request, following)
    first = request.rel_url.without_query_params("cursor", "wait_for")
    address = f"{base}{first}"
    if following is None:
        return {"first": address}
    return {
        "first": address,
        "next": f"{address}{'&' if first.query_string else '?'}cursor={following}",
    }


def link_header(found: Mapping[str, str]) -> str:
    """The Link header's value."""
    return ", ".join(f'<{target}>; rel="{relation}"' for relation, target in found.items())
