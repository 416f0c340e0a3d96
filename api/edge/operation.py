"""One operation of the API: what the router serves and what OpenAPI describes are one value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from api.edge.paging import BASIC_ORDERS, MAX_LIMIT, PAGING
from api.edge.parse import COMMON

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something in the query (`query`), the path (`path`) or a header (`header`)."""

    name: str
    place: str
    sentence: str
    schema: Schema = field(default_factory=lambda: {"type": "string", "maxLength": 500})
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`returns` is a type whose JSON Schema describes the success, `body` that of the request.

    `path` has `{name}` for its variables; `problems` are slugs of `api.edge.problems.KINDS` beyond
    those that every operation may answer.
    """

    path: str
    handler: Handler
    name: str
    summary: str
    tag: str
    method: str = hdrs.METH_GET
    parameters: Sequence[Parameter] = ()
    media: str = "application/json"
    returns: object = None
    body: type | None = None
    status: int = 200
    problems: Sequence[str] = ()


_VARIABLE: Final = re.compile(r"\{(\w+)\}")
_PATTERNS: Final = {"id": "[^/.]+", "position": "[^/.]+"}
"""A variable ends before a dot, so that `/facts/7.atom` is not the fact `7.atom`."""


def _as_pattern(found: re.Match[str]) -> str:
    name = found[1]
    return f"{{{name}:{_PATTERNS.get(name, '[^/]+')}}}"


def routes(operations: Sequence[Operation]) -> list[web.AbstractRouteDef]:
    """GET routes also answer HEAD."""
    return [_route(operation) for operation in operations]


def _route(operation: Operation) -> web.RouteDef:
    pattern = _VARIABLE.sub(_as_pattern, operation.path)
    if operation.method == hdrs.METH_GET:
        return web.get(pattern, operation.handler)
    return web.route(operation.method, pattern, operation.handler)


_MOMENT_SCHEMAS: Final[Mapping[str, Schema]] = {
    "as_of": {
        "anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "format": "date"},
            {"type": "string", "format": "date-time"},
        ]
    },
    "on": {"type": "string", "format": "date"},
    "wait_for": {"type": "integer", "minimum": 0},
}

MOMENT: Final = tuple(
    Parameter(name, "query", sentence, _MOMENT_SCHEMAS[name]) for name, sentence in COMMON.items()
)
"""The parameters of every read."""


def identity(what: str) -> Parameter:
    """The `id` of the path."""
    schema = {"type": "string", "format": "uuid"}
    return Parameter("id", "path", f"Which {what}.", schema, required=True)


def listing(
    filters: Mapping[str, str], orders: Mapping[str, str] = BASIC_ORDERS
) -> tuple[Parameter, ...]:
    """The parameters of a list: its filters, paging and the moment."""
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}
    order = {"type": "string", "enum": sorted({*BASIC_ORDERS, *orders})}
    return (
        *(Parameter(name, "query", sentence) for name, sentence in filters.items()),
        Parameter("limit", "query", PAGING["limit"], limit),
        Parameter("cursor", "query", PAGING["cursor"]),
        Parameter("order", "query", PAGING["order"], order),
        *MOMENT,
    )
