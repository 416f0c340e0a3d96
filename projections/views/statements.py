"""What was said, by whom and to whom: the fold of a statement's stream."""

from collections.abc import Iterator
from typing import Final

import orjson

from ledger.dates import PartialDate
from ledger.facts.dispute import DisputeFact
from ledger.facts.housekeeping import RedactionApplied
from ledger.facts.statement import (
    StatementContent,
    StatementCorrected,
    StatementRecorded,
    StatementVoided,
)
from ledger.store.port import StoredFact
from projections.spans import Document, Held, Row, Story
from projections.views.pieces import (
    Facets,
    MisplacedFactError,
    cited,
    contested,
    corrected,
    day_key,
    disputed,
    earliest_day,
    facets,
    pieces,
    said,
    voided,
)


def evolve(document: Document, stored: StoredFact) -> Document:
    match stored.fact:
        case StatementRecorded(content=content) as fact:
            return _recorded(stored.stream, content, fact.effective_on)
        case StatementCorrected(content=content, reason=reason, noticed_by=noticed_by):
            return corrected(document, _content(content), stored, reason, noticed_by)
        case StatementVoided(reason=reason):
            return voided(document, reason)
        case RedactionApplied():
            return document
        case fact if isinstance(fact, DisputeFact):
            return contested(document, stored, fact)
        case fact:
            raise MisplacedFactError(fact.TOPIC)


def _recorded(stream: str, content: StatementContent, said_on: PartialDate) -> Document:
    return {
        "id": stream,
        **_content(content),
        "said_on": str(said_on),
        "replies": [],
        "disputes": [],
        "record_status": "published",
        "record_reason": None,
        "corrections": [],
    }


def _content(content: StatementContent) -> Document:
    return {
        "kind": content.kind.value,
        "speakers": list(content.speakers),
        "addressees": list(content.addressees),
        "text": said(content.text),
        "citations": cited(content.citations),
        "meeting": content.meeting,
        "topics": list(content.topics),
    }


def describe(document: Document) -> Held:
    stands = document["record_status"] != "voided"
    return (
        {(): _row(document if stands else _stub(document))},
        _facets(document) if stands else facets(**_stub_values(document)),
        pieces(document["text"]) if stands else {},
        {},
        dict.fromkeys(_tallies(document)),
    )


def _row(document: Document) -> Row:
    return Row(
        title=document["text"],
        kind=document["kind"],
        refers=None,
        document=orjson.dumps(document),
        day=earliest_day(document["said_on"]),
    )


def _facets(document: Document) -> Facets:
    speakers, addressees = document["speakers"], document["addressees"]
    return facets(
        **_stub_values(document),
        kind=[document["kind"]],
        speaker=speakers,
        addressee=addressees,
        party=[*speakers, *addressees],
        meeting=[document["meeting"]],
        topic=document["topics"],
        source=[cite["source"] for cite in document["citations"]],
        quotation=[cite["quotation"] for cite in document["citations"]],
        disputed=["true" if disputed(document) else "false"],
    )


def _stub_values(document: Document) -> dict[str, list[str | None]]:
    return {
        "": [""],
        "record_status": [document["record_status"]],
        "said": [day_key(earliest_day(document["said_on"]))],
    }


def _stub(document: Document) -> Document:
    """What remains of a voided record: that it was there, when, and why it went."""
    return {
        **document,
        "text": None,
        "meeting": None,
        **dict.fromkeys(_EMPTY_IN_STUBS, ()),
    }


_EMPTY_IN_STUBS: Final = (
    "speakers",
    "addressees",
    "citations",
    "topics",
    "replies",
    "disputes",
    "corrections",
)


def _tallies(document: Document) -> Iterator[tuple[str, str]]:
    if document["record_status"] != "voided":
        yield "entities", "statements"
        yield "statements", document["kind"]


STATEMENTS: Final = Story(
    collection="statements",
    evolve=evolve,
    describe=describe,
    from_start=(StatementCorrected, StatementVoided, RedactionApplied),
)
