"""Errors come in the dress of the site, say what is wrong, and show where to go on."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from playwright.async_api import Page

from api.app import Running, running
from ledger.config import Settings

UNKNOWN = "/commitments/00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[Running]:
    """An empty service that lets nobody ask three times."""
    settings = Settings(
        data_dir=tmp_path,
        public_port=0,
        desk_port=0,
        sample=False,
        rate_limit=2,
    )
    async with running(settings) as service:
        yield service


async def test_an_unknown_record_is_a_page_that_leads_on(site: Running, page: Page) -> None:
    answer = await page.goto(site.public_url + UNKNOWN)

    assert answer is not None
    assert answer.status == 404
    assert await page.locator("h1").inner_text() == "There is no such page"
    assert await page.get_by_role("link", name="All commitments").is_visible()


async def test_a_record_of_a_later_day_leads_to_the_page_as_it_is_now(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    address = site.public_url + addresses["one of commitments"]
    await page.goto(f"{address}?as_of=2")
    heading = await page.locator("h1").inner_text()
    await page.get_by_role("link", name="See it as it is now").click()

    assert heading == "This was not on record yet"
    assert page.url == address


async def test_an_address_that_cannot_be_read_is_summed_up_part_by_part(
    site: Running, page: Page
) -> None:
    answer = await page.goto(f"{site.public_url}/commitments?form=hopes")
    summary = await page.get_by_role("alert").inner_text()

    assert answer is not None
    assert answer.status == 400
    assert "There is a problem" in summary
    assert "form" in summary
    assert "form: This is no form that is known here. Accepted: " in summary
    assert "agrees_to_explore" in summary


async def test_a_day_that_does_not_exist_is_explained_with_examples(
    site: Running, page: Page
) -> None:
    await page.goto(f"{site.public_url}/?on=2022-02-30")

    assert "2022-02-15" in await page.get_by_role("alert").inner_text()


async def test_an_error_page_repeats_nothing_that_was_asked(site: Running, page: Page) -> None:
    await page.goto(f"{site.public_url}/commitments?<img src=x>=<script>alert(1)</script>")

    assert "alert(1)" not in await page.content()


async def test_asking_too_often_is_answered_in_plain_words(hasty: Running, page: Page) -> None:
    answer = await page.goto(f"{hasty.public_url}/glossary")
    # A minute may end in between and allow two more; it does not end with every request.
    for _ in range(8):
        if answer is not None and answer.status != 429:
            answer = await page.goto(f"{hasty.public_url}/glossary")

    assert answer is not None
    assert answer.status == 429
    assert answer.headers["retry-after"]
    assert await page.locator("h1").inner_text() == "Too many requests from your address"


async def test_an_empty_ledger_says_that_it_is_empty(hasty: Running, page: Page) -> None:
    await page.goto(hasty.public_url)

    assert "Nothing has been recorded yet." in await page.locator("main").inner_text()
