"""Bare aiohttp beside ours: a handler that answers fixed bytes, and a POST that stores nothing."""

import sys
from pathlib import Path

from aiohttp import web


def application(body: bytes) -> web.Application:
    """`GET /bytes` answers the body; `GET /empty` nothing; `POST /` reads and drops what comes."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async def empty(_: web.Request) -> web.Response:
        return web.Response()

    async def drop(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=201)

    app = web.Application()
    app.add_routes([web.get("/bytes", answer), web.get("/empty", empty), web.post("/", drop)])
    return app


if __name__ == "__main__":
    web.run_app(
        application(Path(sys.argv[1]).read_bytes()),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        access_log=None,
        print=lambda *_: None,
    )
