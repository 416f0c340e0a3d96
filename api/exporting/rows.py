"""Records to rows: wherever a name stands, the id of who or what is meant stands beside it."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

from api.exporting.columns import Cell, Document, Row

_SOURCE: Final = (
    "id",
    "title",
    "publisher",
    "url",
    "claimed_on",
    "language",
    "basis",
    "archived",
    "retrieved_on",
    "sha256",
)
_ASSESSMENT: Final = (
    "id",
    "progress",
    "assessed_on",
    "assessor_kind",
    "failure_reason",
    "reopen_reason",
    "rubric",
    "note",
    "position",
)


def clocks(record: Document) -> Row:
    """Where the row stands on both clocks."""
    said = record["clocks"]
    names = ("position", "version", "recorded_at", "true_from", "true_until")
    return {name: said[name] for name in names}


def standing(record: Document) -> Row:
    return {"record_status": record["record_status"], "record_reason": record["record_reason"]}


def _named(role: str, parties: Sequence[Document]) -> Row:
    return {
        f"{role}s": tuple(party["name"] or "" for party in parties),
        f"{role}_ids": tuple(party["id"] for party in parties),
    }


def _met(meeting: Document | None) -> Row:
    return {"meeting": _of(meeting, "id"), "meeting_title": _of(meeting, "title")}


def _of(link: Document | None, member: str) -> Any:
    return None if link is None else link[member]


# --- one row a record


def stakeholder(record: Document) -> Iterator[Row]:
    plain = ("id", "name", "kind", "classification", "founded_on", "purpose", "url")
    yield {
        **{name: record[name] for name in plain},
        "aliases": tuple(record["aliases"]),
        "founder": _of(record["founder"], "id"),
        "founder_name": _of(record["founder"], "name"),
        "merged_into": _of(record["merged_into"], "id"),
        "merged_into_name": _of(record["merged_into"], "name"),
        **clocks(record),
    }


def source(record: Document) -> Iterator[Row]:
    yield {**{name: record[name] for name in _SOURCE}, **standing(record), **clocks(record)}


def meeting(record: Document) -> Iterator[Row]:
    yield {
        **{name: record[name] for name in ("id", "title", "place", "held_on", "series")},
        "agenda": tuple(item or "" for item in record["agenda"]),
        "minutes": _of(record["minutes"], "status"),
        "follows": _of(record["follows"], "id"),
        **standing(record),
        **clocks(record),
    }


def statement(record: Document) -> Iterator[Row]:
    yield {
        **{name: record[name] for name in ("id", "text", "kind", "said_on")},
        **_named("speaker", record["speakers"]),
        **_named("addressee", record["addressees"]),
        **_met(record["meeting"]),
        "topics": tuple(record["topics"]),
        "flags": tuple(record["flags"]),
        **standing(record),
        **clocks(record),
    }


def commitment(record: Document) -> Iterator[Row]:
    yield {
        **{name: record[name] for name in ("id", "text", "purpose", "made_on", "review_on")},
        **_named("promisor", record["promisors"]),
        **_named("promisee", record["promisees"]),
        **_due(record["due"]),
        "due_moved": len(record["due_moves"]),
        **_strength(record["strength"]),
        "progress": record["progress"],
        "contested": record["contested"],
        "flags": tuple(record["flags"]),
        "topics": tuple(record["topics"]),
        **_met(record["meeting"]),
        **{name: _of(record[name], "id") for name in ("statement", "parent", "successor")},
        "replies": len(record["replies"]),
        "disputes": len(record["disputes"]),
        **standing(record),
        **clocks(record),
    }


def _due(due: Document | None) -> Row:
    return {f"due_{name}": _of(due, name) for name in ("earliest", "latest", "text", "basis")}


def _strength(strength: Document) -> Row:
    plain = ("form", "form_weight", "content", "content_category", "verifiable", "formal_status")
    return {name: strength[name] for name in plain}


def outcome(record: Document) -> Iterator[Row]:
    plain = {name: record[name] for name in ("id", "text", "happened_on")}
    yield {**plain, **standing(record), **clocks(record)}


# --- rows of what a record holds many of


def memberships(record: Document) -> Iterator[Row]:
    """From the person's side only: an organization tells the same ones again."""
    for each in record["memberships"] if record["kind"] == "person" else ():
        yield {
            "id": each["id"],
            "person": record["id"],
            "person_name": record["name"],
            "organization": each["party"]["id"],
            "organization_name": each["party"]["name"],
            **{name: each[name] for name in ("role", "since", "until")},
        }


def participants(record: Document) -> Iterator[Row]:
    for each in record["participants"]:
        yield {
            "meeting": record["id"],
            "stakeholder": each["stakeholder"]["id"],
            "name": each["stakeholder"]["name"],
            "delegation": _of(each["delegation"], "id"),
            "delegation_name": _of(each["delegation"], "name"),
            "role": each["role"],
        }


def statement_parties(record: Document) -> Iterator[Row]:
    for role, parties in (("speaker", "speakers"), ("addressee", "addressees")):
        for party in record[parties]:
            yield {"statement": record["id"], **_party(role, party["name"], party)}


def commitment_parties(record: Document) -> Iterator[Row]:
    for role, parties in (("promisor", "promisors"), ("promisee", "promisees")):
        for party in record[parties]:
            yield {"commitment": record["id"], **_party(role, party["name"], party)}
    for each in record["third_parties"]:
        who = each["stakeholder"]
        yield {"commitment": record["id"], **_party("third_party", each["name"], who)}


def _party(role: str, name: Cell, party: Document | None) -> Row:
    return {"role": role, "stakeholder": _of(party, "id"), "name": name}


def assessments(record: Document) -> Iterator[Row]:
    for each in record["assessments"]:
        yield {
            **{name: each[name] for name in _ASSESSMENT},
            "commitment": record["id"],
            "assessor": _of(each["assessor"], "id"),
            "assessor_name": _of(each["assessor"], "name"),
        }


def milestones(record: Document) -> Iterator[Row]:
    for each in record["milestones"]:
        yield {
            **{name: each[name] for name in ("id", "text", "reached_on")},
            "commitment": record["id"],
            "due_latest": _of(each["due"], "latest"),
        }


def bearings(record: Document) -> Iterator[Row]:
    for each in record["bears_on"]:
        subject = each["subject"]
        yield {
            "outcome": record["id"],
            "effect": each["effect"],
            "commitment": subject["id"] if subject["kind"] == "commitments" else None,
            "statement": subject["id"] if subject["kind"] == "statements" else None,
            "title": subject["title"],
        }


def citations_of(holder: str) -> Any:
    """The citations of records of one kind; those of a commitment's assessments among them."""

    def rows(record: Document) -> Iterator[Row]:
        inner = chain.from_iterable(each["citations"] for each in record.get("assessments", ()))
        for each in chain(record["citations"], inner):
            yield {
                **dict.fromkeys(("commitment", "statement", "outcome")),
                holder: record["id"],
                "role": each["role"],
                "source": each["source"]["id"],
                "source_title": each["source"]["title"],
                **{name: each["source"][name] for name in ("publisher", "url")},
                "quotation": each["quotation"]["exact"],
                "check": each["quotation"]["check"],
            }

    return rows
