"""Every page says what it is, to people and to programs."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from playwright.async_api import Page

from api.app import Running

OUTLINE = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))"
META = "document.querySelector('meta[name=description]')?.content ?? ''"
CANONICAL = "document.querySelector('link[rel=canonical]')?.href ?? ''"
FEEDS = """
[...document.querySelectorAll('link[rel=alternate]')].map(link => [link.type, link.href])
"""


async def test_every_page_has_a_title_of_its_own(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    titles: Counter[str] = Counter()

    for address in addresses.values():
        await page.goto(site.public_url + address)
        titles[await page.title()] += 1
        assert await page.evaluate("document.documentElement.lang") == "en"

    # A record and the same record on another day are one page with one title.
    assert [title for title, times in titles.items() if times > 2] == []
    assert len(titles) == len(addresses) - 1


async def test_headings_form_an_outline_without_holes(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    for name, address in addresses.items():
        await page.goto(site.public_url + address)
        outline: list[int] = await page.evaluate(OUTLINE)

        assert outline.count(1) == 1, name
        holes = [pair for pair in pairwise([1, *outline]) if pair[1] > pair[0] + 1]
        assert holes == [], name


async def test_every_page_describes_itself_and_names_its_address(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    for name, address in addresses.items():
        await page.goto(site.public_url + address)

        assert await page.evaluate(META), name
        if name not in ("not found", "bad query"):
            path = await page.evaluate(f"new URL({CANONICAL}).pathname")
            assert path == address.partition("?")[0], name


async def test_a_list_announces_its_feeds_with_its_filters_and_they_answer(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    await page.goto(site.public_url + addresses["filtered list"])
    feeds = await page.evaluate(FEEDS)

    assert [media for media, _ in feeds] == [
        "application/atom+xml",
        "application/rss+xml",
        "application/feed+json",
        "text/csv",
        "application/json",
    ]
    for media, address in feeds:
        answer = await page.request.get(address)
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(media)
        assert "form=agrees_to_explore" in address


async def test_every_link_of_the_site_leads_somewhere(site: Running, page: Page) -> None:
    """Also a count of everything that can be reached: no page of the sample is an orphan."""
    seen, waiting, broken = set[str](), ["/"], dict[str, int]()

    while waiting:
        path = waiting.pop()
        answer = await page.request.get(site.public_url + path, headers={"Accept": "text/html,*/*"})
        if answer.status != 200:
            broken[path] = answer.status
        if answer.headers["content-type"].startswith("text/html") and not path.startswith("/api"):
            found = await links(page, await answer.text())
            waiting += sorted(found - seen)
            seen |= found

    assert broken == {}
    facts = site.parts.views.position()
    assert {f"/facts/{position}" for position in range(1, facts + 1)} <= seen


async def links(page: Page, text: str) -> set[str]:
    """Addresses on this site, without the part behind the #."""
    hrefs: list[str] = await page.evaluate(
        "text => [...new DOMParser().parseFromString(text, 'text/html')"
        ".querySelectorAll('a[href]')].map(a => a.getAttribute('href'))",
        text,
    )
    own = {href.partition("#")[0] for href in hrefs if href.startswith("/")}
    return {href for href in own if href}
