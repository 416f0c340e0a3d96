"""Real input: both reports of the meeting with their texts, and the quotations that are theirs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.integration.desk.office import Office

Values = dict[str, Any]

REPORTS: Final = {"S1": "000_1e6e8d1a72eb72df.txt", "S4": "001_61fb310824c43761.txt"}
"""Source of the seed case → the report whose text it is."""


@pytest.fixture
def case(shared: Path) -> Values:
    found: Values = json.loads(
        (shared / "data/seed_case/meta_pakistan_2022.json").read_text(encoding="utf-8")
    )
    return found


@pytest.fixture
def texts(shared: Path) -> Mapping[str, str]:
    return {
        source: (shared / "seeds" / name).read_text(encoding="utf-8")
        for source, name in REPORTS.items()
    }


def quotation(case: Values, ident: str) -> str:
    """The exact words of a statement of the seed case."""
    (found,) = (each["exact"] for each in case["statements"] if each["id"] == ident)
    assert isinstance(found, str)
    return found


def record(case: Values, texts: Mapping[str, str]) -> Values:
    """The meeting as a document, its words taken from the seed case."""
    heading = next(each for each in case["statements"] if each["id"] == "C1")["inflated_by"][0]
    return {
        "format": "meeting-record/1",
        "organizations": {
            each["id"]: {"name": each["name"]}
            for each in case["organisations"]
            if each["id"] in {"meta", "nsmcwg"}
        },
        "people": {"head": {"name": case["people"][0]["name"]}},
        "sources": {source.lower(): _source(case, source, texts) for source in ("S1", "S4", "S2")},
        "meeting": {
            "title": case["meeting"]["title"],
            "place": case["meeting"]["place"],
            "held_on": case["meeting"]["date"],
            "sources": ["s1", "s4"],
        },
        "statements": {
            "concern": _statement("concern", "nsmcwg", [cite("s1", quotation(case, "K1"))]),
            "information": _statement("information", "meta", [cite("s1", quotation(case, "I1"))]),
            "praise": _statement("appreciation", "nsmcwg", [cite("s1", quotation(case, "I2"))]),
        },
        "commitments": {
            "lab": _promise(
                ["meta", "nsmcwg"],
                "agrees_to_explore",
                cite("s1", quotation(case, "C1")),
                cite("s4", heading["exact"], role="contradiction", in_heading=True),
            ),
            "willingness": _promise(
                ["meta", "nsmcwg"], "expresses_willingness", cite("s1", quotation(case, "C2"))
            ),
            "safety": _promise(
                ["meta"],
                "commits",
                cite("s1", quotation(case, "C3"), attributed_to="Sarim Aziz", speaker="head"),
                cite(
                    "s4",
                    quotation(case, "C3"),
                    role="corroboration",
                    attributed_to="one of the representatives",
                ),
                cite("s2", quotation(case, "C3"), role="corroboration"),
            ),
        },
    }


def _source(case: Values, ident: str, texts: Mapping[str, str]) -> Values:
    (found,) = (each for each in case["sources"] if each["id"] == ident)
    archived = {"text": texts[ident], "retrieved_on": "2026-01-01"} if ident in texts else {}
    dated = {"claimed_on": found["date"]} if found["date"] else {}
    return {
        "publisher": found["publisher"],
        "title": f"Report {ident}",
        "url": found["url"],
        "basis": "rewrite" if ident == "S4" else "on_record",
        **dated,
        **archived,
    }


def cite(source: str, exact: str, **more: object) -> Values:
    return {"source": source, "exact": exact, **more}


def _statement(kind: str, speaker: str, citations: list[Values]) -> Values:
    return {"kind": kind, "speakers": [speaker], "text": kind, "citations": citations}


def _promise(promisors: list[str], form: str, *citations: Values) -> Values:
    strength = {"form": form, "content": "consider"}
    return {
        "promisors": promisors,
        "text": form,
        "strength": strength,
        "citations": list(citations),
    }


async def recorded(office: Office, document: Values) -> Mapping[str, Values]:
    """Label → the public document of what was recorded under it."""
    reply = await office.post("/api/v1/meeting-records", document)
    assert reply.status == 201, reply.raw
    position = reply.document["position"]
    return {
        label: await office.read(f"/api/v1/{collection}/{reply.document['ids'][label]}", position)
        for collection in ("statements", "commitments", "sources")
        for label in document[collection]
    }


async def test_the_quotations_of_the_reports_are_found_in_their_texts(
    office: Office, case: Values, texts: Mapping[str, str]
) -> None:
    found = await recorded(office, record(case, texts))

    checks = {
        label: [each["quotation"]["check"] for each in found[label]["citations"]]
        for label in ("concern", "information", "praise", "lab", "willingness", "safety")
    }
    assert checks == {
        "concern": ["found"],
        "information": ["found"],
        "praise": ["found"],
        "lab": ["found", "found"],
        "willingness": ["found"],
        "safety": ["found", "found", "not_checkable"],
    }


async def test_each_quotation_stands_where_it_says(
    office: Office, case: Values, texts: Mapping[str, str]
) -> None:
    found = await recorded(office, record(case, texts))

    for source, label in (("S1", "s1"), ("S4", "s4")):
        for each in found[label]["quotations"]:
            start, exact = each["start"], each["exact"]
            assert texts[source][start : start + len(exact)] == exact
    assert len(found["s1"]["quotations"]) == 6


async def test_straight_apostrophes_find_the_curly_ones_of_the_report(
    office: Office, case: Values, texts: Mapping[str, str]
) -> None:
    document = record(case, texts)
    words = quotation(case, "I2") + "'s digital map"
    assert words not in texts["S1"]
    document["statements"]["praise"]["citations"] = [cite("s1", words)]

    found = await recorded(office, document)

    (citation,) = found["praise"]["citations"]
    start = citation["quotation"]["start"]
    assert citation["quotation"]["check"] == "found"
    assert texts["S1"][start:].startswith(quotation(case, "I2"))


async def test_s10_the_same_words_are_attributed_to_two_speakers(
    office: Office, case: Values, texts: Mapping[str, str]
) -> None:
    found = await recorded(office, record(case, texts))

    shown = [
        (
            each["source"]["publisher"],
            each["quotation"]["exact"],
            each["quotation"]["attributed_to"],
            (each["quotation"]["speaker"] or {}).get("name"),
        )
        for each in found["safety"]["citations"][:2]
    ]
    words = quotation(case, "C3")
    assert shown == [
        ("ProPakistani", words, "Sarim Aziz", "Sarim Aziz"),
        ("PhoneWorld", words, "one of the representatives", None),
    ]


async def test_s12_the_heading_says_more_than_was_agreed_and_does_not_decide(
    office: Office, case: Values, texts: Mapping[str, str]
) -> None:
    found = await recorded(office, record(case, texts))

    lab = found["lab"]
    origin, heading = lab["citations"]
    assert lab["strength"]["form"] == "agrees_to_explore"
    assert (origin["role"], origin["quotation"]["in_heading"]) == ("origin", False)
    assert (heading["role"], heading["quotation"]["in_heading"]) == ("contradiction", True)
    assert heading["quotation"]["exact"] in texts["S4"]


async def test_a_quotation_of_neither_report_says_so(
    office: Office, case: Values, texts: Mapping[str, str]
) -> None:
    document = record(case, texts)
    document["commitments"]["lab"]["citations"] = [cite("s1", quotation(case, "C4"))]

    found = await recorded(office, document)

    assert found["lab"]["citations"][0]["quotation"]["check"] == "not_found"
    assert "quote_unverified" in found["lab"]["flags"]
