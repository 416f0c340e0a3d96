"""Everything that the sample meeting holds can be read on the site: the rows S1 to S13."""

from collections.abc import Mapping

import pytest
from playwright.async_api import Page

from api.app import Running
from api.public.presentation.titles import title_of
from projections.port import Query

GROUP = "National Social Media Coordination Working Group"
LAB = "Explore setting up a Community Lab in Pakistan."
SAFE = "Work with the government so that online spaces stay safe, free and open to everyone."
PLAN = "Hand over a plan for paying content creators."
ADVOCACY = "Go on arguing for digital investment."
UNPAID = (
    "The ministry and the authority object that creators in Pakistan cannot earn on the platform."
)


@pytest.fixture
def titled(site: Running) -> Mapping[str, str]:
    """Words or name of a record → its page."""
    views, query = site.parts.views, Query(limit=200)
    return {
        title_of(kind, doc): f"{site.public_url}/{kind}/{doc['id']}"
        for kind in ("commitments", "statements", "stakeholders", "sources")
        for doc in views.page(kind, query).items
    }


async def text_of(page: Page, address: str) -> str:
    await page.goto(address)
    return " ".join((await page.locator("main").inner_text()).split())


async def test_s1_the_working_group_has_its_founding_month_founder_and_purpose(
    titled: Mapping[str, str], page: Page
) -> None:
    text = await text_of(page, titled[GROUP])

    assert "Founded October 2021 by Imran Khan" in text
    assert "to work on policy for social media" in text


async def test_s2_to_s7_the_meeting_shows_place_dates_delegations_agenda_and_statements(
    site: Running, addresses: Mapping[str, str], page: Page
) -> None:
    text = await text_of(page, site.public_url + addresses["one of meetings"])

    for words in (
        "Held 15 February 2022",
        "Place Islamabad",
        "Tuesday, 15th February 2022",
        f"For {GROUP}",
        "The organization itself, Host",
        "Sarim Aziz, Head of Public Policy, South Asia",
        "Tools and systems against harmful content",
        "Information Somebody tells what is; nothing is promised.",
        "Concerns Somebody raises a worry with somebody.",
        "Appreciation Somebody praises; a plan that is praised is not a promise.",
        "expresses willingness",
        "Series Meetings of Meta and the working group",
    ):
        assert words in text


async def test_s8_the_lab_names_both_promisors_its_third_parties_and_its_purpose(
    titled: Mapping[str, str], page: Page
) -> None:
    text = await text_of(page, titled[LAB])

    assert f"Promised by Meta and {GROUP}" in text
    assert "Also named Academia, Incubation centres, Startups and Telecom service providers" in text
    assert "Purpose A place where new technology for connectivity is built and tried out." in text
    assert "Form agrees to explore, 2 of 5" in text


async def test_s9_and_s10_a_pledge_shows_the_attributions_that_differ_side_by_side(
    titled: Mapping[str, str], page: Page
) -> None:
    text = await text_of(page, titled[SAFE])
    figures = page.locator("figure.quotation")
    tops = [box["y"] for figure in await figures.all() if (box := await figure.bounding_box())]

    assert "Form commits, 4 of 5" in text
    assert "Cannot be checked" in text
    assert "The sources differ in how they name who spoke." in text
    assert "Sarim Aziz, Head of Public Policy, South Asia, Meta" in text
    assert "one of the representatives" in text
    assert tops[0] == tops[1]


async def test_s11_the_other_side_promises_too_in_the_first_of_a_series_of_meetings(
    site: Running, titled: Mapping[str, str], addresses: Mapping[str, str], page: Page
) -> None:
    advocacy = await text_of(page, titled[ADVOCACY])
    meeting = await text_of(page, site.public_url + addresses["one of meetings"])
    group = await text_of(page, titled[GROUP])

    assert f"Promised by {GROUP}" in advocacy
    assert "it will go on arguing for digital investment" in advocacy
    assert "Content continue, 2 of 5" in advocacy
    assert "Series Meetings of Meta and the working group" in meeting
    assert "The working group called this meeting the first of several." in meeting
    for text in (meeting, group):
        assert ADVOCACY in text


