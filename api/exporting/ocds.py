"""Commitments in the manner of the Open Contracting Data Standard: a record package each.

OCDS tells what became of a contract as releases that are never changed, a record compiled from
them, and a version of it that says for each member when it took which value. That is how a
commitment is told here, with the standard's names where they fit
(https://standard.open-contracting.org/1.1). It is not OCDS: a commitment is no contracting process,
and what the standard has no name for stands in `commitment`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from api.exporting.columns import Document
from api.exporting.files import Edition, Making
from api.exporting.json_lines import MEDIA, Take, line
from ledger.facts.fact import StreamId, Withheld
from ledger.rules import assessment, commitment
from ledger.store.codec import decode
from ledger.store.port import Entry, Store

PATH: Final = "ocds/record-packages.jsonl"
PREFIX: Final = "commitment-"
TAGS: Final = {"commitment.recorded/1": "planning", "commitment.voided/1": "planningCancellation"}
UPDATE: Final = "planningUpdate"

Member = str | int | list[str] | None


def package(edition: Edition, document: Document, entries: Sequence[Entry]) -> dict[str, Any]:
    """The record package of one commitment, from its facts in order."""
    ocid = PREFIX + document["id"]
    return {
        "uri": f"{edition.url}/commitments/{document['id']}?as_of={edition.position}",
        "version": "1.1",
        "publishedDate": edition.recorded_at.isoformat(),
        "publisher": {"name": edition.title},
        "records": [
            {
                "ocid": ocid,
                "releases": [_release(edition, entry) for entry in entries],
                "compiledRelease": compiled(ocid, document),
                "versionedRelease": {"ocid": ocid, **versioned(entries)},
            }
        ],
    }


def _release(edition: Edition, entry: Entry) -> dict[str, Any]:
    """A linked release: the fact itself."""
    return {
        "url": f"{edition.url}/facts/{entry.position}",
        "date": _instant(entry.at),
        "tag": [_tag(entry)],
        "fact": {
            "position": entry.position,
            "topic": entry.topic,
            "leafHash": entry.leaf_hash.hex(),
        },
    }


def _tag(entry: Entry) -> str:
    return TAGS.get(entry.topic, UPDATE)


def _instant(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


# --- compiled: what is known now


def compiled(ocid: str, document: Document) -> dict[str, Any]:
    """The commitment as the site tells it, under the standard's names."""
    clocks = document["clocks"]
    return {
        "ocid": ocid,
        "id": f"{ocid}-{clocks['position']}",
        "date": clocks["recorded_at"],
        "tag": ["compiled"],
        "description": document["text"],
        "parties": parties(document),
        "milestones": [_milestone(each) for each in document["milestones"]],
        "documents": [_source(each) for each in document["citations"]],
        "relatedProcesses": [
            {"id": each["commitment"]["id"], "relationship": [each["kind"]]}
            for each in document["relations"]
        ],
        "commitment": _commitment(document),
    }


def parties(document: Document) -> list[dict[str, Any]]:
    """Each party once, with every role that it has."""
    found: dict[str, dict[str, Any]] = {}
    for role in ("promisor", "promisee"):
        for party in document[f"{role}s"]:
            named = {"id": party["id"], "name": party["name"], "roles": []}
            found.setdefault(party["id"], named)["roles"].append(role)
    return list(found.values())


def _milestone(milestone: Document) -> dict[str, Any]:
    return {
        "id": milestone["id"],
        "title": milestone["text"],
        "dueDate": milestone["due"] and milestone["due"]["latest"],
        "dateMet": milestone["reached_on"],
        "status": "met" if milestone["reached_on"] else "scheduled",
    }


def _source(citation: Document) -> dict[str, Any]:
    source, quotation = citation["source"], citation["quotation"]
    return {
        "id": quotation["id"],
        "documentType": citation["role"],
        "title": source["title"],
        "description": quotation["exact"],
        "url": source["url"],
        "datePublished": source["claimed_on"],
        "publisher": source["publisher"],
    }


def _commitment(document: Document) -> dict[str, Any]:
    return {
        "purpose": document["purpose"],
        "madeOn": document["made_on"],
        "due": document["due"],
        "strength": document["strength"],
        "progress": document["progress"],
        "contested": document["contested"],
        "flags": document["flags"],
        "topics": document["topics"],
        "recordStatus": document["record_status"],
        "successor": document["successor"] and document["successor"]["id"],
    }


# --- versioned: when each member took which value


def versioned(entries: Sequence[Entry]) -> dict[str, list[dict[str, Any]]]:
    """For each member, every value that it took, with the fact that gave it."""
    told: dict[str, list[dict[str, Any]]] = {}
    state: commitment.Commitment | None = None
    for entry in entries:
        state = commitment.evolve(state, cast("Any", decode(entry).fact))
        for name, value in members(state).items():
            versions = told.setdefault(name, [])
            if value != (versions[-1]["value"] if versions else None):
                versions.append(_version(entry, value))
    return {name: versions for name, versions in told.items() if versions}


def _version(entry: Entry, value: Member) -> dict[str, Any]:
    return {
        "releaseID": str(entry.position),
        "releaseDate": _instant(entry.at),
        "releaseTag": [_tag(entry)],
        "value": value,
    }


def members(state: commitment.Commitment) -> Mapping[str, Member]:
    """What may change about a commitment; words that were redacted are None."""
    content, due = state.content, state.due_on(date.max)
    return {
        "description": _said(content.text),
        "purpose": _said(content.purpose),
        "promisors": list(content.promisors),
        "promisees": list(content.promisees),
        "madeOn": str(content.made_on),
        "dueLatest": None if due is None else str(due.latest),
        "form": content.strength.form.value,
        "content": content.strength.content.value,
        "topics": list(content.topics),
        "progress": assessment.leading(state.views).value,
        "recordStatus": state.status.value,
        "successor": state.successor,
    }


def _said(words: str) -> str | None:
    return None if isinstance(words, Withheld) or not words else words


# --- the file


@contextmanager
def writing(making: Making, store: Store) -> Iterator[Take]:
    """One package a line."""
    sentence = "Each commitment as a record package in the manner of OCDS."
    with making.file(PATH, MEDIA, sentence) as file:

        def take(collection: str, documents: Sequence[Document]) -> None:
            if collection == "commitments":
                histories = _histories(store, documents, making.edition.position)
                for document in documents:
                    entries = histories[document["id"]]
                    file.write(line(package(making.edition, document, entries)))

        yield take


def _histories(
    store: Store, documents: Sequence[Document], position: int
) -> Mapping[str, Sequence[Entry]]:
    found = store.streams([StreamId(document["id"]) for document in documents])
    return {
        stream: [entry for entry in entries if entry.position <= position]
        for stream, entries in found.items()
    }
