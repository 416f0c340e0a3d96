"""A whole service with the sample, for a browser to read."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from api.app import Running, running
from api.exporting.orders import Order
from api.exporting.schedule import Exporter
from ledger.config import Settings
from ledger.publishing.beginning import begin_log
from projections.port import COLLECTIONS, Query

PATIENCE = 10.0
ORIGIN = "ledger.example/tests"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Running]:
    """The service on free ports, its sample loaded, folded into every view, and in its log."""
    settings = Settings(
        data_dir=tmp_path, public_port=0, desk_port=0, rate_limit=100_000, export_seconds=0
    )
    begin_log(settings, ORIGIN)
    async with running(settings) as service:
        head, log = await service.parts.ledger.head(), service.parts.log
        assert log is not None
        assert await log.reach(head.position, PATIENCE)
        assert await service.parts.follower.wait(head.position, PATIENCE)
        yield service


@pytest.fixture
async def addresses(site: Running) -> Mapping[str, str]:
    """Page type → the address of one such page."""
    views = site.parts.views
    await Exporter(Order(site.parts.settings, site.public_url), views).make()
    first = {kind: views.page(kind, Query()).items[0]["id"] for kind in COLLECTIONS}
    promise = first["commitments"]
    return {
        "start": "/",
        **{f"list of {kind}": f"/{kind}" for kind in COLLECTIONS},
        **{f"one of {kind}": f"/{kind}/{ident}" for kind, ident in first.items()},
        "filtered list": "/commitments?form=agrees_to_explore&overdue=false",
        "history": f"/commitments/{promise}/history",
        "facts": "/facts",
        "one fact": "/facts/1",
        "the log": "/log",
        "matrix": "/matrix",
        "search": "/search",
        "results": "/search?q=lab",
        "statistics": "/statistics",
        "what was redacted": "/transparency",
        "glossary": "/glossary",
        "files": "/data",
        "past": f"/commitments/{promise}?on=2022-03-01",
        "not found": "/commitments/00000000-0000-4000-8000-000000000000",
        "bad query": "/commitments?form=hopes",
    }
