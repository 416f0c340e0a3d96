"""Verifiers that nobody here wrote judge what our service serves, and refuse forgeries of it."""

import asyncio
import json
import os
import shutil
import subprocess
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

import metamorphic_log.metamorphic_log as metamorphic
import pytest

from api.app import Running, running
from ledger.auditing.web import Web
from ledger.config import Settings
from ledger.log.bundles import unpack
from ledger.log.checkpoints import read_checkpoint
from ledger.log.hashing import leaf_hash
from ledger.log.receipts import parse_proof
from ledger.log.tiles import spans
from ledger.publishing.beginning import begin_log
from tests.integration.store.units import stored, unit
from tests.unit.log.mutations import Case, Inclusion, cases

ORIGIN: Final = "ledger.example/judged"
HERE: Final = Path(__file__).parent
GOPATH: Final = Path("/usr/share/gocode")
PATIENCE: Final = 100
MORE: Final = 300

Judge = Callable[[dict[str, Any]], list[str]]
"""What was served, as JSON → the names of what is refused."""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Running]:
    settings = Settings(
        data_dir=tmp_path,
        public_port=0,
        desk_port=0,
        views_worker="thread",
        export_seconds=0,
        rate_limit=1_000_000,
        disk_reserve_percent=0,
    )
    begin_log(settings, ORIGIN)
    async with running(settings) as started:
        yield started


@pytest.fixture
async def served(service: Running) -> dict[str, Any]:
    """Everything over HTTP: two checkpoints, a proof of every thirtieth fact, the way between."""
    log, store = service.parts.log, service.parts.ledger.store
    assert log is not None
    head = await service.parts.ledger.head()
    assert await log.reach(head.position, 20)
    read = Web(service.public_url).read
    older = (await asyncio.to_thread(read, "checkpoint")).decode()
    now = head.at
    await asyncio.to_thread(lambda: stored(store, *[unit() for _ in range(MORE)], now=now))
    assert await log.reach(head.position + MORE, 20)
    published = log.published
    assert published is not None
    size = read_checkpoint(older.encode())[1].size
    way = await asyncio.to_thread(published.tree.consistency, size)
    return {
        "key": str(published.keys[0]),
        "proofs": await asyncio.to_thread(_proofs, read, published.checkpoint.size),
        "growths": [
            {
                "name": "growth",
                "older": older,
                "newer": (await asyncio.to_thread(read, "checkpoint")).decode(),
                "path": [text(each) for each in way],
            }
        ],
    }


def _proofs(read: Callable[[str], bytes], size: int) -> list[dict[str, Any]]:
    leaves = [leaf for span in spans(size) for leaf in unpack(read(f"tile/entries/{span.path}"))]
    return [
        _proof(index, leaves[index], read(f"facts/{index + 1}.tlog-proof"))
        for index in {*range(0, size, 30), size - 1}
    ]


def _proof(index: int, leaf: bytes, told: bytes) -> dict[str, Any]:
    proof = parse_proof(told)
    return {
        "name": f"fact {index + 1}",
        "index": proof.index,
        "leaf": text(leaf),
        "path": [text(each) for each in proof.path],
        "checkpoint": str(proof.note),
    }


def text(raw: bytes) -> str:
    return b64encode(raw).decode()


# --- the judges


def raw(told: str) -> bytes:
    return b64decode(told)


def by_metamorphic(served: dict[str, Any]) -> list[str]:
    keys = [served["key"]]
    return [
        *(each["name"] for each in served["proofs"] if not held(_included, each, keys)),
        *(each["name"] for each in served["growths"] if not held(_grown, each, keys)),
    ]


def held(judge: Callable[..., None], *values: object) -> bool:
    try:
        judge(*values)
    except metamorphic.VerifyError:
        return False
    return True


def _included(proof: dict[str, Any], keys: list[str]) -> None:
    hashed, path = leaf_hash(raw(proof["leaf"])), [raw(each) for each in proof["path"]]
    checkpoint, index = proof["checkpoint"], proof["index"]
    metamorphic.checkpoint_verify_inclusion(checkpoint, keys, index, hashed, path)


