"""Styles, scripts and the mark, served from memory under names that change with their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from aiohttp import web

from api.edge.problems import refuse
from api.public.scripts import STATIC, script

if TYPE_CHECKING:
    from pathlib import Path

FOR_EVER: Final = "public, max-age=31536000, immutable"

_MEDIA: Final = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file under an address that holds a digest of it, so that it can be kept for ever."""

    address: str
    media: str
    body: bytes


def _load(file: Path) -> Asset:
    body = script(file.name) if file.suffix == ".js" else file.read_bytes()
    digest = sha256(body).hexdigest()[:16]
    return Asset(f"/static/{file.stem}.{digest}{file.suffix}", _MEDIA[file.suffix], body)


_BY_NAME: Final = {
    file.name: _load(file) for file in sorted(STATIC.iterdir()) if file.suffix in _MEDIA
}
_BY_ADDRESS: Final = {each.address: each for each in _BY_NAME.values()}


def asset(name: str) -> str:
    """The address under which the present bytes of `style.css` are served."""
    return _BY_NAME[name].address


async def show_asset(request: web.Request) -> web.Response:
    """404 for names of other bytes: a page and its stylesheet belong together."""
    found = _BY_ADDRESS.get(request.path)
    if found is None:
        raise refuse("not-found")
    headers = {"Cache-Control": FOR_EVER}
    return web.Response(body=found.body, content_type=found.media, charset="utf-8", headers=headers)
