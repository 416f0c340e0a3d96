"""A feed for every filter of every list, as feed readers read it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import feedparser
import pytest

from api.public.feed_forms import FORMS
from projections.port import COLLECTIONS
from tests.integration.api import seed
from tests.integration.api.seed import CAST
from tests.integration.api.service import Service, seeded

SAMPLES: Final[Mapping[str, str]] = {
    "party": CAST.company,
    "promisor": CAST.company,
    "promisee": CAST.ministry,
    "stakeholder": CAST.company,
    "speaker": CAST.ministry,
    "addressee": CAST.company,
    "meeting": CAST.meeting,
    "subject": CAST.commitment,
    "source": CAST.source,
    "commitment": CAST.commitment,
    "statement": CAST.statement,
    "topic": "labs",
    "text": "lab",
    "form": "agrees_to_explore",
    "due_before": "2023-01-01",
    "since": "2022-01-01",
}
"""A text that means something for filters that take no closed list of terms."""


async def fetched(service: Service, path: str) -> str:
    async with service.client.get(service.public(path)) as response:
        assert response.status == 200, f"{path}: {await response.text()}"
        return await response.text()


async def sample_of(service: Service, collection: str, name: str) -> str:
    """A text that the filter takes: a known sample, or the first term it says it allows."""
    if (collection, name) != ("facts", "topic") and name in SAMPLES:
        return SAMPLES[name]
    path = f"/{collection}.json?{name}=~"
    async with service.client.get(service.public(path)) as response:
        problem = await response.json(content_type=None)
    allowed = problem.get("errors", [{}])[0].get("allowed", [])
    return allowed[0] if allowed else CAST.company if "UUID" in str(problem) else "2022-02-15"


@pytest.mark.parametrize("collection", [*COLLECTIONS, "facts"])
async def test_every_filter_of_every_list_has_its_feeds(collection: str, service: Service) -> None:
    filters = service.running.parts.views.filters(collection)
    assert filters

    for name in filters:
        beside = f"&party={CAST.company}" if name == "role" else ""
        query = f"?{name}={await sample_of(service, collection, name)}{beside}"
        for ending in (".atom", ".rss"):
            text = await fetched(service, f"/{collection}{ending}{query}")
            parsed = feedparser.parse(text)
            assert not parsed.bozo, f"{collection}{ending}{query}"
            assert f"{name} " in parsed.feed.title
        document = await fetched(service, f"/{collection}.feed.json{query}")
        assert '"https://jsonfeed.org/version/1.1"' in document


@pytest.mark.parametrize("ending", FORMS)
async def test_a_record_has_a_feed_of_what_happened_to_it(ending: str, service: Service) -> None:
    text = await fetched(service, f"/commitments/{CAST.commitment}/history{ending}")

    assert "/facts/7" in text


async def test_entries_are_apart_in_time_and_keep_their_names(tmp_path: Path) -> None:
    async with seeded(tmp_path) as service:
        before = feedparser.parse(await fetched(service, "/facts.atom"))
        receipt = await seed.record(service.ledger, "more", seed.promise("another"))
        await service.seen(receipt)
        after = feedparser.parse(await fetched(service, "/facts.atom"))

    assert len({entry.updated for entry in after.entries}) == len(after.entries) == 9
    assert [entry.id for entry in after.entries][1:] == [entry.id for entry in before.entries]
    assert after.feed.id == before.feed.id
    assert after.feed.updated > before.feed.updated


async def test_following_next_reads_every_fact_once(service: Service) -> None:
    path, seen = "/facts.atom?limit=3", []
    while path:
        parsed = feedparser.parse(await fetched(service, path))
        seen += [entry.link.rpartition("/")[2] for entry in parsed.entries]
        following = [link.href for link in parsed.feed.links if link.rel == "next"]
        path = following[0].removeprefix(service.running.public_url) if following else ""

    assert seen == ["8", "7", "6", "5", "4", "3", "2", "1"]


async def test_markup_in_a_title_arrives_as_it_was_written(service: Service) -> None:
    parsed = feedparser.parse(await fetched(service, "/sources.rss"), sanitize_html=False)

    assert parsed.entries[0].title == 'The Gazette: =HYPERLINK("x") & <b>news</b>'
