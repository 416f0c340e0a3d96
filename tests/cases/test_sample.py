"""The sample that is shipped: every row of the case, as readers see it over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.record.ids import ids_of
from api.samples import KEY, LOADER, load
from tests.integration.desk.office import Office, open_office

Values = dict[str, Any]


class Sample:
    """The records of the sample, by their labels."""

    def __init__(self, office: Office, position: int) -> None:
        self.office, self._position = office, position
        self._id = ids_of(LOADER, KEY)

    def id(self, label: str) -> str:
        return self._id(label)

    async def get(self, collection: str, label: str) -> Values:
        return await self.office.read(f"/api/v1/{collection}/{self.id(label)}", self._position)


@pytest.fixture
async def sample(tmp_path: Path) -> AsyncIterator[Sample]:
    async with open_office(tmp_path, sample=True) as office:
        yield Sample(office, await office.head())


def names(parties: list[Values]) -> list[str]:
    return [party["name"] for party in parties]


def checks(record: Values) -> list[tuple[str, str]]:
    """Basis of the source and check of the quotation, of each citation."""
    return [(each["source"]["basis"], each["quotation"]["check"]) for each in record["citations"]]


async def test_loading_it_again_changes_nothing(sample: Sample) -> None:
    before = await sample.office.head()

    receipt = await load(sample.office.running.parts)

    assert receipt.replayed
    assert await sample.office.head() == before


async def test_its_only_archived_source_is_the_note_labelled_so(sample: Sample) -> None:
    head = await sample.office.head()

    sources = await sample.office.read_page("/api/v1/sources?limit=100", head)

    assert len(sources) == 7
    (note,) = [each for each in sources if each["archived"]]
    assert note["basis"] == "note"
    assert "written for this sample" in note["title"]


async def test_s1_the_group_was_constituted_in_a_month_by_somebody_for_a_purpose(
    sample: Sample,
) -> None:
    group = await sample.get("stakeholders", "working_group")

    assert group["founded_on"] == "2021-10"
    assert group["founder"]["name"] == "Imran Khan"
    assert group["purpose"].startswith("To make dealings")


async def test_s2_the_meeting_has_place_day_delegations_and_claimed_dates(sample: Sample) -> None:
    meeting = await sample.get("meetings", "meeting")
    report = await sample.get("sources", "propakistani")

    assert (meeting["place"], meeting["held_on"]) == ("Islamabad", "2022-02-15")
    assert {each["delegation"]["name"] for each in meeting["participants"]} == {
        "Meta",
        "National Social Media Coordination Working Group",
    }
    assert {each["held_on"] for each in meeting["claimed_dates"]} == {"2022-02-15"}
    assert report["claimed_on"] == "2022-02-19"


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("briefing", "information"),
        ("moderation_concern", "concern"),
        ("plans_welcomed", "appreciation"),
    ],
)
async def test_s3_s5_s7_what_was_said_is_of_its_kind(sample: Sample, label: str, kind: str) -> None:
    statement = await sample.get("statements", label)

    assert statement["kind"] == kind
    assert statement["meeting"]["id"] == sample.id("meeting")
    assert checks(statement) == [("note", "found")]


async def test_s4_four_topics_of_the_agenda_promise_nothing(sample: Sample) -> None:
    meeting = await sample.get("meetings", "meeting")

    assert len(meeting["agenda"]) == 4
    assert {each["id"] for each in meeting["commitments"]} == {
        sample.id(label)
        for label in ("willingness", "community_lab", "safe_spaces", "opportunities", "advocacy")
    }


async def test_s6_both_sides_express_willingness(sample: Sample) -> None:
    willingness = await sample.get("commitments", "willingness")

    assert willingness["strength"]["form"] == "expresses_willingness"
    assert len(willingness["promisors"]) == 2


async def test_s8_the_lab_is_to_be_explored_with_third_parties_for_a_purpose(
    sample: Sample,
) -> None:
    lab = await sample.get("commitments", "community_lab")

    assert lab["strength"]["form"] == "agrees_to_explore"
    assert len(lab["promisors"]) == 2
    assert names(lab["third_parties"]) == [
        "Academia",
        "Incubation centres",
        "Startups",
        "Telecom service providers",
    ]
    assert lab["purpose"]
    assert lab["statement"]["id"] == sample.id("lab_agreed")


async def test_s9_what_was_committed_to_cannot_be_verified_and_is_attributed(
    sample: Sample,
) -> None:
    for label in ("safe_spaces", "opportunities"):
        promise = await sample.get("commitments", label)
        assert promise["strength"]["form"] == "commits"
        assert promise["strength"]["verifiable"] is False
        assert promise["citations"][0]["quotation"]["attributed_to"]


async def test_s10_two_reports_attribute_the_same_words_differently(sample: Sample) -> None:
    promise = await sample.get("commitments", "safe_spaces")

    _, named, unnamed = (each["quotation"] for each in promise["citations"])
    assert named["exact"] == unnamed["exact"]
    assert named["speaker"]["name"] == "Sarim Aziz"
    assert unnamed["speaker"] is None
    assert unnamed["attributed_to"] == "one of the representatives"


async def test_s11_the_group_promises_too_and_the_meeting_begins_a_series(
    sample: Sample,
) -> None:
    advocacy = await sample.get("commitments", "advocacy")
    meeting = await sample.get("meetings", "meeting")

    assert names(advocacy["promisors"]) == ["National Social Media Coordination Working Group"]
    assert meeting["series"]


async def test_s12_the_heading_contradicts_and_the_real_reports_wait_for_their_text(
    sample: Sample,
) -> None:
    lab = await sample.get("commitments", "community_lab")

    heading = lab["citations"][2]
    assert (heading["role"], heading["quotation"]["in_heading"]) == ("contradiction", True)
    assert checks(lab) == [
        ("note", "found"),
        ("on_record", "not_checkable"),
        ("rewrite", "not_checkable"),
    ]


async def test_s13_an_outcome_meets_the_concern_and_not_the_pledge(sample: Sample) -> None:
    concern = await sample.get("statements", "monetisation_concern")
    plan = await sample.get("commitments", "monetisation_plan")
    lab = await sample.get("commitments", "community_lab")

    assert [each["outcome"]["id"] for each in concern["addressed_by"]] == [
        sample.id("stars_opened")
    ]
    assert concern["addressed_by"][0]["happened_on"] == "2022-12-09"
    assert plan["outcomes"] == []
    assert "overdue" in plan["flags"]
    assert [each["looked_on"] for each in lab["reviews"]] == ["2022-12-12"]
    assert lab["progress"] == "no_evidence"
