"""A reader's own browser checks a fact, and is fooled by nothing that is served to it."""

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final

import orjson
import pytest
from playwright.async_api import Page, Route

from api.app import Running
from api.public.standalone import page_of
from ledger.log.notes import parse_note
from tests.unit.log.mutations import lines

FACT: Final = 12
PATIENCE: Final = 20_000
Tampered = Callable[[bytes], bytes]


async def checked(page: Page, site: Running, position: int = FACT) -> dict[str, str]:
    """Title of each step → what the page says of it, once the check has ended."""
    await page.goto(f"{site.public_url}/facts/{position}")
    await page.get_by_role("button", name="Check this fact").click()
    await page.locator("#check-verdict strong").wait_for(timeout=PATIENCE)
    steps = page.locator("#check-panel li.step h3")
    told = [await steps.nth(index).inner_text() for index in range(await steps.count())]
    tags = [await steps.nth(index).locator("strong").inner_text() for index in range(len(told))]
    return {whole.removesuffix(tag).strip(): tag for whole, tag in zip(told, tags, strict=True)}


async def test_every_step_of_a_true_fact_holds(site: Running, page: Page) -> None:
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))

    steps = await checked(page, site)

    assert steps == {
        "The bytes": "Holds",
        "The words": "Holds",
        "The place": "Holds",
        "The signature": "Holds",
        "Witnesses": "None",
    }
    verdict = await page.locator("#check-verdict").inner_text()
    assert f"Fact {FACT} stands in the log ledger.example/tests at place {FACT}" in verdict
    assert troubles == []


async def served(page: Page, address: str, tampered: Tampered) -> None:
    """Whatever is fetched there comes changed."""

    async def answer(route: Route) -> None:
        true = await route.fetch()
        await route.fulfill(response=true, body=tampered(await true.body()))

    await page.route(f"**{address}", answer)


def other_words(body: bytes) -> bytes:
    told = orjson.loads(body)
    told["parts"][-1]["content"] = told["parts"][-1]["content"].replace("a", "b", 1)
    return orjson.dumps(told)


def without_structure(body: bytes) -> bytes:
    told = orjson.loads(body)
    told["parts"] = [part for part in told["parts"] if part["name"] != "facts"]
    return orjson.dumps(told)


def other_leaf(body: bytes) -> bytes:
    told = orjson.loads(body)
    return orjson.dumps({**told, "at": told["at"] - 1})


def other_hash(body: bytes) -> bytes:
    """The first hash of the path is taken for the second."""
    rows = body.split(b"\n")
    return b"\n".join([*rows[:2], rows[3], *rows[3:]])


def other_size(body: bytes) -> bytes:
    head, blank, note = body.partition(b"\n\n")
    text = parse_note(note).text
    size = text.split("\n")[1]
    return head + blank + note.replace(f"\n{size}\n".encode(), f"\n{int(size) + 1}\n".encode())


def other_signature(body: bytes) -> bytes:
    return body[:-20] + (b"A" if body[-20:-19] != b"A" else b"B") + body[-19:]


@pytest.mark.parametrize(
    ("address", "tampered", "step"),
    [
        ("/leaf", other_leaf, "The place"),
        ("/parts.json", other_words, "The words"),
        ("/parts.json", without_structure, "The words"),
        ("/*.tlog-proof", other_hash, "The place"),
        ("/*.tlog-proof", other_size, "The signature"),
        ("/*.tlog-proof", other_signature, "The signature"),
    ],
)
async def test_what_was_tampered_with_is_told(
    site: Running, page: Page, address: str, tampered: Tampered, step: str
) -> None:
    await served(page, address, tampered)

    steps = await checked(page, site)

    assert steps[step] == "Does not hold"
    assert "Do not rely on this page" in await page.locator("#check-verdict").inner_text()