def _grown(each: dict[str, Any], keys: list[str]) -> None:
    path = [raw(step) for step in each["path"]]
    metamorphic.checkpoint_verify_consistency(each["older"], each["newer"], keys, path)


def _asked(command: list[str | Path], served: dict[str, Any], folder: Path) -> list[str]:
    told = folder / "served.json"
    told.write_text(json.dumps(served), encoding="utf-8")
    answer = subprocess.run([*command, told], check=True, stdout=subprocess.PIPE, timeout=PATIENCE)
    refused: list[str] = json.loads(answer.stdout)
    return refused


@pytest.fixture(scope="session")
def sigstore(tmp_path_factory: pytest.TempPathFactory) -> list[str | Path]:
    """A command; where Node is missing its tests are skipped, but not in CI."""
    if shutil.which("npm") is None and os.environ.get("CI") != "true":
        pytest.skip("no Node on this machine: @sigstore/verify cannot judge here")
    folder = tmp_path_factory.mktemp("sigstore")
    for name in ("package.json", "package-lock.json", "verify.cjs"):
        shutil.copy(HERE / "sigstore" / name, folder)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=PATIENCE)
    return ["node", folder / "verify.cjs"]


@pytest.fixture(scope="session")
def sumdb(tmp_path_factory: pytest.TempPathFactory) -> list[str | Path]:
    """A command; skipped where Go and Debian's copy of its module are not installed."""
    if shutil.which("go") is None or not (GOPATH / "src/golang.org/x/mod/sumdb").is_dir():
        pytest.skip("no golang-go and golang-golang-x-mod-dev: sumdb cannot judge here")
    folder = tmp_path_factory.mktemp("sumdb")
    places = {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache")}
    build: list[str | Path] = ["go", "build", "-o", folder / "verify", HERE / "sumdb" / "verify.go"]
    subprocess.run(build, env={**os.environ, **places}, check=True, timeout=PATIENCE)
    return [folder / "verify"]


@pytest.fixture(params=["metamorphic", "sigstore", "sumdb"])
def judge(request: pytest.FixtureRequest, tmp_path: Path) -> Judge:
    if request.param == "metamorphic":
        return by_metamorphic
    command: list[str | Path] = request.getfixturevalue(request.param)
    return lambda served: _asked(command, served, tmp_path)


# --- what they judge


async def test_everything_that_is_served_holds(judge: Judge, served: dict[str, Any]) -> None:
    assert await asyncio.to_thread(judge, served) == []
    assert len(served["proofs"]) > MORE / 30


async def test_everything_that_was_forged_is_refused(judge: Judge, served: dict[str, Any]) -> None:
    first, second, third, fourth = served["proofs"][1:5]
    turned = bytes([raw(first["path"][0])[0] ^ 1]) + raw(first["path"][0])[1:]
    proofs = [
        first | {"path": [text(turned), *first["path"][1:]]},
        second | {"leaf": third["leaf"]},
        third | {"index": third["index"] + 1},
        fourth | {"checkpoint": fourth["checkpoint"].replace("\n", "\n1", 1)},
    ]
    (growth,) = served["growths"]
    growths = [growth | {"path": growth["path"][::-1]}]

    refused = await asyncio.to_thread(judge, served | {"proofs": proofs, "growths": growths})

    knows_growth = "growth" in refused
    assert refused == [proof["name"] for proof in proofs] + ["growth"] * knows_growth
    assert knows_growth or judge is not by_metamorphic


def test_another_verifier_judges_every_mistaken_proof_as_ours_does() -> None:
    wrong = [str(case) for case in cases(4000) if _can_say(case) and theirs(case) is not case.holds]

    assert wrong == []


def _can_say(case: Case) -> bool:
    """A foreign function takes no index below 0."""
    return not isinstance(case.proof, Inclusion) or case.proof.index >= 0


def theirs(case: Case) -> bool:
    proof, path = case.proof, list(case.proof.path)
    if isinstance(proof, Inclusion):
        place = proof.index, proof.size
        return held(metamorphic.verify_inclusion, *place, proof.leaf, path, proof.root)
    sizes, roots = (proof.old_size, proof.size), (proof.old_root, proof.root)
    return held(metamorphic.verify_consistency, *sizes, path, *roots)
