"""The API's own description: OpenAPI, a page to try it, and what each problem means."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from api.edge.caching import Rendering, printed
from api.edge.kinds import KINDS, Kind
from api.edge.openapi import describe
from api.edge.problems import refuse
from api.parts import PARTS

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from api.edge.caching import Render
    from api.edge.operation import Operation

VENDOR: Final = files("swagger_ui_bundle") / "vendor" / "swagger-ui-5.31.0"
_ASSETS: Final = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
}
_START: Final = b"""window.addEventListener("DOMContentLoaded", () => {
  SwaggerUIBundle({
    url: "/api/v1/openapi.json",
    dom_id: "#api",
    deepLinking: true,
    validatorUrl: null,
  });
});
"""
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The interface for programs</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<script src="/api/docs/swagger-ui-bundle.js" defer></script>
<script src="/api/docs/start.js" defer></script>
</head>
<body>
<main id="api"><p>This page needs scripts. The same as JSON:
<a href="/api/v1/openapi.json">openapi.json</a>.</p></main>
</body>
</html>
"""


def add(app: web.Application, operations: Sequence[Operation], server: str) -> None:
    """`/api/v1/openapi.json`, `/api/docs` with its own copy of the viewer, `/problems`."""
    described = describe(app[PARTS].settings.title, server, operations)
    add_fixed(app, "/api/v1/openapi.json", "application/json", orjson.dumps(described))
    add_fixed(app, "/api/docs", "text/html", _PAGE.encode())
    add_fixed(app, "/api/docs/start.js", "text/javascript", _START)
    for name, media in _ASSETS.items():
        add_fixed(app, f"/api/docs/{name}", media, (VENDOR / name).read_bytes())
    add_fixed(app, "/problems", "text/plain", "\n\n".join(map(_told, KINDS.values())).encode())
    app.router.add_get("/problems/{slug}", problem)


def add_fixed(app: web.Application, path: str, media: str, body: bytes) -> None:
    """Bytes that change with a new release only."""

    async def render(_: web.Request) -> Rendering:
        return Rendering(body, 0)

    app.router.add_get(path, _handler(media, render))


def _handler(media: str, render: Render) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await printed(request, media, render)

    return handle


async def problem(request: web.Request) -> web.Response:
    """What one type of problem means: the address that every problem's `type` points to."""
    kind = KINDS.get(request.match_info["slug"])
    if kind is None:
        raise refuse("not-found")
    return web.Response(text=_told(kind))


def _told(kind: Kind) -> str:
    return f"{kind.slug} ({kind.status}): {kind.title}\n{kind.meaning}"
