"""What happened in the world, and what it bears on: the fold of an outcome's stream."""

from collections.abc import Sequence
from typing import Final

import orjson

from ledger.dates import PartialDate
from ledger.facts.assessment import (
    OutcomeContent,
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeVoided,
)
from ledger.facts.housekeeping import RedactionApplied
from ledger.store.port import StoredFact
from ledger.vocabulary import Effect
from projections.days import earliest_day
from projections.spans import Document, Moving, Row, Settled, Story
from projections.views.pieces import (
    Facets,
    MisplacedFactError,
    cited,
    corrected,
    day_key,
    facets,
    pieces,
    said,
    voided,
)


def evolve(document: Document, stored: StoredFact) -> Document:
    match stored.fact:
        case OutcomeRecorded(content=content) as fact:
            return _recorded(stored.stream, content, fact.effective_on)
        case OutcomeCorrected(content=content, reason=reason, noticed_by=noticed_by) as fact:
            right = {**_content(content), "happened_on": str(fact.effective_on)}
            return corrected(document, right, stored, reason, noticed_by)
        case OutcomeVoided(reason=reason):
            return voided(document, reason)
        case RedactionApplied():
            return document
        case fact:
            raise MisplacedFactError(fact.TOPIC)


def _recorded(stream: str, content: OutcomeContent, happened_on: PartialDate) -> Document:
    return {
        "id": stream,
        **_content(content),
        "happened_on": str(happened_on),
        "record_status": "published",
        "record_reason": None,
        "corrections": [],
    }


def _content(content: OutcomeContent) -> Document:
    return {
        "text": said(content.text),
        "bears_on": [
            {"subject": bearing.subject, "effect": bearing.effect.value}
            for bearing in content.bears_on
        ],
        "citations": cited(content.citations),
    }


def describe(document: Document) -> Moving:
    """Its row; nothing else moves."""
    if document["record_status"] == "voided":
        document = {**document, "text": None, **dict.fromkeys(_EMPTY_IN_STUBS, ())}
    return Moving(rows={(): _row(document)})


_EMPTY_IN_STUBS: Final = ("bears_on", "citations", "corrections")


def settle(document: Document) -> Settled:
    """What only another content changes, or the end of the record."""
    if document["record_status"] == "voided":
        return Settled(facets=facets(**_stub_values(document)))
    return Settled(
        facets=_facets(document),
        words=pieces(document["text"]),
        tallies={("entities", "outcomes"): None},
    )


def _row(document: Document) -> Row:
    return Row(
        title=document["text"],
        kind="outcome",
        refers=None,
        document=orjson.dumps(document),
        day=earliest_day(document["happened_on"]),
    )


def _facets(document: Document) -> Facets:
    bearings = document["bears_on"]
    return facets(
        **_stub_values(document),
        subject=[bearing["subject"] for bearing in bearings],
        effect=[bearing["effect"] for bearing in bearings],
        addresses=_bearing(document, Effect.ADDRESSES),
        fulfils=_bearing(document, Effect.FULFILS),
        source=[cite["source"] for cite in document["citations"]],
    )


def _bearing(document: Document, effect: Effect) -> list[str]:
    return [
        bearing["subject"] for bearing in document["bears_on"] if bearing["effect"] == effect.value
    ]


def _stub_values(document: Document) -> dict[str, list[str | None]]:
    return {
        "": [""],
        "id": [document["id"]],
        "record_status": [document["record_status"]],
        "happened": [day_key(earliest_day(document["happened_on"]))],
    }


def _begins(facts: Sequence[StoredFact]) -> int:
    """When it happened, as the last correction has it."""
    told = (
        stored.fact
        for stored in reversed(facts)
        if isinstance(stored.fact, OutcomeRecorded | OutcomeCorrected)
    )
    return next(told).effective_on.earliest.toordinal()


OUTCOMES: Final = Story(
    collection="outcomes",
    evolve=evolve,
    describe=describe,
    settle=settle,
    settles=(OutcomeCorrected, OutcomeVoided),
    from_start=(OutcomeCorrected, OutcomeVoided, RedactionApplied),
    corrections=(OutcomeCorrected,),
    begins=_begins,
)
