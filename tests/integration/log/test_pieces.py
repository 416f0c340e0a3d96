"""The pieces of one fact over HTTP, the page of the log, and where a history points for proofs."""

import csv
import io
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp import ClientSession

from api.app import Running, running
from ledger.config import Settings
from ledger.log.checkpoints import read_checkpoint
from ledger.log.hashing import leaf_hash
from ledger.log.leaves import commitment
from ledger.log.notes import parse_key
from ledger.publishing.beginning import begin_log
from projections.port import Query

ORIGIN = "ledger.example/tests"
CHROMIUM = {"Accept": "text/html"}


def settings(folder: Path) -> Settings:
    return Settings(
        data_dir=folder, public_port=0, desk_port=0, views_worker="thread", export_seconds=0
    )


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Running]:
    chosen = settings(tmp_path)
    begin_log(chosen, ORIGIN)
    async with running(chosen) as started:
        log, head = started.parts.log, await started.parts.ledger.head()
        assert log is not None
        assert await log.reach(head.position, 10)
        assert await started.parts.follower.wait(head.position, 10)
        yield started


@pytest.fixture
async def reader(service: Running) -> AsyncIterator[ClientSession]:
    async with ClientSession(service.public_url) as session:
        yield session


async def test_the_leaf_and_the_parts_of_a_fact_fit_each_other(
    service: Running, reader: ClientSession
) -> None:
    (entry,) = service.parts.ledger.store.entries(after=4, limit=1)

    async with reader.get("/facts/5/leaf") as answer:
        leaf, told = await answer.read(), await answer.json()
        kept = answer.headers["Cache-Control"]
    async with reader.get("/facts/5/parts.json") as answer:
        found = await answer.json()
        short = answer.headers["Cache-Control"]

    assert leaf == entry.leaf
    assert leaf_hash(leaf) == entry.leaf_hash
    assert found["position"] == 5
    assert {
        part["name"]: commitment(bytes.fromhex(part["salt"]), part["content"].encode()).hex()
        for part in found["parts"]
    } == {name: bound["c"] for name, bound in told["parts"].items()}
    assert ("immutable" in kept, "immutable" in short) == (True, False)


@pytest.mark.parametrize("path", ["leaf", "parts.json"])
async def test_beyond_the_checkpoint_no_fact_has_pieces(
    service: Running, reader: ClientSession, path: str
) -> None:
    head = await service.parts.ledger.head()

    for position in (0, head.position + 1, 10**30):
        async with reader.get(f"/facts/{position}/{path}") as answer:
            assert answer.status == 404
    async with reader.get(f"/facts/1/{path}?more=1") as answer:
        assert answer.status == 400


async def test_a_history_says_where_the_proof_of_each_fact_is(
    service: Running, reader: ClientSession
) -> None:
    views = service.parts.views
    ident = views.page("commitments", Query()).items[0]["id"]
    expected = [
        (fact["position"], fact["leaf_hash"], f"/facts/{fact['position']}.tlog-proof")
        for fact in views.history(ident)
    ]

    async with reader.get(f"/commitments/{ident}/history.json") as answer:
        as_json = (await answer.json())["data"]
    async with reader.get(f"/commitments/{ident}/history.csv") as answer:
        as_csv = list(csv.DictReader(io.StringIO(await answer.text())))
    async with reader.get(f"/commitments/{ident}/history", headers=CHROMIUM) as answer:
        page = await answer.text()

    assert [(fact["position"], fact["leaf_hash"], fact["proof"]) for fact in as_json] == expected
    assert [(int(row["position"]), row["leaf_hash"], row["proof"]) for row in as_csv] == expected
    for position, hashed, proof in expected:
        assert hashed in page
        assert f'href="{proof}"' in page
        assert f'href="/facts/{position}#check"' in page
        async with reader.get(proof) as answer:
            assert answer.status == 200


async def test_the_log_tells_its_newest_checkpoint_and_its_keys(
    service: Running, reader: ClientSession
) -> None:
    async with reader.get("/log.json") as answer:
        told = (await answer.json())["data"]
    async with reader.get("/log", headers=CHROMIUM) as answer:
        page = await answer.text()
        kept = answer.headers["Cache-Control"]

    note, signed = read_checkpoint(told["checkpoint"].encode())
    key = parse_key(told["keys"][0]["key"])
    assert (told["origin"], told["size"], told["root"]) == (ORIGIN, signed.size, signed.root.hex())
    assert key.signed(note.text.encode(), note.of(key)[0].value)
    assert told["keys"][0]["fingerprint"] == sha256(key.public).hexdigest()
    assert kept == "public, max-age=1"
    for words in (signed.root.hex(), note.text, sha256(key.public).hexdigest()):
        assert words in page
    assert f"commitments verify {service.parts.public_url} --save checkpoint" in page


async def test_a_ledger_without_a_log_says_so(tmp_path: Path) -> None:
    async with running(settings(tmp_path)) as started, ClientSession(started.public_url) as reader:
        head = await started.parts.ledger.head()
        assert await started.parts.follower.wait(head.position, 10)
        async with reader.get("/log", headers=CHROMIUM) as answer:
            log = await answer.text()
        async with reader.get("/log.json") as answer:
            told = await answer.json()
        async with reader.get("/facts/1", headers=CHROMIUM) as answer:
            fact = await answer.text()

    assert "This ledger has no log: nothing is signed" in log
    assert told == {"data": None}
    assert "This ledger has no log, so a fact cannot be checked" in fact
    assert "<script" not in fact
    assert ".tlog-proof" not in fact
