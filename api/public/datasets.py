"""The whole ledger as files, under `/data`: which there are, and the files themselves.

A dataset in which words were redacted since is not handed out: until the next one is made, 503.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from api.edge import parse
from api.edge.caching import CURRENT
from api.edge.parse import Asked
from api.edge.problems import refuse
from api.exporting.schedule import EXPORTER
from api.parts import PARTS
from api.public.downloads import send
from api.public.pages.frame import framed
from api.public.pages.visit import Sheet, printed_sheet
from api.public.presentation.addresses import address
from projections.port import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.exporting.files import File
    from api.exporting.shelf import Dataset

SETTLED: Final = "public, max-age=86400, immutable"
"""For addresses that name the bytes. A day: no cache shall keep redacted words for ever."""
DIGEST: Final = "sha256"
REDACTED: Final = "Words in this dataset were redacted since; it is being made anew."
AGAIN: Final = {"Retry-After": "60"}
TAG_LENGTH: Final = 32


def routes() -> Sequence[web.AbstractRouteDef]:
    return (
        web.get("/data", show_datasets),
        web.get("/data.json", list_datasets),
        web.get("/data/{path:.+}", send_file),
    )


async def show_datasets(request: web.Request) -> web.Response:
    """The page: every file with its size and sum. Never kept: it changes between two facts."""
    dataset = await _newest(request)
    parts = request.app[PARTS]
    frame = await framed(request, parts, Asked(NOW, settled=False))
    context = {
        "dataset": dataset,
        "recorded_at": dataset and dataset.recorded_at.isoformat(),
        "groups": _groups(dataset) if dataset else {},
        "never": not parts.settings.export_seconds,
    }
    body = printed_sheet(request, frame, Sheet("data.html", context))
    headers = {"Cache-Control": CURRENT}
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)


def _groups(dataset: Dataset) -> Mapping[str, list[tuple[str, File]]]:
    """Files by their folder, in order, each with its address; those of no folder under ""."""
    groups: dict[str, list[tuple[str, File]]] = {}
    for path, file in sorted(dataset.files.items()):
        folder = path.partition("/")[0] if "/" in path else ""
        groups.setdefault(folder, []).append((address_of(file), file))
    return groups


def address_of(file: File) -> str:
    """Sealed history has an address that names its bytes, so that it can be kept."""
    query = {DIGEST: file.sha256} if file.sealed is not None else {}
    return address(f"/data/{file.path}", query)


async def list_datasets(request: web.Request) -> web.Response:
    """The same for programs."""
    dataset = await _newest(request)
    body = orjson.dumps({"data": dataset and _listed(dataset, request.app[PARTS].public_url)})
    headers = {"Cache-Control": CURRENT}
    return web.Response(body=body, content_type="application/json", headers=headers)


def _listed(dataset: Dataset, url: str) -> Mapping[str, object]:
    return {
        "position": dataset.position,
        "recorded_at": dataset.recorded_at.isoformat(),
        "files": [
            {
                "path": file.path,
                "url": url + address_of(file),
                "description": file.sentence,
                "mediatype": file.media,
                "bytes": file.bytes,
                "sha256": file.sha256,
            }
            for _, file in sorted(dataset.files.items())
        ],
    }


async def _newest(request: web.Request) -> Dataset | None:
    parse.parameters(request)
    return await asyncio.to_thread(request.app[EXPORTER].shelf.newest)


async def send_file(request: web.Request) -> web.StreamResponse:
    """404 for files that there are none of, and for an address that names other bytes."""
    digest = parse.parameters(request, (DIGEST,)).get(DIGEST)
    exporter = request.app[EXPORTER]
    dataset = await asyncio.to_thread(exporter.shelf.newest)
    file = None if dataset is None else dataset.files.get(request.match_info["path"])
    if dataset is None or file is None or digest not in {None, file.sha256}:
        raise refuse("not-found")
    if await request.app[PARTS].read(exporter.outdated, dataset):
        raise refuse("not-there-yet", REDACTED, headers=AGAIN)
    headers = _headers(dataset, file, named=digest is not None)
    try:
        return await send(request, dataset.folder / file.path, file.sha256[:TAG_LENGTH], headers)
    except FileNotFoundError as error:
        raise refuse("not-there-yet", headers={"Retry-After": "1"}) from error


def _headers(dataset: Dataset, file: File, *, named: bool) -> Mapping[str, str]:
    """`Repr-Digest` is that of the whole file, whatever range is sent (RFC 9530)."""
    digest = b64encode(bytes.fromhex(file.sha256)).decode()
    name = file.path.rpartition("/")[2]
    return {
        "Content-Type": f"{file.media}; charset=utf-8" if _is_text(file) else file.media,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": SETTLED if named else CURRENT,
        "Repr-Digest": f"sha-256=:{digest}:",
        "X-Ledger-Position": str(dataset.position),
    }


def _is_text(file: File) -> bool:
    return file.media.startswith("text/")
