"""Which page stands at which address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from api.public.pages import lists, log, overview, records
from api.public.pages.assets import show_asset
from api.public.pages.rendering import prepare
from api.public.pages.visit import page
from projections.port import COLLECTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

_ID: Final = r"{id:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}}"
_KIND: Final = f"{{kind:{'|'.join(COLLECTIONS)}}}"

routes: Sequence[web.RouteDef] = (
    web.get("/", page(overview.show_home)),
    web.get(f"/{_KIND}", page(lists.show_list)),
    web.get(f"/commitments/{_ID}", page(records.show_commitment)),
    web.get(f"/stakeholders/{_ID}", page(records.show_stakeholder)),
    web.get(f"/meetings/{_ID}", page(records.show_meeting)),
    web.get(f"/statements/{_ID}", page(records.show_statement)),
    web.get(f"/sources/{_ID}", page(records.show_source)),
    web.get(f"/outcomes/{_ID}", page(records.show_outcome)),
    web.get(f"/{_KIND}/{_ID}/history", page(records.show_history)),
    web.get("/facts", page(lists.show_facts)),
    web.get(r"/facts/{position:[1-9]\d{0,14}}", page(overview.show_fact)),
    web.get("/matrix", page(overview.show_matrix)),
    web.get("/search", page(overview.show_search)),
    web.get("/statistics", page(overview.show_statistics)),
    web.get("/glossary", page(overview.show_glossary)),
    web.get("/log", log.show_log),
    web.get("/log.json", log.tell_log),
    web.get("/transparency", page(overview.show_transparency)),
    web.get("/static/{name}", show_asset),
)


def add(app: web.Application) -> None:
    """Give the application its templates and every page."""
    prepare(app)
    app.add_routes(routes)
