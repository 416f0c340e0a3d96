"""Bundles: taken from a service, checked offline, and each kind of lie in one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest
from aiohttp import ClientSession

from api.app import Running
from ledger.auditing.bundles import (
    Bundle,
    read_bundle,
    unzip_bundle,
    write_bundle,
    zip_bundle,
)
from ledger.store.opening import open_store
from tests.integration.auditing.published import KEY, OTHER_KEY, Published
from tests.integration.auditing.runs import ORIGIN, Ended, asked, published, run, settings_in
from tests.integration.backup.places import redact


@pytest.fixture
def log() -> Published:
    return Published().add(298).redact(8).add(1)


def verified(bundle: Bundle, folder: Path, *words: object) -> Ended:
    path = folder / "bundle.zip"
    path.write_bytes(zip_bundle(bundle, 300, None))
    return run("verify", path, *words)


STREAM = (1, 8, 15, 299)
"""The first facts of a record, and the order that took the words of one of them."""


def test_a_true_bundle_is_true(log: Published, tmp_path: Path) -> None:
    ended = verified(log.bundle(*STREAM), tmp_path)

    assert ended.code == 0, ended.err
    assert "True: 4 of the 300 facts of ledger.example/audited that were signed." in ended.out
    assert "8 parts: 1 redacted by order of a later fact" in ended.out
    assert "A bundle cannot show that nothing else was recorded" in ended.out


def test_a_bundle_is_read_as_it_was_written(log: Published) -> None:
    bundle = log.bundle(*STREAM)

    again = read_bundle(write_bundle(bundle))

    assert (again.origin, again.policy, again.checkpoint) == (
        bundle.origin,
        bundle.policy,
        bundle.checkpoint,
    )
    assert list(again.facts) == list(bundle.facts)
    assert unzip_bundle(zip_bundle(bundle, 300, b"<p>")) == again
    assert zip_bundle(bundle, 300, None) == zip_bundle(bundle, 300, None)


def _words(bundle: Bundle) -> Bundle:
    (salt, _) = bundle.facts[2].parts["words"]
    parts = {**bundle.facts[2].parts, "words": (salt, b"{}")}
    return replace(bundle, facts=[*bundle.facts[:2], replace(bundle.facts[2], parts=parts)])


def _leaf(bundle: Bundle) -> Bundle:
    leaf = bundle.facts[0].leaf.replace(b"test.told/1", b"test.tolb/1")
    return replace(bundle, facts=[replace(bundle.facts[0], leaf=leaf), *bundle.facts[1:]])


def _position(bundle: Bundle) -> Bundle:
    return replace(bundle, facts=[replace(bundle.facts[0], position=2), *bundle.facts[1:]])


def _order(bundle: Bundle) -> Bundle:
    return replace(bundle, facts=bundle.facts[:3])


def _twice(bundle: Bundle) -> Bundle:
    return replace(bundle, facts=[bundle.facts[0], *bundle.facts])


def _empty(bundle: Bundle) -> Bundle:
    return replace(bundle, facts=[])


def _origin(bundle: Bundle) -> Bundle:
    return replace(bundle, origin="ledger.example/other")


def _checkpoint(bundle: Bundle) -> Bundle:
    return replace(bundle, checkpoint=bundle.checkpoint.replace("\n300\n", "\n301\n"))


def _other_checkpoint(bundle: Bundle) -> Bundle:
    return replace(bundle, checkpoint=Published().add(10).note().decode())


def _other_key(bundle: Bundle) -> Bundle:
    return replace(bundle, policy=Published(key=OTHER_KEY).policy)


def _no_policy(bundle: Bundle) -> Bundle:
    return replace(bundle, policy="trust me\n")


LIES: list[tuple[Callable[[Bundle], Bundle], str]] = [
    (_words, "fact 15 was changed after it was published: its words no longer match"),
    (_leaf, "the proof of fact 1 does not hold: the path does not lead from the leaf to the root"),
    (_position, "the proof of fact 2 does not hold: it is of fact 1"),
    (_order, "the words of fact 8 are gone, and no fact here ordered it"),
    (_twice, "fact 1 does not follow fact 1"),
    (_empty, "the bundle holds no fact"),
    (_origin, "the bundle says it is of ledger.example/other, and its checkpoint is not"),
    (_checkpoint, "the checkpoint cannot be trusted: the signature of ledger.example/audited is"),
    (_other_checkpoint, "the proof of fact 1 does not hold: it is under another checkpoint"),
    (_other_key, "the checkpoint cannot be trusted: no trusted key has signed this note"),
    (_no_policy, "the bundle's own policy cannot be read: line 1 of the policy"),
]


@pytest.mark.parametrize(("lie", "told"), LIES, ids=[lie.__name__[1:] for lie, _ in LIES])
def test_each_lie_is_told(
    lie: Callable[[Bundle], Bundle], told: str, log: Published, tmp_path: Path
) -> None:
    ended = verified(lie(log.bundle(*STREAM)), tmp_path)

    assert ended.code == 1, ended.out
    assert f"NOT TRUE: {told}" in ended.err


def test_a_record_whose_fact_was_replaced_does_not_follow(log: Published, tmp_path: Path) -> None:
    log.change(8, prev="00" * 32)

    ended = verified(log.bundle(*STREAM), tmp_path)

    assert "NOT TRUE: fact 8 does not follow its stream's last fact" in ended.err


def test_a_file_that_says_another_thing_than_the_bundle_is_told(
    log: Published, tmp_path: Path
) -> None:
    packed = tmp_path / "bundle.zip"
    packed.write_bytes(zip_bundle(log.bundle(1), 300, None))
    with ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, b"{}" if name == "facts/1.words.json" else content)

    ended = run("verify", packed)

    assert ended.code == 1
    assert "NOT TRUE: facts/1.words.json in the bundle is not what its bundle.json" in ended.err


@pytest.mark.parametrize("junk", [b"", b"PK\3\4junk", b"junk" * 1000])
def test_what_is_no_bundle_is_told(junk: bytes, tmp_path: Path) -> None:
    (tmp_path / "junk.zip").write_bytes(junk)

    ended = run("verify", tmp_path / "junk.zip")

    assert ended.code == 1
    assert "NOT TRUE: this is no bundle" in ended.err


def test_a_kept_checkpoint_of_the_same_size_is_compared(log: Published, tmp_path: Path) -> None:
    bundle = log.bundle(1)
    kept, later = tmp_path / "kept", tmp_path / "later"
    kept.write_bytes(log.note())
    log.change(2, id="another")
    later.write_bytes(log.note())

    assert verified(bundle, tmp_path, "--since", kept).code == 0
    assert "history was rewritten" in verified(bundle, tmp_path, "--since", later).err


# --- from a service


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Running]:
    async with published(settings_in(tmp_path / "ledger")) as started:
        head = await started.parts.ledger.head()
        assert await started.parts.follower.wait(head.position, 20)
        yield started


async def _commitment(service: Running) -> str:
    async with ClientSession(service.public_url) as reader:
        told = await (await reader.get("/api/v1/commitments?limit=1")).json()
    return str(told["data"][0]["id"])


async def test_a_record_is_kept_and_proves_itself(service: Running, tmp_path: Path) -> None:
    ident, target = await _commitment(service), tmp_path / "kept.zip"

    ended = await asked("bundle", ident, "--url", service.public_url, "--output", target)

    assert ended.code == 0, ended.err
    facts = service.parts.views.history(ident)
    with ZipFile(target) as archive:
        told = orjson.loads(archive.read("bundle.json"))
        readme = archive.read("README.txt").decode()
    assert told["format"] == "commitment-ledger/bundle/v1"
    assert told["origin"] == ORIGIN
    assert [fact["position"] for fact in told["facts"]] == [fact["position"] for fact in facts]
    assert "does not show that what the facts say is true" in readme
    assert (await asked("verify", target)).code == 0
    again = await asked("bundle", ident, "--url", service.public_url, "--output", target)
    assert again.code == 2


async def test_a_single_fact_is_kept(service: Running, tmp_path: Path) -> None:
    target = tmp_path / "kept.zip"

    ended = await asked("bundle", 3, "--url", service.public_url, "--output", target)

    assert ended.code == 0, ended.err
    assert "True: 1 of the" in ended.out


async def test_what_nobody_knows_is_not_kept(service: Running, tmp_path: Path) -> None:
    target = tmp_path / "kept.zip"

    ended = await asked("bundle", "nobody", "--url", service.public_url, "--output", target)

    assert ended.code == 3
    assert "has no record 'nobody'" in ended.err
    assert not target.exists()


async def test_a_bundle_of_a_log_nobody_trusts_is_not_kept(
    service: Running, tmp_path: Path
) -> None:
    policy, target = tmp_path / "policy", tmp_path / "kept.zip"
    policy.write_text(Published(origin=ORIGIN, key=KEY).policy)
    words = ("--url", service.public_url, "--output", target, "--policy", policy)

    ended = await asked("bundle", 1, *words)

    assert ended.code == 1
    assert "NOT TRUE: the checkpoint cannot be trusted" in ended.err
    assert not target.exists()


async def test_a_bundle_is_kept_for_minutes_like_parts(service: Running) -> None:
    ident = await _commitment(service)
    async with ClientSession(service.public_url) as reader:
        found = await reader.get(f"/commitments/{ident}/bundle.zip")
        other = await reader.get(f"/meetings/{ident}/bundle.zip")
        beyond = await reader.get("/facts/99999/bundle.zip")

    assert (found.status, other.status, beyond.status) == (200, 404, 404)
    assert found.headers["Content-Type"] == "application/zip"
    assert found.headers["Cache-Control"] == "public, max-age=300"


async def test_the_bundle_of_redacted_words_brings_the_order(
    service: Running, tmp_path: Path
) -> None:
    settings, target = service.parts.settings, tmp_path / "kept.zip"

    def put() -> None:
        with closing(open_store(settings)) as store:
            redact(settings, store, 5)

    await asyncio.to_thread(put)
    head = (await service.parts.ledger.head()).position
    service.parts.ledger.heard(head)
    assert await service.parts.follower.wait(head, 20)

    ended = await asked("bundle", 5, "--url", service.public_url, "--output", target)

    assert ended.code == 0, ended.err
    assert "1 redacted by order of a later fact" in ended.out
    with ZipFile(target) as archive:
        told = orjson.loads(archive.read("bundle.json"))
        assert "facts/5.words.json" not in archive.namelist()
    assert [fact["position"] for fact in told["facts"]] == [5, head]
