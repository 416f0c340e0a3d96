"""What was not on record on the day asked about, and is now, is not there: but the 404 leads on."""

from typing import Any

import pytest

from tests.integration.api.seed import CAST
from tests.integration.api.service import Service

PAGE = f"/commitments/{CAST.commitment}"
NOBODY = "/commitments/00000000-0000-4000-8000-000000000000"


async def problem(service: Service, path: str) -> tuple[dict[str, Any], str | None]:
    """The problem, and its Link header."""
    async with service.client.get(service.public(path)) as response:
        assert response.status == 404
        return await response.json(content_type=None), response.headers.get("Link")


@pytest.mark.parametrize(
    ("path", "moment"),
    [
        (f"/api/v1{PAGE}", "as_of=2"),
        (f"/api/v1{PAGE}", "on=2022-02-01"),
        (f"{PAGE}.json", "as_of=2&on=2022-02-01"),
        (f"/api/v1{PAGE}/history", "as_of=2"),
    ],
)
async def test_a_record_that_came_later_is_linked_to_as_it_is_now(
    service: Service, path: str, moment: str
) -> None:
    told, header = await problem(service, f"{path}?{moment}")

    latest = told["links"]["latest-version"]
    assert told["type"] == "/problems/not-found"
    assert latest == service.public(path)
    assert header == f'<{latest}>; rel="latest-version"'
    async with service.client.get(latest) as response:
        assert response.status == 200


async def test_the_sentence_says_which_clock_was_too_early(service: Service) -> None:
    unknown, _ = await problem(service, f"/api/v1{PAGE}?as_of=2")
    unborn, _ = await problem(service, f"/api/v1{PAGE}?on=2022-02-01")

    assert unknown["detail"].startswith(
        "The ledger held 2 facts then. This begins with fact 7, recorded "
    )
    assert unborn["detail"].endswith("the first fact about this is dated 15 February 2022.")


async def test_a_fact_that_came_later_is_linked_to(service: Service) -> None:
    told, _ = await problem(service, "/api/v1/facts/5?as_of=2")

    assert told["links"]["latest-version"] == service.public("/api/v1/facts/5")
    assert told["detail"].startswith("The ledger held 2 facts then and not yet this one")


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1{NOBODY}?as_of=2",
        f"/api/v1{NOBODY}/history?as_of=2",
        f"/api/v1/meetings/{CAST.commitment}?as_of=2",
        "/api/v1/facts/999",
    ],
)
async def test_what_was_never_published_has_no_link(service: Service, path: str) -> None:
    told, header = await problem(service, path)

    assert "links" not in told
    assert header is None


async def test_the_page_says_so_and_leads_on(service: Service) -> None:
    headers = {"Accept": "text/html"}
    async with service.client.get(service.public(f"{PAGE}?as_of=2"), headers=headers) as response:
        status, page = response.status, await response.text()

    assert status == 404
    assert "<h1>This was not on record yet</h1>" in page
    assert f'<a href="{service.public(PAGE)}">See it as it is now</a>' in page
