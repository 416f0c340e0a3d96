"""“Check this yourself” on the page of a fact: green for what holds, red for what was changed."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, Route

from api.app import Running
from ledger.commands import RedactParts
from ledger.deciding import Context
from ledger.facts.fact import AccountId, StreamId
from ledger.log.notes import VerifierKey
from ledger.redacting import Place, find_targets
from ledger.store.port import Recorder
from ledger.vocabulary import RedactionBasis
from tests.browser.written import Written, forged, log_key, policy, witness_key, written

FACT: Final = "/facts/12"
STEPS: Final = ("The bytes", "The words", "The place", "The signature", "Witnesses")

NO_ED25519: Final = """
const before = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (form, key, algorithm, ...rest) {
    if (algorithm.name === 'Ed25519') throw new DOMException('no', 'NotSupportedError');
    return before.call(this, form, key, algorithm, ...rest);
};
"""
NO_CRYPTOGRAPHY: Final = "Object.defineProperty(crypto, 'subtle', { value: undefined })"

Change = Callable[[str], str]


async def check(page: Page) -> Mapping[str, str]:
    """Press the button; what each step found, by its title."""
    await page.get_by_role("button", name="Check this fact").click()
    await page.locator("#check-verdict .tag").wait_for()
    return await steps_of(page.locator("#check .step"))


async def steps_of(steps: Locator) -> Mapping[str, str]:
    """Title → state, in words."""
    told = [await step.locator("h3").inner_text() for step in await steps.all()]
    states = [await step.locator("h3 .tag").inner_text() for step in await steps.all()]
    return {
        title.removesuffix(state).strip(): state for title, state in zip(told, states, strict=True)
    }


async def changed(page: Page, path: str, change: Change) -> None:
    """What the site answers at a path comes to the reader changed."""

    async def answer(route: Route) -> None:
        response = await route.fetch()
        await route.fulfill(response=response, body=change(await response.text()))

    await page.route(re.compile(f"{re.escape(path)}$"), answer)


async def verdict(page: Page) -> str:
    return await page.locator("#check-verdict").inner_text()


def line_changed(told: str, number: int) -> str:
    """The proof with one digit of a line of base64 changed."""
    lines = told.split("\n")
    lines[number] = ("B" if lines[number][0] == "A" else "A") + lines[number][1:]
    return "\n".join(lines)


def word_changed(told: str) -> str:
    parts = json.loads(told)
    parts["parts"][-1]["content"] = parts["parts"][-1]["content"].replace("a", "e")
    return json.dumps(parts)


def salt_changed(told: str) -> str:
    parts = json.loads(told)
    parts["parts"][0]["salt"] = "00" * 32
    return json.dumps(parts)


def part_left_out(told: str) -> str:
    parts = json.loads(told)
    parts["parts"].pop()
    return json.dumps(parts)


def part_put_in(told: str) -> str:
    parts = json.loads(told)
    parts["parts"].append({**parts["parts"][0], "name": "more"})
    return json.dumps(parts)


def signed_by_another(told: str) -> str:
    """The same checkpoint, with a line made with another key."""
    head, _, _ = told.rpartition("\n\n")
    return f"{head}\n\n{forged(head.partition(chr(10) * 2)[2])}"


def other_key(told: str) -> str:
    """A policy that names another key for this log."""
    name = told.split()[1].partition("+")[0]
    return f"log {VerifierKey(name, log_key().public)}\nquorum none\n"


TAMPERED: Final[Mapping[str, tuple[str, Change, set[str]]]] = {
    "another leaf": ("/leaf", lambda told: told.replace('"ver":1', '"ver":2'), {"The place"}),
    "another spelling": (
        "/leaf",
        lambda told: told.replace('"ver":1', '"ver": 1'),
        {"The bytes", "The words", "The place"},
    ),
    "a word": ("/parts.json", word_changed, {"The words"}),
    "a salt": ("/parts.json", salt_changed, {"The words"}),
    "a part more": ("/parts.json", part_put_in, {"The words"}),
    "a hash of the path": (".tlog-proof", lambda told: line_changed(told, 3), {"The place"}),
    "the index": (
        ".tlog-proof",
        lambda told: told.replace("index 11", "index 10"),
        {"The place"},
    ),
    "the root": (
        ".tlog-proof",
        lambda told: line_changed(told, told.split("\n").index("") + 3),
        {"The place", "The signature"},
    ),
    "the signature": (".tlog-proof", signed_by_another, {"The signature"}),
    "the keys": (
        "/log-policy",
        lambda told: told.replace("+", "-", 1),
        {"The signature", "Witnesses"},
    ),
    "a quorum": (
        "/log-policy",
        lambda told: told.replace("quorum none", f"witness one {witness_key()}\nquorum one"),
        {"Witnesses"},
    ),
}


async def test_a_fact_holds_and_each_step_shows_what_was_computed(
    site: Running, page: Page
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(site.public_url + FACT)

    found = await check(page)

    assert found == {**dict.fromkeys(STEPS, "Holds"), "Witnesses": "None"}
    assert "stands in the log ledger.example/tests at place 12 of" in await verdict(page)
    assert site.parts.log is not None
    published = site.parts.log.published
    assert published is not None
    shown = await page.locator("#check-panel").text_content() or ""
    (entry,) = site.parts.ledger.store.entries(after=11, limit=1)
    assert entry.leaf.decode() in shown
    assert entry.leaf_hash.hex() in shown
    assert published.checkpoint.root.hex() in shown
    assert published.note.text in shown
    assert str(published.keys[0]) in shown
    assert "National Social Media Coordination Working Group" in shown
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_was_found_is_for_everybody(site: Running, page: Page, scheme: str) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await changed(page, "/parts.json", word_changed)
    await page.goto(site.public_url + FACT)

    await check(page)
    await page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")

    assert [each["id"] for each in (await Axe().run(page)).response["violations"]] == []
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    assert await page.locator("#check-verdict").get_attribute("role") == "status"


@pytest.mark.parametrize("what", TAMPERED)
async def test_what_was_changed_on_the_way_is_found(site: Running, page: Page, what: str) -> None:
    path, change, red = TAMPERED[what]
    await changed(page, path, change)
    await page.goto(site.public_url + FACT)

    found = await check(page)

    assert {title for title, state in found.items() if state == "Does not hold"} == red
    assert (await verdict(page)).startswith("Does not hold")


async def test_words_that_are_missing_need_an_order_that_holds(site: Running, page: Page) -> None:
    """The address of the part names fact 13 as the order, and that is none."""
    await changed(page, "/facts/12/parts.json", part_left_out)

    async def gone(route: Route) -> None:
        await route.fulfill(status=410, json={"redaction": {"position": 13}})

    await page.route(re.compile("/facts/12/parts/"), gone)
    await page.goto(site.public_url + FACT)

    found = await check(page)

    assert found["The words"] == "Does not hold"
    assert "fact 13 is no order that holds" in await page.locator("#check-panel").inner_text()


async def served(page: Page, ledger: Written) -> None:
    """The pieces of facts come from this ledger, whatever the site has."""

    async def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        found = re.fullmatch(r"/facts/(\d+)(/leaf|/parts.json|.tlog-proof|/parts/words)", path)
        assert found is not None
        fact = ledger.fact(int(found[1]))
        pieces = {
            "/leaf": fact["leaf"],
            "/parts.json": json.dumps({"position": fact["position"], "parts": fact["parts"]}),
            ".tlog-proof": fact["proof"],
        }
        if found[2] in pieces:
            await route.fulfill(body=pieces[found[2]])
        else:
            await route.fulfill(status=410, json={"redaction": {"position": 14}})

    await page.route(re.compile(r"/facts/\d+[/.]"), answer)
    await page.route(re.compile("/log-policy$"), lambda route: route.fulfill(body=policy()))


async def test_words_withheld_by_an_order_that_holds_are_no_alarm(
    site: Running, page: Page
) -> None:
    ledger = written(13)
    ledger.withhold(12, "words")
    await served(page, ledger)
    await page.goto(site.public_url + FACT)

    found = await check(page)
    told = await page.locator("#check-panel").inner_text()

    assert found["The words"] == "Holds, words withheld"
    assert (await verdict(page)).startswith("Holds")
    assert "The words are withheld by order, see fact 14." in told
    assert "We will build" not in told


async def test_words_that_were_redacted_here_are_withheld_by_an_order_that_holds(
    site: Running, page: Page
) -> None:
    parts = site.parts
    assert parts.log is not None
    people = [AccountId(str(uuid4())) for _ in range(2)]
    redaction = RedactParts(
        id=StreamId(str(uuid4())),
        targets=find_targets(parts.ledger.store, [Place(12, "words")]),
        basis=RedactionBasis.LEGAL_ORDER,
        authority="court-12/2026",
        proposed_by=people[0],
        approved_by=people[1],
    )
    recorder = Recorder(by=people[1], name="A clerk")
    context = Context(recorder=recorder, key="redaction", fingerprint=b"redaction")
    receipt = await parts.ledger.execute([redaction], context)
    assert await parts.log.reach(receipt.position, 10)
    assert await parts.follower.wait(receipt.position, 10)
    await page.goto(site.public_url + FACT)

    found = await check(page)

    assert found == {
        **dict.fromkeys(STEPS, "Holds"),
        "The words": "Holds, words withheld",
        "Witnesses": "None",
    }
    told = await page.locator("#check-panel").inner_text()
    assert f"The words are withheld by order, see fact {receipt.position}." in told


@pytest.mark.parametrize("wrong", [{"index": 10}, {"part": "facts"}, {"c": "00" * 32}])
async def test_an_order_is_held_to_what_it_orders(
    site: Running, page: Page, wrong: Mapping[str, object]
) -> None:
    ledger = written(13)
    ledger.withhold(12, "words")
    order = json.loads(ledger.shown.pop()["facts"])
    order["body"] |= wrong
    ledger.leaves.pop()
    ledger.record("redaction.applied/1", facts=json.dumps(order), words="{}")
    await served(page, ledger)
    await page.goto(site.public_url + FACT)

    found = await check(page)

    assert found["The words"] == "Does not hold"
    assert "fact 14 is no order that holds" in await page.locator("#check-panel").inner_text()


async def test_the_pieces_of_another_fact_are_not_taken_for_this_one(
    site: Running, page: Page
) -> None:
    async def answer(route: Route) -> None:
        other = route.request.url.replace("/facts/12", "/facts/11")
        await route.fulfill(response=await route.fetch(url=other))

    await page.route(re.compile("/facts/12[./]"), answer)
    await page.goto(site.public_url + FACT)

    found = await check(page)

    assert [title for title, state in found.items() if state == "Does not hold"] == ["The place"]


async def test_a_piece_that_does_not_come_is_no_success(site: Running, page: Page) -> None:
    await page.route(re.compile(r"\.tlog-proof$"), lambda route: route.fulfill(status=404))
    await page.goto(site.public_url + FACT)

    found = await check(page)

    assert found == {"The pieces": "Not known"}
    assert (await verdict(page)).startswith("Not known")


@pytest.mark.parametrize(
    ("lack", "sentence", "known"),
    [
        (NO_ED25519, "This browser cannot check Ed25519 signatures.", {"The bytes", "The place"}),
        (NO_CRYPTOGRAPHY, "This browser offers no cryptography here.", set()),
    ],
)
async def test_a_browser_that_cannot_check_says_so(
    site: Running, page: Page, lack: str, sentence: str, known: set[str]
) -> None:
    await page.add_init_script(lack)
    await page.goto(site.public_url + FACT)

    found = await check(page)

    assert known <= {title for title, state in found.items() if state == "Holds"}
    assert found["The signature"] == "Not known"
    assert sentence in await page.locator("#check-panel").inner_text()
    assert (await verdict(page)).startswith("Not known")


async def test_a_key_from_elsewhere_decides(site: Running, page: Page) -> None:
    assert site.parts.log is not None
    assert site.parts.log.published is not None
    key = str(site.parts.log.published.keys[0])
    await page.goto(site.public_url + FACT)
    field = page.get_by_label("The log’s key, from elsewhere")

    await field.fill(f" {key}\n")
    right = await check(page)
    told = await page.locator("#check-panel").inner_text()
    await field.fill(other_key(f"log {key}"))
    wrong = await check(page)

    assert right["The signature"] == "Holds"
    assert "The key is the one that you gave." in told
    assert wrong["The signature"] == "Does not hold"


async def test_without_scripts_the_raw_pieces_are_links(site: Running, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(site.public_url + FACT)

    links = await page.locator("#check .pieces a").evaluate_all(
        "links => links.map((link) => link.href)"
    )

    assert not await page.get_by_role("button", name="Check this fact").is_visible()
    assert len(links) == 5
    assert [(await page.request.get(link)).status for link in links] == [200] * 5
    assert f"commitments verify {site.public_url}" in await page.locator("#check").inner_text()
    await context.close()
