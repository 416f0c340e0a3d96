"""verify.html, opened from a disk: what it shows, what it finds, and that it is no way in."""

import io
import json
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import pytest
from aiohttp import ClientSession
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from api.app import Running
from api.public.standalone import page_of
from tests.browser.written import canonical, log_key, policy, witness_key, written

HOSTILE: Final = (
    "</script><img src=x onerror=alert(1)><script>document.title = 'taken'</script>"
    "<!--<script><svg onload=alert(2)>"
)
Bundle = dict[str, Any]


@pytest.fixture
async def disk(page: Page, tmp_path: Path) -> AsyncIterator["Disk"]:
    """Fails the test if the page asks for anything, complains, or opens a dialog."""
    opened = Disk(page, tmp_path / "verify.html")
    yield opened
    assert opened.complaints == []


class Disk:
    """Where the file lies, and the page that it is opened in."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page, self._file = page, file
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if url != self._file.as_uri():
            self.complaints.append(url)

    async def open(self, bundle: Bundle) -> str:
        """The verdict for all."""
        return await self.open_page(page_of(json.dumps(bundle, ensure_ascii=False).encode()))

    async def open_page(self, page: bytes) -> str:
        """The same for a finished page."""
        self._file.write_bytes(page)
        await self.page.goto(self._file.as_uri())
        return await self.verdict()

    async def verdict(self) -> str:
        await self.page.locator("#verdict .tag").wait_for()
        return await self.page.locator("#verdict").inner_text()

    async def states(self) -> list[str]:
        """That of each fact."""
        return await self.page.locator("#facts h2 .tag").all_inner_texts()


async def test_facts_that_hold_are_read_in_words_and_found_true(disk: Disk) -> None:
    verdict = await disk.open(written(9, "Wir bauen die Mauer; ہم بند بنائیں گے").bundle([2, 5, 9]))

    shown = await disk.page.locator("#facts").inner_text()
    assert verdict.startswith("Holds Each of the 3 facts in this file stands in the log")
    assert await disk.states() == ["Holds", "Holds", "Holds"]
    assert "Wir bauen die Mauer; ہم بند بنائیں گے" in shown
    assert "Recorded by\nA clerk" in shown


async def test_the_bundle_of_a_record_holds_on_its_own(
    site: Running, addresses: Mapping[str, str], disk: Disk
) -> None:
    async with ClientSession(site.public_url) as reader:
        answer = await reader.get(f"{addresses['one of commitments']}/bundle.zip")
        packed = ZipFile(io.BytesIO(await answer.read()))

    verdict = await disk.open_page(packed.read("verify.html"))

    facts = len(json.loads(packed.read("bundle.json"))["facts"])
    assert verdict.startswith("Holds")
    assert await disk.states() == ["Holds"] * facts


def other_words(bundle: Bundle) -> None:
    part = bundle["facts"][1]["parts"][1]
    part["content"] = part["content"].replace("wall", "dam")


def other_leaf(bundle: Bundle) -> None:
    bundle["facts"][1]["leaf"] = bundle["facts"][1]["leaf"].replace('"ver":1', '"ver":2')


def other_proof(bundle: Bundle) -> None:
    bundle["facts"][1]["proof"] = bundle["facts"][0]["proof"]


def other_place(bundle: Bundle) -> None:
    bundle["facts"][1]["position"] = 6


def other_checkpoint(bundle: Bundle) -> None:
    """Both checkpoints are signed, and say different things."""
    bundle["facts"][1] = written(8).fact(5)


def leaf_that_is_none(bundle: Bundle) -> None:
    bundle["facts"][1]["leaf"] = "{"


@pytest.mark.parametrize(
    "change",
    [other_words, other_leaf, other_proof, other_place, other_checkpoint, leaf_that_is_none],
)
async def test_what_does_not_hold_is_named(disk: Disk, change: Callable[[Bundle], None]) -> None:
    bundle = written(9).bundle([2, 5, 9])
    change(bundle)

    verdict = await disk.open(bundle)

    wrong = bundle["facts"][1]["position"]
    assert verdict == f"Does not hold Something does not hold: see fact {wrong}."
    assert await disk.states() == ["Holds", "Does not hold", "Holds"]
    assert await disk.page.locator("#facts section:nth-child(2) > details[open]").count() == 1


async def test_a_policy_that_names_another_key_makes_all_of_it_red(disk: Disk) -> None:
    bundle = written(9).bundle([2, 5])
    bundle["policy"] = policy(f"witness one {witness_key()}", "quorum one").replace("log ", "# ")

    assert (await disk.open(bundle)).startswith("Does not hold")
    assert await disk.states() == ["Does not hold", "Does not hold"]


async def test_a_key_from_elsewhere_can_be_given(disk: Disk) -> None:
    await disk.open(written(9).bundle([2]))
    field = disk.page.get_by_label("The log’s key, from elsewhere")

    await field.fill(str(witness_key()))
    await disk.page.get_by_role("button", name="Check again").click()
    wrong = await disk.verdict()
    await field.fill(str(log_key()))
    await disk.page.get_by_role("button", name="Check again").click()
    right = await disk.verdict()

    assert wrong.startswith("Does not hold")
    assert right.startswith("Holds")
    assert "The key is the one that you gave." in (await disk.page.text_content("#facts") or "")


async def test_words_withheld_by_an_order_in_the_file_are_no_alarm(disk: Disk) -> None:
    ledger = written(9)
    ledger.withhold(5, "words")

    verdict = await disk.open(ledger.bundle([2, 5, 10]))

    assert verdict.startswith("Holds")
    await disk.page.locator("#facts section:nth-child(2) > details > summary").click()
    told = await disk.page.locator("#facts section:nth-child(2)").inner_text()
    assert "The words are withheld by order, see fact 10." in told


async def test_words_that_are_missing_without_an_order_are_told_as_not_known(disk: Disk) -> None:
    ledger = written(9)
    ledger.withhold(5, "words")

    verdict = await disk.open(ledger.bundle([2, 5]))

    assert verdict == "Not known Not everything could be found out: see fact 5."
    assert await disk.states() == ["Holds", "Not known"]


async def test_words_stay_words_whatever_they_hold(disk: Disk) -> None:
    """In a fact, in a name of a part, in a kind, and in what is not checked at all."""
    ledger = written(3, HOSTILE)
    ledger.record(HOSTILE, facts=canonical({HOSTILE: HOSTILE}), words=HOSTILE)
    bundle = ledger.bundle([1, 4])
    bundle["origin"] = bundle["more"] = HOSTILE

    verdict = await disk.open(bundle)

    assert verdict.startswith("Holds")
    assert await disk.page.title() == "Check these facts"
    assert await disk.page.locator("img, svg, #facts script").count() == 0
    assert (await disk.page.locator("#facts").inner_text()).count(HOSTILE) >= 4


@pytest.mark.parametrize(
    ("bundle", "sentence"),
    [
        ({"format": "another/v1"}, "this is no commitment-ledger/bundle/v1"),
        ({"format": "commitment-ledger/bundle/v1", "facts": []}, "This file holds no facts."),
        ({"format": "commitment-ledger/bundle/v1"}, "This file cannot be read"),
    ],
)
async def test_a_file_without_facts_is_no_success(
    disk: Disk, bundle: Bundle, sentence: str
) -> None:
    verdict = await disk.open(bundle)

    assert verdict.startswith("Not known")
    assert sentence in verdict


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_read_it(disk: Disk, scheme: str) -> None:
    bundle = written(9).bundle([2, 5, 9])
    other_words(bundle)
    await disk.page.set_viewport_size({"width": 320, "height": 640})
    await disk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    await disk.open(bundle)
    found = (await Axe().run(disk.page)).response["violations"]

    assert [each["id"] for each in found] == []
    assert await disk.page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_page_holds_the_bundle_and_one_script() -> None:
    page = page_of(b'{"words": "</script><!--<script>"}').decode()

    assert page.count("<script") == 2
    assert page.count("</script") == 2
    assert r'{"words": "\u003c/script>\u003c!--\u003cscript>"}' in page
