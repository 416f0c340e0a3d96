"""A thousand of ten thousand facts lose their words: nothing is left of them, nothing breaks."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from aiohttp import ClientSession

from api.app import Running, running
from api.exporting.orders import Order
from api.exporting.schedule import Exporter
from ledger.auditing.audit import audit
from ledger.auditing.web import Web
from ledger.commands import RedactParts
from ledger.config import Settings
from ledger.deciding import Context
from ledger.facts.fact import AccountId
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.hashing import leaf_hash
from ledger.log.receipts import TlogProof
from ledger.log.tiles import spans
from ledger.log.tree import Tree
from ledger.publishing.beginning import begin_log
from ledger.publishing.log import Log
from ledger.redacting import Place, find_targets
from ledger.store.opening import open_store
from ledger.store.port import Leaf, Store
from ledger.vocabulary import RedactionBasis
from tests.integration.api.service import settings_in
from tests.integration.redaction.marked import (
    HEX,
    files,
    fill,
    found_in,
    part_of,
    tokens,
    unpacked,
)
from tests.unit.projections.telling import CLERK, ident, stream

FACTS = 10_000
REDACTED = 1_000
PAGES = (
    "/",
    "/facts",
    "/facts.csv?limit=200",
    "/facts.atom",
    "/facts.rss",
    "/facts.feed.json",
    "/statistics.json",
    "/matrix.json",
    "/transparency",
    "/transparency.json",
    "/transparency.csv",
    "/data.json",
    *(
        f"/{kind}{form}"
        for kind in ("stakeholders", "commitments", "sources")
        for form in ("", ".csv?limit=200", ".json?limit=200", ".atom")
    ),
)


async def redact(service: Running, positions: Iterable[int]) -> int:
    """The facts lose their words; the position that every view has then folded and swept."""
    ledger = service.parts.ledger
    places = [Place(position, part_of(position)) for position in positions]
    command = RedactParts(
        id=stream(0xEDAC7),
        targets=await asyncio.to_thread(find_targets, ledger.store, places),
        basis=RedactionBasis.LEGAL_ORDER,
        authority="court-12/2026",
        proposed_by=AccountId(ident(0xF1)),
        approved_by=CLERK.by,
    )
    context = Context(recorder=CLERK, key="redact", fingerprint=b"order")
    receipt = await ledger.execute([command], context)
    await ledger.sweeping.clean()
    assert await service.parts.follower.wait(receipt.position, 60)
    return receipt.position


async def answers(service: Running, words: Sequence[str], positions: Sequence[int]) -> list[bytes]:
    """What readers get: pages, data, feeds, search, parts, files, and the stream from its start."""
    async with ClientSession(service.public_url) as reader:
        asked = list(PAGES)
        for position in positions:
            asked += [f"/facts/{position}", f"/facts/{position}/parts/{part_of(position)}"]
        data = await _read(reader, "/data.json")
        asked += [f"/data/{each['path']}" for each in orjson.loads(data)["data"]["files"]]
        asked += [f"/tile/parts/{span.path}" for span in spans(FACTS)]
        found = [data, *[await _read(reader, path) for path in asked]]
        found += [await _search(reader, word) for word in words]
        found.append(await _stream(reader, (await service.parts.ledger.head()).position))
        return [*found, *map(unpacked, found)]


async def _read(reader: ClientSession, path: str) -> bytes:
    async with reader.get(path) as response:
        assert response.status in {200, 410}, (path, response.status)
        return await response.read()


async def _search(reader: ClientSession, word: str) -> bytes:
    """What is found, without the question, which the answer repeats in its links."""
    return orjson.dumps(orjson.loads(await _read(reader, f"/search.json?q={word}"))["data"])


async def _stream(reader: ClientSession, last: int) -> bytes:
    """Every event, replayed."""
    told = list[bytes]()
    end = re.compile(rb"id: [0-9a-f]{16}-%d\r?\n" % last)
    async with reader.get("/api/v1/stream?after=0") as response:
        while not (told and end.fullmatch(told[-1])):
            told.append(await response.content.readline())
        for _ in range(2):
            told.append(await response.content.readline())
    return b"".join(told)


def leaves_of(store: Store) -> Sequence[Leaf]:
    return store.leaves(after=0, limit=FACTS)


async def published(service: Running, position: int) -> Log:
    log = service.parts.log
    assert log is not None
    assert await log.reach(position, 30)
    return log


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    chosen = settings_in(tmp_path)
    begin_log(chosen, "ledger.example/tests")
    return chosen


async def test_nothing_is_left_of_the_words_and_every_proof_holds(settings: Settings) -> None:
    words = tokens(FACTS)
    with closing(open_store(settings)) as store:
        fill(store, words)
    chosen = sorted(number * 7919 % FACTS + 1 for number in range(REDACTED))
    gone, some = {words[position - 1] for position in chosen}, chosen[::50]
    async with running(settings) as service:
        store = service.parts.ledger.store
        exporter = Exporter(Order(settings, service.public_url), service.parts.views)
        log = await published(service, FACTS)
        assert await service.parts.follower.wait(FACTS, 60)
        await exporter.make()
        leaves, root = leaves_of(store), Tree(FACTS, log.tiles.rows).root()
        proofs = log.prove(some)
        salts = salts_of(store, chosen)
        asked = [words[position - 1] for position in some]
        assert gone <= found_in(*files(settings.data_dir))
        assert {*asked} <= found_in(*await answers(service, asked, some))

        last = await redact(service, chosen)
        await exporter.make()

        assert last == FACTS + REDACTED
        assert found_in(*files(settings.data_dir)) == {*words} - gone
        assert not salts & found_salts(files(settings.data_dir))
        told = await answers(service, asked, some)
        assert not gone & found_in(*told)
        assert {*words} - gone == found_in(*told)
        assert not salts & found_salts(told)
        assert leaves_of(store) == leaves
        log = await published(service, last)
        assert Tree(FACTS, log.tiles.rows).root() == root
        hold(proofs, leaves)
        await audited(service, proofs[0].checkpoint)
    assert found_in(*files(settings.data_dir)) == {*words} - gone


def salts_of(store: Store, positions: Sequence[int]) -> set[bytes]:
    """In hex, as they are published."""
    entries = {entry.position: entry for entry in store.entries(after=0, limit=FACTS)}
    return {
        (part.salt or b"").hex().encode()
        for position in positions
        for part in entries[position].parts
        if part.name == part_of(position)
    }


def found_salts(contents: Iterable[bytes]) -> set[bytes]:
    """Whatever reads like a salt."""
    return {found for content in contents for found in HEX.findall(content)}


def hold(proofs: Sequence[TlogProof], leaves: Sequence[Leaf]) -> None:
    """Every proof that was given before still shows what it showed."""
    for proof in proofs:
        leaf = leaves[proof.index]
        assert leaf_hash(leaf.leaf) == leaf.leaf_hash
        proof.verify(leaf.leaf_hash)


async def audited(service: Running, before: Checkpoint) -> None:
    """A stranger who kept a checkpoint from before finds everything as it was published."""
    place = Web(service.public_url)
    _, signed = read_checkpoint(await asyncio.to_thread(place.read, "checkpoint"))
    found = await asyncio.to_thread(audit, place, signed, before, lambda _: None)
    assert (found.facts, found.redacted) == (FACTS + REDACTED, REDACTED)
