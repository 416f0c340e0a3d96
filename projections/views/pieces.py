"""Pieces that the stored documents of several records share; other streams stand as ids."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ledger.dates import PartialDate
from ledger.facts.commitment import Due
from ledger.facts.dispute import DisputeFact, DisputeOpened, DisputeResolved, ReplyPublished
from ledger.facts.source import Citation
from ledger.store.port import StoredFact
from ledger.vocabulary import CorrectionReason, VoidReason
from projections.days import instant
from projections.spans import Document

Facets = dict[tuple[str, str], None]
"""What a record can be found by: (filter, value); the keys matter, the order is that of writing."""

NO_DAY: Final = "9999999"
"""Sorts after every day."""


class MisplacedFactError(TypeError):
    """A fact stands in the stream of a record that it cannot be about."""


def said(text: str) -> str | None:
    """What people wrote; None where there is nothing, or nothing any more."""
    return str(text) or None


def dated(day: PartialDate | None) -> str | None:
    return None if day is None else str(day)


def cited(citations: Iterable[Citation]) -> list[Document]:
    return [
        {"role": citation.role.value, "source": citation.source, "quotation": citation.quotation}
        for citation in citations
    ]


def due_view(due: Due | None) -> Document | None:
    if due is None:
        return None
    return {
        "earliest": dated(due.earliest),
        "latest": str(due.latest),
        "text": said(due.text),
        "basis": due.basis.value,
    }


def corrected(
    document: Document,
    content: Document,
    stored: StoredFact,
    reason: CorrectionReason,
    noticed_by: str,
) -> Document:
    """The document with other content, and the correction, newest first, that says what it was."""
    correction = {
        "reason": reason.value,
        "noticed_by": said(noticed_by),
        "recorded_at": instant(stored.at),
        "position": stored.position,
        "changes": [
            {"member": member, "was": document[member], "now": now}
            for member, now in content.items()
            if document[member] != now
        ],
    }
    return {**document, **content, "corrections": [correction, *document["corrections"]]}


def voided(document: Document, reason: VoidReason) -> Document:
    return {**document, "record_status": "voided", "record_reason": reason.value}


def contested(document: Document, stored: StoredFact, fact: DisputeFact) -> Document:
    """The document after a reply or a dispute; newest first."""
    match fact:
        case ReplyPublished():
            return {**document, "replies": [_reply(stored, fact), *document["replies"]]}
        case DisputeOpened():
            return {**document, "disputes": [_dispute(stored, fact), *document["disputes"]]}
        case DisputeResolved():
            return {**document, "disputes": _resolved(document["disputes"], fact)}


def _reply(stored: StoredFact, fact: ReplyPublished) -> Document:
    return {
        "id": fact.reply,
        "party": fact.party,
        "text": said(fact.text),
        "replied_on": str(fact.effective_on),
        "position": stored.position,
    }


def _dispute(stored: StoredFact, fact: DisputeOpened) -> Document:
    return {
        "id": fact.dispute,
        "ground": fact.ground.value,
        "party": fact.party,
        "text": said(fact.text),
        "opened_on": str(fact.effective_on),
        "resolution": None,
        "resolution_text": None,
        "resolved_on": None,
        "position": stored.position,
    }


def _resolved(disputes: Sequence[Mapping[str, Any]], fact: DisputeResolved) -> list[Document]:
    resolution = {
        "resolution": fact.resolution.value,
        "resolution_text": said(fact.text),
        "resolved_on": str(fact.effective_on),
    }
    return [
        {**dispute, **resolution} if dispute["id"] == fact.dispute else dispute
        for dispute in disputes
    ]


def disputed(document: Document) -> bool:
    """Whether a dispute is open."""
    return any(dispute["resolution"] is None for dispute in document["disputes"])


def day_key(day: int | None) -> str:
    """A day as text that sorts as days do; no day sorts last."""
    return NO_DAY if day is None else f"{day:07d}"


def truth(value: object) -> str:
    return "true" if value else "false"


def facets(**values: Iterable[str | None]) -> Facets:
    """One facet for each value that there is."""
    return {
        (name, value): None
        for name, found in values.items()
        for value in found
        if value is not None
    }


def pieces(*texts: str | None) -> dict[str, str]:
    """Words that are searched together, as one piece; nothing where there are none."""
    words = "\n".join(text for text in texts if text)
    return {"": words} if words else {}


CHAPTER: Final = 100_000
"""Letters of a long text that are searched together: what one tsvector holds with ease."""


def chapters(text: str) -> dict[str, str]:
    """A long text as pieces for the search, cut between words where there is a space."""
    found: dict[str, str] = {}
    while text:
        cut = len(text) if len(text) <= CHAPTER else text.rfind(" ", 0, CHAPTER) + 1 or CHAPTER
        found[f"text {len(found) + 1}"] = text[:cut]
        text = text[cut:]
    return found
