"""Everybody can read every page: WCAG by axe, narrow screens, keyboard, paper, no scripts."""

from collections.abc import Mapping
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, Response

from api.app import Running

NARROWEST = {"width": 320, "height": 640}

FOCUS_IS_SEEN = """
() => {
    const style = getComputedStyle(document.activeElement);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
        || style.boxShadow !== 'none';
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_no_violation_on_any_page(
    site: Running, addresses: Mapping[str, str], page: Page, scheme: Literal["light", "dark"]
) -> None:
    await page.emulate_media(color_scheme=scheme)
    found = {}

    for name, address in addresses.items():
        await page.goto(site.public_url + address)
        await page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        for each in (await Axe().run(page)).response["violations"]:
            found[name, each["id"]] = [node["target"] for node in each["nodes"]]

    assert found == {}


async def test_no_page_breaks_its_own_policy_or_misses_a_file(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    complaints: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        # Chromium reports the status of an error page as a message; that one is meant.
        if "Failed to load resource" not in message.text:
            complaints.append(f"{page.url}: {message.text}")

    def note_answer(answer: Response) -> None:
        if answer.status >= 400 and not answer.request.is_navigation_request():
            complaints.append(f"{answer.status} {answer.url}")

    page.on("console", note_message)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("response", note_answer)

    for address in addresses.values():
        await page.goto(site.public_url + address)

    assert complaints == []


async def test_no_page_scrolls_sideways_on_the_narrowest_screen(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    widths = {}

    for name, address in addresses.items():
        await page.goto(site.public_url + address)
        await page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        widths[name] = await page.evaluate("document.documentElement.scrollWidth")

    assert widths == dict.fromkeys(addresses, 320)


async def test_every_stop_of_the_tab_key_can_be_seen(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    await page.goto(site.public_url + addresses["list of commitments"])
    unseen = []

    for _ in range(40):
        await page.keyboard.press("Tab")
        if not await page.evaluate(FOCUS_IS_SEEN):
            unseen.append(await page.evaluate("document.activeElement.outerHTML"))

    assert unseen == []


async def test_the_first_stop_leads_past_the_navigation(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    await page.goto(site.public_url + addresses["one of commitments"])

    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    box = await skip.bounding_box()
    await page.keyboard.press("Enter")

    assert box is not None
    assert box["y"] >= 0
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_a_list_is_filtered_and_freed_again_without_scripts(
    site: Running, browser: Browser
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{site.public_url}/commitments")

    await page.get_by_text("Filter and sort").click()
    await page.get_by_label("Form").select_option("agrees_to_explore")
    await page.get_by_role("group").get_by_role("button", name="Show").click()

    chip = page.locator(".current")
    assert page.url == f"{site.public_url}/commitments?form=agrees_to_explore&order=newest"
    assert "Form: agrees to explore" in await chip.inner_text()

    await page.get_by_role("link", name="Remove the filter form").click()

    assert await chip.count() == 0
    await context.close()


async def test_another_day_is_asked_for_without_scripts(
    site: Running, addresses: Mapping[str, str], browser: Browser
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(site.public_url + addresses["one of commitments"])

    await page.get_by_label("As it was true on").fill("2022-03-01")
    await page.get_by_role("button", name="Show").click()

    assert page.url == f"{site.public_url}{addresses['one of commitments']}?on=2022-03-01"
    assert "what was true on 1 March 2022" in await page.locator(".past").inner_text()

    await page.get_by_role("link", name="Show this page as it is now").click()

    assert page.url == site.public_url + addresses["one of commitments"]
    await context.close()


async def test_paper_gets_the_record_without_the_controls(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    await page.goto(site.public_url + addresses["one of commitments"])

    await page.emulate_media(media="print")

    for control in (".find", ".masthead nav", ".another-day"):
        assert not await page.locator(control).is_visible()
    for words in ("h1", "#words", ".dateline"):
        assert await page.locator(words).first.is_visible()
