"""A node that folds nothing sees what others fold, and says when nobody does."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ledger.config import Settings
from ledger.service import Ledger
from projections import watching
from projections.port import Query
from projections.projector import open_views
from projections.watching import NOBODY, Watcher, open_views_elsewhere
from tests.integration.projections.keeping import record, stream_of
from tests.unit.projections.telling import recorded, stream

PATIENCE = 30


@pytest.fixture
async def node(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Watcher]:
    """A node that looks often and is soon out of patience."""
    monkeypatch.setattr(watching, "SLOW_POLL", 0.01)
    monkeypatch.setattr(watching, "PATIENCE", 3)
    async with open_views_elsewhere(settings, ledger) as opened:
        yield opened


async def test_a_node_sees_what_another_process_folds(
    settings: Settings, ledger: Ledger, node: Watcher
) -> None:
    async with open_views(settings, ledger):
        position = record(ledger.store, stream_of(stream(0x3000), [recorded()]))

        assert await node.wait(position, PATIENCE)
        page = await asyncio.to_thread(node.views.page, "commitments", Query())
        assert len(page.items) == 1


async def test_a_node_says_that_nobody_folds_until_somebody_does(
    settings: Settings, ledger: Ledger, node: Watcher
) -> None:
    async with open_views(settings, ledger):
        await asyncio.sleep(0)
    position = record(ledger.store, stream_of(stream(0x3000), [recorded()]))

    await _until(node, NOBODY)

    async with open_views(settings, ledger):
        assert await node.wait(position, PATIENCE)
        await _until(node, None)


async def _until(node: Watcher, trouble: str | None) -> None:
    async with asyncio.timeout(PATIENCE):
        while node.trouble != trouble:
            await asyncio.sleep(0.01)
