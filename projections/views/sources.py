"""Where something was said, and the quotations from it: the fold of a source's stream.

Quotations and the archived text are parts of their own, so that the thousandth quotation from one
document costs no more than the first.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from ledger.facts.housekeeping import RedactionApplied
from ledger.facts.source import (
    QuotationRechecked,
    QuotationTaken,
    SourceCorrected,
    SourceProfile,
    SourceRegistered,
    SourceVoided,
    TextArchived,
)
from ledger.store.port import StoredFact
from ledger.vocabulary import QuotationCheck
from projections.spans import ALWAYS, Document, Moving, Row, Settled, Story
from projections.views.pieces import (
    Facets,
    MisplacedFactError,
    chapters,
    corrected,
    dated,
    facets,
    pieces,
    said,
    truth,
    voided,
)

TEXT: Final = "text"
"""The part that holds the archived text; every other part is a quotation under its id."""


def evolve(document: Document, stored: StoredFact) -> Document:
    match stored.fact:
        case SourceRegistered(profile=profile):
            return _registered(stored.stream, profile)
        case SourceCorrected(profile=profile, reason=reason, noticed_by=noticed_by):
            return corrected(document, _profile(profile), stored, reason, noticed_by)
        case SourceVoided(reason=reason):
            return voided(document, reason)
        case TextArchived() as fact:
            return {**document, **_archived(fact)}
        case QuotationTaken() as fact:
            quotations = {**document["quotations"], fact.quotation: _quotation(stored, fact)}
            return {**document, "quotations": quotations}
        case QuotationRechecked() as fact:
            return {**document, "quotations": _rechecked(document["quotations"], fact)}
        case RedactionApplied():
            return document
        case fact:
            raise MisplacedFactError(fact.TOPIC)


def _registered(stream: str, profile: SourceProfile) -> Document:
    return {
        "id": stream,
        **_profile(profile),
        "archived": False,
        "retrieved_on": None,
        "sha256": None,
        "text": None,
        "quotations": {},
        "record_status": "published",
        "record_reason": None,
        "corrections": [],
    }


def _profile(profile: SourceProfile) -> Document:
    return {
        "publisher": said(profile.publisher),
        "title": said(profile.title),
        "url": said(profile.url),
        "claimed_on": dated(profile.claimed_on),
        "language": profile.language,
        "basis": profile.basis.value,
    }


def _archived(fact: TextArchived) -> Document:
    return {
        "archived": bool(fact.text),
        "retrieved_on": str(fact.retrieved_on),
        "sha256": said(fact.sha256),
        "text": said(fact.text),
    }


def _quotation(stored: StoredFact, fact: QuotationTaken) -> Document:
    return {
        "id": fact.quotation,
        "taken": stored.position,
        "exact": said(fact.exact),
        "prefix": said(fact.prefix),
        "suffix": said(fact.suffix),
        "in_heading": fact.in_heading,
        "attributed_to": said(fact.attributed_to),
        "speaker": fact.speaker,
        "check": fact.check.value,
        "start": fact.start,
    }


def _rechecked(quotations: Mapping[str, Document], fact: QuotationRechecked) -> Document:
    check = {"check": fact.check.value, "start": fact.start}
    return {**quotations, fact.quotation: {**quotations[fact.quotation], **check}}


def describe(document: Document) -> Moving:
    """What any fact about the source may change."""
    if document["record_status"] == "voided":
        return Moving(rows={(): _row(_stub(document))})
    return Moving(
        rows={(): _row(document)},
        facets=_moving_facets(document),
        words=_moving_words(document),
        parts=_parts(document),
    )


def settle(document: Document) -> Settled:
    """What only another profile changes, or the end of the record."""
    status = ("record_status", document["record_status"])
    if document["record_status"] == "voided":
        return Settled(facets={("", ""): None, ("id", document["id"]): None, status: None})
    return Settled(
        facets={
            ("", ""): None,
            ("id", document["id"]): None,
            status: None,
            ("basis", document["basis"]): None,
            ("publisher", (document["publisher"] or "").casefold()): None,
            ("language", document["language"].casefold()): None,
        },
        words=pieces(document["publisher"], document["title"]),
        tallies={("entities", "sources"): None},
    )


def _row(document: Document) -> Row:
    kept = {**document, "text": None}
    del kept["quotations"]
    return Row(title=document["title"], kind="source", refers=None, document=orjson.dumps(kept))


def _moving_facets(document: Document) -> Facets:
    return facets(
        archived=[truth(document["archived"])],
        not_found=[
            quotation["id"]
            for quotation in document["quotations"].values()
            if quotation["check"] == QuotationCheck.NOT_FOUND.value
        ],
    )


def _moving_words(document: Document) -> Mapping[str, str]:
    """The archived text holds the quotations, so they are searched one by one only without it."""
    if document["text"]:
        return chapters(document["text"])
    return {
        quotation["id"]: quotation["exact"]
        for quotation in document["quotations"].values()
        if quotation["exact"]
    }


def _parts(document: Document) -> Mapping[str, object]:
    if document["text"]:
        return {**document["quotations"], TEXT: document["text"]}
    return {**document["quotations"]}


def _stub(document: Document) -> Document:
    """What remains of a voided record: that it was there, and why it went."""
    nothing = dict.fromkeys(("publisher", "title", "url", "sha256"))
    return {**document, **nothing, "archived": False, "corrections": ()}


def _begins(facts: Sequence[StoredFact]) -> int:
    """The date that it prints on itself; else nobody knows since when it says what it says."""
    profiles = (
        stored.fact.profile
        for stored in reversed(facts)
        if isinstance(stored.fact, SourceRegistered | SourceCorrected)
    )
    claimed_on = next(profiles).claimed_on
    return ALWAYS if claimed_on is None else claimed_on.earliest.toordinal()


SOURCES: Final = Story(
    collection="sources",
    evolve=evolve,
    describe=describe,
    settle=settle,
    settles=(SourceCorrected, SourceVoided),
    from_start=(
        SourceCorrected,
        SourceVoided,
        TextArchived,
        QuotationTaken,
        QuotationRechecked,
        RedactionApplied,
    ),
    corrections=(SourceCorrected,),
    begins=_begins,
)
