"""What was said, by whom and to whom: the fold of a statement's stream."""

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
from projections.days import earliest_day
from projections.spans import Document, Moving, Row, Settled, Story
from projections.views.pieces import (
    Facets,
    MisplacedFactError,
    cited,
    contested,
    corrected,
    day_key,
    disputed,
    facets,
    pieces,
    said,
    truth,
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


def describe(document: Document) -> Moving:
    """What any fact about the statement may change."""
    stands = document["record_status"] != "voided"
    return Moving(
        rows={(): _row(document if stands else _stub(document))},
        facets={("disputed", truth(disputed(document))): None} if stands else {},
    )


def settle(document: Document) -> Settled:
    """What only another content changes, or the end of the record."""
    if document["record_status"] == "voided":
        return Settled(facets=facets(**_stub_values(document)))
    return Settled(
        facets=_facets(document),
        words=pieces(document["text"]),
        tallies={("entities", "statements"): None, ("statements", document["kind"]): None},
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
    )


def _stub_values(document: Document) -> dict[str, list[str | None]]:
    return {
        "": [""],
        "id": [document["id"]],
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


STATEMENTS: Final = Story(
    collection="statements",
    evolve=evolve,
    describe=describe,
    settle=settle,
    settles=(StatementCorrected, StatementVoided),
    from_start=(StatementCorrected, StatementVoided, RedactionApplied),
)
