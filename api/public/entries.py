"""Documents as entries of a feed: a title that stands alone, a summary in a sentence or two."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from api.public.presentation.terms import definition, label
from projections.documents import (
    Commitment,
    FactView,
    Meeting,
    Outcome,
    Party,
    Source,
    Stakeholder,
    Statement,
)

Document = Mapping[str, object]
WITHHELD: Final = "[withheld]"

_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` differs between any two facts, also between those of one request."""

    id: str
    path: str
    title: str
    text: str
    at: datetime
    tags: tuple[str, ...] = ()


def entry(kind: str, document: Document) -> Entry:
    """The entry of a document of that kind (a collection, or facts)."""
    return _ENTRIES[kind](document)


def moment(recorded_at: str, position: int) -> datetime:
    """Facts of one request share a millisecond; their positions tell them apart in microseconds."""
    return datetime.fromisoformat(recorded_at) + timedelta(microseconds=position % 1000)


def printable(text: str | None) -> str:
    """Without characters that XML 1.0 cannot hold: one would cost readers the whole feed."""
    return _UNPRINTABLE.sub("\ufffd", text) if text else WITHHELD


def named(parties: Sequence[Party]) -> str:
    return ", ".join(printable(party["name"]) for party in parties)


def _commitment(document: Document) -> Entry:
    found = cast("Commitment", document)
    progress = found["progress"]
    due = f" Due {found['due']['latest']}." if found["due"] else ""
    to = f" to {named(found['promisees'])}" if found["promisees"] else ""
    text = (
        f"Promised{to} on {found['made_on']}. Words: {label(found['strength']['form'])}.{due} "
        f"Progress: {label(progress)}. {definition('progress', progress)}"
    )
    title = f"{named(found['promisors'])}: {printable(found['text'])}"
    return _entry("commitments", document, title, text, tuple(found["topics"]))


def _stakeholder(document: Document) -> Entry:
    found = cast("Stakeholder", document)
    text = " ".join(filter(None, (found["classification"], found["kind"]))) + "."
    purpose = f" {printable(found['purpose'])}" if found["purpose"] else ""
    return _entry("stakeholders", document, printable(found["name"]), text.capitalize() + purpose)


def _meeting(document: Document) -> Entry:
    found = cast("Meeting", document)
    place = f" in {printable(found['place'])}" if found["place"] else ""
    people = named([one["stakeholder"] for one in found["participants"]])
    text = f"Held{place} on {found['held_on']}." + (f" Present: {people}." if people else "")
    return _entry("meetings", document, printable(found["title"]), text)


def _statement(document: Document) -> Entry:
    found = cast("Statement", document)
    kind = found["kind"]
    title = f"{named(found['speakers'])} ({label(kind)}): {printable(found['text'])}"
    text = f"Said on {found['said_on']}. {definition('statement-kind', kind)}"
    return _entry("statements", document, title, text, tuple(found["topics"]))


def _source(document: Document) -> Entry:
    found = cast("Source", document)
    dated = f" Dated {found['claimed_on']} by itself." if found["claimed_on"] else ""
    kept = "Its text is archived." if found["archived"] else "Its text is not archived."
    title = f"{printable(found['publisher'])}: {printable(found['title'])}"
    return _entry("sources", document, title, kept + dated)


def _outcome(document: Document) -> Entry:
    found = cast("Outcome", document)
    bearings = [
        f"{one['effect']}: {printable(one['subject']['title'])}" for one in found["bears_on"]
    ]
    text = f"Happened on {found['happened_on']}. " + "; ".join(bearings)
    return _entry("outcomes", document, printable(found["text"]), text)


def _entry(
    kind: str, document: Document, title: str, text: str, tags: tuple[str, ...] = ()
) -> Entry:
    clocks = cast("Commitment", document)["clocks"]
    at = moment(clocks["recorded_at"], clocks["position"])
    ident = str(document["id"])
    return Entry(f"urn:uuid:{ident}", f"/{kind}/{ident}", title, text, at, tags)


def _fact(document: Document) -> Entry:
    found = cast("FactView", document)
    who = printable(found["recorder"]["name"])
    why = f" Why: {printable(found['recorder']['why'])}" if found["recorder"]["why"] else ""
    text = f"Recorded by {who} as fact {found['position']}; so since {found['effective_on']}.{why}"
    return Entry(
        f"urn:uuid:{found['id']}",
        f"/facts/{found['position']}",
        printable(found["title"]),
        text,
        moment(found["recorded_at"], found["position"]),
        (found["topic"],),
    )


_ENTRIES: Final[Mapping[str, Callable[[Document], Entry]]] = {
    "commitments": _commitment,
    "stakeholders": _stakeholder,
    "meetings": _meeting,
    "statements": _statement,
    "sources": _source,
    "outcomes": _outcome,
    "facts": _fact,
}
