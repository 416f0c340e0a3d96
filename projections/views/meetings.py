"""When people met, who came for whom, and the minutes: the fold of a meeting's stream."""

from collections.abc import Sequence
from typing import Final

import orjson

from ledger.facts.housekeeping import RedactionApplied
from ledger.facts.meeting import (
    MeetingCorrected,
    MeetingProfile,
    MeetingRecorded,
    MeetingVoided,
    MinutesDrafted,
    MinutesFinalised,
)
from ledger.store.port import StoredFact
from projections.days import earliest_day, utc_day
from projections.spans import Document, Moving, Row, Settled, Story
from projections.views.pieces import (
    Facets,
    MisplacedFactError,
    chapters,
    corrected,
    day_key,
    facets,
    pieces,
    said,
    voided,
)

TEXT: Final = "text"
"""The part that holds the words of the minutes: too long for the row."""


def evolve(document: Document, stored: StoredFact) -> Document:
    match stored.fact:
        case MeetingRecorded(profile=profile):
            return _recorded(stored.stream, profile)
        case MeetingCorrected(profile=profile, reason=reason, noticed_by=noticed_by):
            return corrected(document, _profile(profile), stored, reason, noticed_by)
        case MeetingVoided(reason=reason):
            return voided(document, reason)
        case MinutesDrafted() as fact:
            minutes = {"text": said(fact.text), "status": "drafted", "since": fact.effective_on}
            return {**document, "minutes": minutes}
        case MinutesFinalised() as fact:
            finalised = {"status": "finalised", "since": fact.effective_on}
            return {
                **document,
                "minutes": {"text": None, **(document["minutes"] or {}), **finalised},
            }
        case RedactionApplied():
            return document
        case fact:
            raise MisplacedFactError(fact.TOPIC)


def _recorded(stream: str, profile: MeetingProfile) -> Document:
    return {
        "id": stream,
        **_profile(profile),
        "minutes": None,
        "record_status": "published",
        "record_reason": None,
        "corrections": [],
    }


def _profile(profile: MeetingProfile) -> Document:
    return {
        "title": said(profile.title),
        "place": said(profile.place),
        "held_on": str(profile.held_on),
        "claimed_dates": [
            {"source": claim.source, "held_on": str(claim.held_on), "text": said(claim.text)}
            for claim in profile.claimed_dates
        ],
        "participants": [
            {
                "stakeholder": participant.stakeholder,
                "delegation": participant.delegation,
                "role": said(participant.role),
            }
            for participant in profile.participants
        ],
        "agenda": [said(topic) for topic in profile.agenda],
        "series": said(profile.series),
        "follows": profile.follows,
        "sources": list(profile.sources),
    }


def describe(document: Document) -> Moving:
    """What any fact about the meeting may change."""
    if document["record_status"] == "voided":
        return Moving(rows={(): _row(_stub(document))})
    minutes = _minutes(document)
    return Moving(
        rows={(): _row({**document, "minutes": _without_text(document["minutes"])})},
        words=chapters(minutes.get(TEXT, "")),
        parts=minutes,
    )


def settle(document: Document) -> Settled:
    """What only another profile changes, or the end of the record."""
    if document["record_status"] == "voided":
        return Settled(facets=facets(**_stub_values(document)))
    return Settled(
        facets=_facets(document),
        words=pieces(document["title"], document["place"], document["series"], *document["agenda"]),
        tallies={("entities", "meetings"): None},
    )


def _row(document: Document) -> Row:
    return Row(
        title=document["title"],
        kind="meeting",
        refers=None,
        document=orjson.dumps(document),
        day=earliest_day(document["held_on"]),
    )


def _minutes(document: Document) -> dict[str, str]:
    minutes = document["minutes"]
    return {TEXT: minutes["text"]} if minutes and minutes["text"] else {}


def _without_text(minutes: Document | None) -> Document | None:
    return minutes and {**minutes, "text": None}


def _facets(document: Document) -> Facets:
    participants = document["participants"]
    return facets(
        **_stub_values(document),
        participant=[participant["stakeholder"] for participant in participants],
        delegation=[participant["delegation"] for participant in participants],
        series=[document["series"] and document["series"].casefold()],
        place=[document["place"] and document["place"].casefold()],
        follows=[document["follows"]],
        source=[
            *document["sources"],
            *(claim["source"] for claim in document["claimed_dates"]),
        ],
    )


def _stub_values(document: Document) -> dict[str, list[str | None]]:
    return {
        "": [""],
        "id": [document["id"]],
        "record_status": [document["record_status"]],
        "held": [day_key(earliest_day(document["held_on"]))],
    }


def _stub(document: Document) -> Document:
    """What remains of a voided record: that it was there, when, and why it went."""
    return {
        **document,
        **dict.fromkeys(("title", "place", "series", "follows", "minutes")),
        **dict.fromkeys(("claimed_dates", "participants", "agenda", "sources", "corrections"), ()),
    }


def _begins(facts: Sequence[StoredFact]) -> int:
    """When it was held, as the last correction has it; one to come begins when it is known."""
    profiles = (
        stored.fact.profile
        for stored in reversed(facts)
        if isinstance(stored.fact, MeetingRecorded | MeetingCorrected)
    )
    return min(next(profiles).held_on.earliest.toordinal(), utc_day(facts[0].at).toordinal())


MEETINGS: Final = Story(
    collection="meetings",
    evolve=evolve,
    describe=describe,
    settle=settle,
    settles=(MeetingCorrected, MeetingVoided),
    from_start=(MeetingCorrected, MeetingVoided, MinutesDrafted, RedactionApplied),
    corrections=(MeetingCorrected,),
    begins=_begins,
)