async def test_a_key_from_elsewhere_is_the_one_that_counts(site: Running, page: Page) -> None:
    log = site.parts.log
    assert log is not None
    assert log.published is not None
    (key,) = log.published.keys
    stranger = "ledger.example/tests+8d4f6ae0+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

    for given, told in ((str(key), "Holds"), (stranger, "Does not hold")):
        await page.goto(f"{site.public_url}/facts/{FACT}")
        await page.locator("#check-key").fill(given)
        await page.get_by_role("button", name="Check this fact").click()
        await page.locator("#check-verdict strong").wait_for(timeout=PATIENCE)
        signature = page.locator("#check-panel li.step").nth(3).locator("h3 strong")
        assert await signature.inner_text() == told


JUDGE: Final = """async ([address, cases]) => {
  const { climb } = await import(address);
  const bytes = (told) => Uint8Array.from(told.match(/../g) ?? [], (each) => parseInt(each, 16));
  const hex = (told) => Array.from(told, (each) => each.toString(16).padStart(2, "0")).join("");
  const wrong = [];
  for (const line of cases) {
    const { index, size, leaf, root, path, holds } = JSON.parse(line);
    let found = false;
    try {
      const end = await climb(bytes(leaf), BigInt(index), BigInt(size), path.map(bytes));
      found = bytes(leaf).length === 32 && path.every((each) => each.length === 64)
        && hex(end.root) === root;
    } catch {}
    if (found !== holds) wrong.push(line);
  }
  return wrong;
}"""


@pytest.mark.timeout(240)
async def test_ten_thousand_proofs_with_a_mistake_are_accepted_by_none(
    site: Running, page: Page
) -> None:
    inclusions = (line for line in lines(25_000) if json.loads(line)["kind"] == "inclusion")
    cases = list(islice(inclusions, 10_000))
    await page.goto(f"{site.public_url}/facts/{FACT}")
    address = await page.locator('script[type="module"]').get_attribute("src")

    wrong = await page.evaluate(JUDGE, [address, cases])

    assert len(cases) == 10_000
    assert wrong == []


# --- from disk


def bundle_of(site: Running, *positions: int) -> dict[str, object]:
    """As `commitments bundle` writes it."""
    log = site.parts.log
    assert log is not None
    assert log.published is not None
    key = log.published.keys[0]
    facts = []
    for position, proof in zip(positions, log.prove(positions), strict=True):
        (entry,) = site.parts.ledger.store.entries(after=position - 1, limit=1)
        parts = [
            {"name": part.name, "salt": part.salt.hex(), "content": part.content.decode()}
            for part in entry.parts
            if part.salt is not None and part.content is not None
        ]
        leaf = entry.leaf.decode()
        facts.append({"position": position, "leaf": leaf, "parts": parts, "proof": str(proof)})
    return {
        "format": "commitment-ledger/bundle/v1",
        "origin": log.published.checkpoint.origin,
        "policy": f"log {key}\nquorum none\n",
        "checkpoint": str(log.published.note),
        "facts": facts,
    }


async def opened(page: Page, folder: Path, bundle: dict[str, object]) -> str:
    """What verify.html says of it, opened from disk."""
    place = folder / "verify.html"
    place.write_bytes(page_of(orjson.dumps(bundle)))
    await page.goto(place.as_uri())
    await page.locator("#verdict strong").wait_for(timeout=PATIENCE)
    return await page.locator("#verdict").inner_text()


async def test_a_bundle_is_checked_from_disk(site: Running, page: Page, tmp_path: Path) -> None:
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("request", lambda request: troubles.append(request.url))

    verdict = await opened(page, tmp_path, bundle_of(site, 3, FACT))

    assert "Holds" in verdict
    assert [each for each in troubles if not each.startswith("file://")] == []


async def test_a_bundle_with_other_words_does_not_hold(
    site: Running, page: Page, tmp_path: Path
) -> None:
    bundle = orjson.loads(orjson.dumps(bundle_of(site, 3, FACT)))
    words = bundle["facts"][1]["parts"][-1]
    words["content"] = words["content"].replace("a", "</script><img src=x onerror=alert(1)>", 1)

    verdict = await opened(page, tmp_path, bundle)

    assert "Does not hold" in verdict
    assert await page.locator("img").count() == 0
