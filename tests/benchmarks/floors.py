"""Bare aiohttp beside ours: fixed bytes, stored documents joined, a POST that stores nothing."""

import sys
from pathlib import Path
from typing import Final

from aiohttp import web

from ledger.store.sqlite_module import sqlite

STORED: Final = """
SELECT document FROM commitments_1
WHERE born <= ? AND pos_from <= ? AND pos_to > ? ORDER BY born DESC LIMIT ?
"""
"""The newest documents as they were known at a position: rows of the first generation."""


def application(body: bytes, views: Path) -> web.Application:
    """`GET /bytes` answers the body, `/empty` nothing, `/stored` documents of a past as they lie.

    `POST /` reads and drops what comes.
    """
    database = sqlite.connect(views)

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async def stored(request: web.Request) -> web.Response:
        position, limit = int(request.query["as_of"]), int(request.query["limit"])
        rows = database.execute(STORED, (position, position, position, limit)).fetchall()
        body = b'{"data":[%b]}' % b",".join([document for (document,) in rows])
        return web.Response(body=body, content_type="application/json")

    async def empty(_: web.Request) -> web.Response:
        return web.Response()

    async def drop(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=201)

    app = web.Application()
    app.add_routes([web.get("/bytes", answer), web.get("/empty", empty), web.post("/", drop)])
    app.router.add_get("/stored", stored)
    return app


if __name__ == "__main__":
    web.run_app(
        application(Path(sys.argv[1]).read_bytes(), Path(sys.argv[2])),
        host="127.0.0.1",
        port=int(sys.argv[3]),
        access_log=None,
        print=lambda *_: None,
    )
