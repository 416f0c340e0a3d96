"""The whole way: a log is begun, facts come, and a stranger verifies them over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from api.app import Running, running
from ledger.auditing.audit import LieError, audit
from ledger.auditing.web import Web
from ledger.config import Settings
from ledger.log.bundles import unpack
from ledger.log.checkpoints import read_checkpoint
from ledger.log.policies import parse_policy
from ledger.log.receipts import parse_proof
from ledger.publishing.beginning import begin_log
from ledger.publishing.publisher import LogStoppedError

ORIGIN = "ledger.example/tests"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A ledger with a log and the sample."""
    chosen = Settings(
        data_dir=tmp_path, public_port=0, desk_port=0, views_worker="thread", export_seconds=0
    )
    begin_log(chosen, ORIGIN)
    return chosen


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Running]:
    async with running(settings) as started:
        log, head = started.parts.log, await started.parts.ledger.head()
        assert log is not None
        assert await log.reach(head.position, 10)
        yield started


async def test_a_stranger_verifies_everything(service: Running) -> None:
    place = Web(service.public_url)
    note, signed = read_checkpoint(await asyncio.to_thread(place.read, "checkpoint"))
    policy = parse_policy((await asyncio.to_thread(place.read, "log-policy")).decode())

    policy.require(note)
    audited = await asyncio.to_thread(audit, place, signed, None, lambda _: None)

    head = await service.parts.ledger.head()
    assert (signed.origin, signed.size) == (ORIGIN, head.position)
    assert (audited.facts, audited.redacted) == (head.position, 0)


async def test_a_proof_of_each_fact_holds(service: Running) -> None:
    entries = service.parts.ledger.store.entries(after=0, limit=100)
    async with ClientSession(service.public_url) as reader:
        for entry in entries:
            answer = await reader.get(f"/facts/{entry.position}.tlog-proof")
            proof = parse_proof(await answer.read())
            proof.verify(entry.leaf_hash)
            assert proof.index == entry.position - 1


async def test_what_lies_under_the_checkpoint_is_served_for_ever(service: Running) -> None:
    store = service.parts.ledger.store
    async with ClientSession(service.public_url) as reader:
        hashes = await reader.get("/tile/0/000.p/5")
        entries = await reader.get("/tile/entries/000.p/5")

        leaves = store.leaves(after=0, limit=5)
        assert await hashes.read() == b"".join(leaf.leaf_hash for leaf in leaves)
        assert unpack(await entries.read()) == [leaf.leaf for leaf in leaves]
        for answer in (hashes, entries):
            assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "0/000",
        "0/000.p/49",
        "0/001.p/1",
        "0/000.p/0",
        "0/000.p/05",
        "0/00",
        "1/000.p/1",
        "00/000.p/5",
        "64/000.p/1",
        "entries/000",
        "entries/000.p/49",
        "parts/000.p/49",
        "parts/x000/000.p/5",
    ],
)
async def test_what_the_checkpoint_does_not_cover_has_no_address(
    service: Running, path: str
) -> None:
    head = await service.parts.ledger.head()

    async with ClientSession(service.public_url) as reader:
        answer = await reader.get(f"/tile/{path}")

    assert (head.position, answer.status) == (48, 404)


async def test_a_ledger_that_was_put_back_is_not_signed(settings: Settings) -> None:
    async with running(settings) as started:
        log, head = started.parts.log, await started.parts.ledger.head()
        assert log is not None
        assert await log.reach(head.position, 10)
    for old in settings.data_dir.glob("*.db*"):
        old.unlink()

    with pytest.raises(LogStoppedError, match="was put back to an older state"):
        async with running(settings):
            pytest.fail("it must not start")


async def test_a_rewritten_past_is_found_by_whoever_kept_a_checkpoint(
    service: Running, tmp_path: Path
) -> None:
    other = Settings(
        data_dir=tmp_path / "other",
        public_port=0,
        desk_port=0,
        views_worker="thread",
        export_seconds=0,
    )
    other.data_dir.mkdir()
    begin_log(other, ORIGIN)
    assert service.parts.log is not None
    published = service.parts.log.published
    assert published is not None
    async with running(other) as forged:
        log = forged.parts.log
        assert log is not None
        assert await log.reach(published.checkpoint.size, 10)
        place = Web(forged.public_url)
        _, signed = read_checkpoint(await asyncio.to_thread(place.read, "checkpoint"))

        with pytest.raises(LieError, match="history was rewritten"):
            await asyncio.to_thread(audit, place, signed, published.checkpoint, lambda _: None)
