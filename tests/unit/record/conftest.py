"""A small whole record, as values, and the ids that its labels get."""

from copy import deepcopy
from typing import Any, Final

import pytest

from api.record.ids import Ids, ids_of
from ledger.facts.fact import AccountId

Values = dict[str, Any]

RECORD: Final[Values] = {
    "format": "meeting-record/1",
    "organizations": {
        "council": {"name": "Town Council", "classification": "government", "founder": "mayor"},
        "club": {"name": "Rowing Club", "classification": "civil_society", "founder": "council"},
    },
    "people": {
        "mayor": {
            "name": "Ada Example",
            "memberships": [{"organization": "council", "role": "Mayor", "since": "2019"}],
        }
    },
    "sources": {
        "minutes": {
            "publisher": "Town Council",
            "title": "Minutes",
            "basis": "minutes",
            "text": "The council will build a jetty.",
            "retrieved_on": "2024-05-02",
        }
    },
    "meeting": {
        "title": "Jetty meeting",
        "held_on": "2024-05-01",
        "participants": [{"stakeholder": "mayor", "delegation": "council"}],
        "sources": ["minutes"],
        "claimed_dates": [{"source": "minutes", "held_on": "2024-05"}],
        "minutes": "Agreed.",
        "minutes_agreed_on": "2024-06-01",
    },
    "statements": {
        "worry": {
            "kind": "concern",
            "speakers": ["club"],
            "addressees": ["council"],
            "text": "The bank is slippery.",
        }
    },
    "commitments": {
        "part": {
            "promisors": ["council"],
            "text": "Ask for offers.",
            "parent": "jetty",
            "strength": {"form": "commits", "content": "specific_action"},
        },
        "jetty": {
            "promisors": ["council"],
            "promisees": ["club"],
            "text": "Build a jetty.",
            "due": {"latest": "2025-06"},
            "strength": {
                "form": "commits",
                "content": "specific_action",
                "verifiability": {"deliverable": True, "time": True},
            },
            "citations": [{"source": "minutes", "exact": "will build a jetty"}],
        },
    },
    "outcomes": {
        "built": {
            "text": "The jetty stands.",
            "happened_on": "2025-05-30",
            "bears_on": [
                {"subject": "jetty", "effect": "fulfils"},
                {"subject": "worry", "effect": "addresses"},
            ],
        }
    },
    "assessments": [
        {
            "commitment": "jetty",
            "assessed_on": "2025-06-01",
            "assessor_kind": "promisee",
            "assessor": "club",
            "progress": "fulfilled",
            "citations": [
                {"source": "minutes", "exact": "will build a jetty", "role": "fulfilment"}
            ],
        }
    ],
    "reviews": [
        {
            "commitment": "part",
            "looked_on": "2024-07",
            "assessor_kind": "independent",
            "looked_at": "The notice board",
        }
    ],
}


@pytest.fixture
def record() -> Values:
    return deepcopy(RECORD)


@pytest.fixture
def ids() -> Ids:
    return ids_of(AccountId("00000000-0000-4000-8000-000000000001"), "key")
