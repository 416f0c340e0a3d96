"""Small documents to change one member of; the words are made up."""

from typing import cast

from projections.documents import (
    AssessmentView,
    BearingView,
    CitationView,
    Clocks,
    Commitment,
    Party,
    Quotation,
    Ref,
    SourceRef,
    Statement,
    StrengthView,
)

CLOCKS: Clocks = {
    "position": 7,
    "version": 1,
    "recorded_at": "2022-02-19T09:00:00.000000Z",
    "true_from": "2022-02-15",
    "true_until": None,
}


def ident(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def party(number: int, name: str | None = "River Board") -> Party:
    return {"id": ident(number), "kind": "organization", "name": name}


def source_ref(number: int = 50) -> SourceRef:
    return {
        "id": ident(number),
        "publisher": "Daily Record",
        "title": "Board meets growers",
        "url": "https://example.org/report",
        "claimed_on": "2022-02-19",
        "basis": "on_record",
    }


def quotation(**changes: object) -> Quotation:
    whole = {
        "id": ident(60),
        "exact": "we will publish the plan",
        "prefix": None,
        "suffix": None,
        "in_heading": False,
        "attributed_to": None,
        "speaker": None,
        "check": "found",
        "start": 4,
    }
    return cast("Quotation", {**whole, **changes})


def citation(role: str = "origin", **changes: object) -> CitationView:
    return {"role": role, "source": source_ref(), "quotation": quotation(**changes)}


def strength(**changes: object) -> StrengthView:
    whole = {
        "form": "commits",
        "form_weight": 4,
        "content": "specific_action",
        "content_category": 5,
        "verifiable": True,
        "elements": {"deliverable": True, "measure": False, "time": True, "owner": False},
        "formal_status": "declared",
        "reading": None,
    }
    return cast("StrengthView", {**whole, **changes})


def bearing(effect: str, number: int = 70) -> BearingView:
    """An outcome of May 2025."""
    outcome: Ref = {"id": ident(number), "kind": "outcomes", "title": "The jetty was opened."}
    return {"outcome": outcome, "effect": effect, "happened_on": "2025-05-30"}


def assessment(number: int, **changes: object) -> AssessmentView:
    whole: dict[str, object] = {
        "id": ident(number),
        "assessor_kind": "independent",
        "assessor": None,
        "progress": "in_progress",
        "assessed_on": "2022-06-01",
        "failure_reason": None,
        "reopen_reason": None,
        "citations": [],
        "rubric": "1",
        "note": None,
        "position": number,
    }
    return cast("AssessmentView", {**whole, **changes})


def commitment(**changes: object) -> Commitment:
    whole = {
        "id": ident(10),
        "text": "Publish the flood plan",
        "purpose": None,
        "promisors": [party(1)],
        "promisees": [],
        "third_parties": [],
        "statement": None,
        "meeting": None,
        "made_on": "2022-02-15",
        "due": None,
        "due_moves": [],
        "review_on": None,
        "strength": strength(),
        "record_status": "published",
        "record_reason": None,
        "successor": None,
        "predecessors": [],
        "progress": "not_assessed",
        "contested": False,
        "assessments": [],
        "reviews": [],
        "milestones": [],
        "outcomes": [],
        "replies": [],
        "disputes": [],
        "corrections": [],
        "citations": [],
        "topics": [],
        "parent": None,
        "parts": [],
        "relations": [],
        "flags": [],
        "clocks": CLOCKS,
    }
    return cast("Commitment", {**whole, **changes})


def statement(number: int, kind: str) -> Statement:
    whole = {"id": ident(number), "kind": kind, "text": "The gauges are old"}
    return cast("Statement", whole)