async def test_s12_a_heading_that_says_more_bears_its_badge_and_gives_no_strength(
    titled: Mapping[str, str], page: Page
) -> None:
    await page.goto(titled[LAB])
    heading = page.locator("figure", has_text="Meta Plans to Establish a Community Lab in Pakistan")
    text = await heading.inner_text()

    assert "Strength is never read from a heading." in text
    assert "contradiction" in text
    assert "not yet checkable" in text


async def test_s13_a_concern_was_met_and_the_lab_was_looked_for_in_vain(
    titled: Mapping[str, str], page: Page
) -> None:
    concern = await text_of(page, titled[UNPAID])
    lab = await text_of(page, titled[LAB])

    assert "addresses Meta opened Stars" in concern
    assert "Checked on 12 December 2022 by an independent assessor: nothing found." in lab


async def test_a_due_interval_is_told_in_words_with_its_basis_and_its_flag(
    titled: Mapping[str, str], page: Page
) -> None:
    text = await text_of(page, titled[PLAN])

    assert "Due between 22 and 27 February 2022 (within seven to ten days)" in text
    assert "The words give a span but not when it starts." in text
    assert "The latest due day was 27 February 2022." in text


async def test_on_a_day_before_it_was_due_nothing_is_overdue(
    titled: Mapping[str, str], page: Page
) -> None:
    text = await text_of(page, f"{titled[PLAN]}?on=2022-02-20")

    assert "overdue" not in text


async def test_a_quotation_leads_to_its_place_in_the_archived_text(
    titled: Mapping[str, str], page: Page
) -> None:
    await page.goto(titled[LAB])
    await page.get_by_role("link", name="See them in the text").first.click()
    ident = await page.evaluate("location.hash.slice(1)")

    mark = page.locator(f"span[id='{ident}'] + mark")

    assert await mark.inner_text() == "agreed to look into a Community Lab"


async def test_a_source_without_text_says_that_nothing_can_be_checked_yet(
    titled: Mapping[str, str], page: Page
) -> None:
    text = await text_of(page, titled["Meta Plans to Establish a Community Lab in Pakistan"])

    assert "is not archived, so quotations from it cannot be checked yet" in text


async def test_a_search_marks_what_it_found(site: Running, page: Page) -> None:
    await page.goto(f"{site.public_url}/search?q=moderation")

    marked = await page.locator("main mark").all_inner_texts()

    assert marked
    assert {words.lower() for words in marked} == {"moderation"}


async def test_a_result_that_bears_no_date_shows_none(site: Running, page: Page) -> None:
    text = await text_of(page, f"{site.public_url}/search?q=lab")

    assert "0001" not in text


async def test_the_newest_facts_name_the_record_that_each_is_about(
    site: Running, page: Page
) -> None:
    text = await text_of(page, site.public_url)

    assert f"Somebody looked and found nothing new. Commitment: {LAB}" in text


async def test_a_record_without_a_day_of_its_own_is_not_said_to_begin_with_its_recording(
    titled: Mapping[str, str], page: Page
) -> None:
    dateless, dated = await text_of(page, titled["Meta"]), await text_of(page, titled[GROUP])

    assert "It is true from" not in dateless
    assert "It is true from 1 October 2021." in dated


async def test_each_fact_says_who_recorded_it_why_and_what_was_stored(
    site: Running, page: Page
) -> None:
    text = await text_of(page, f"{site.public_url}/facts/1")

    assert "Recorded by Sample loader" in text
    assert "Why Sample data that came with the software" in text
    fact = site.parts.views.fact(1)
    assert fact is not None
    assert fact["leaf_hash"] in text
