"""Stored documents into what readers get: ids become names, titles and quotations."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

import orjson

from ledger.vocabulary import Effect, Flag, QuotationCheck
from projections.asking.filters import last_fresh_day
from projections.asking.resolver import Resolver
from projections.documents import (
    AssessmentView,
    BearingView,
    CitationView,
    ClaimedDateView,
    Clocks,
    Commitment,
    CorrectionView,
    DisputeView,
    FactView,
    Meeting,
    MembershipView,
    Outcome,
    ParticipantView,
    Party,
    RecorderView,
    Ref,
    RelationView,
    ReplyView,
    ReviewView,
    Source,
    Stakeholder,
    Statement,
    SubjectBearing,
    ThirdPartyView,
)
from projections.port import Entity
from projections.spans import ALWAYS, FOREVER, Document, instant
from projections.views.commitments import is_fulfilled_late, is_self_reported
from projections.views.pieces import disputed, earliest_day, latest_day

Kept = Any
"""A row of a collection's table, with at least the columns of COLUMNS."""

COLUMNS: Final = (
    "born",
    "stream",
    "day_from",
    "day_to",
    "document",
    "open_due",
    "review",
    "looked",
)


def compose(collection: str, row: Kept, resolver: Resolver, day: date) -> Entity:
    """Blanks are filled when the resolver settles."""
    return _COMPOSERS[collection](row, orjson.loads(row.document), resolver, day)


def _clocks(row: Kept, kept: Document) -> Clocks:
    clocks = kept["clocks"]
    return Clocks(
        position=clocks["position"],
        version=clocks["version"],
        recorded_at=instant(clocks["at"]),
        true_from=clocks["since"] if row.day_from == ALWAYS else _iso(row.day_from),
        true_until=None if row.day_to == FOREVER else _iso(row.day_to),
    )


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _commitment(row: Kept, kept: dict[str, Any], resolver: Resolver, day: date) -> Commitment:
    ident = row.stream
    outcomes = _bearings(ident, resolver)
    document = Commitment(
        id=ident,
        text=kept["text"],
        purpose=kept["purpose"],
        promisors=resolver.parties(kept["promisors"]),
        promisees=resolver.parties(kept["promisees"]),
        third_parties=[
            ThirdPartyView(
                name=third["name"], stakeholder=resolver.maybe_party(third["stakeholder"])
            )
            for third in kept["third_parties"]
        ],
        statement=resolver.maybe_ref("statements", kept["statement"]),
        meeting=resolver.maybe_ref("meetings", kept["meeting"]),
        made_on=kept["made_on"],
        due=kept["due"],
        due_moves=kept["due_moves"],
        review_on=kept["review_on"],
        strength=kept["strength"],
        record_status=kept["record_status"],
        record_reason=kept["record_reason"],
        successor=resolver.maybe_ref("commitments", kept["successor"]),
        predecessors=resolver.refs_from("commitments", "successor", ident),
        progress=kept["progress"],
        contested=kept["contested"],
        assessments=[_assessment(found, resolver) for found in kept["assessments"]],
        reviews=[_review(found, resolver) for found in kept["reviews"]],
        milestones=kept["milestones"],
        outcomes=outcomes,
        replies=_replies(kept, resolver),
        disputes=_disputes(kept, resolver),
        corrections=_corrections(kept, resolver),
        citations=resolver.citations(kept["citations"]),
        topics=kept["topics"],
        parent=resolver.maybe_ref("commitments", kept["parent"]),
        parts=resolver.refs_from("commitments", "parent", ident),
        relations=[
            RelationView(
                kind=relation["kind"],
                commitment=resolver.ref("commitments", relation["commitment"]),
            )
            for relation in kept["relations"]
        ],
        flags=[],
        clocks=_clocks(row, kept),
    )
    resolver.close_with(
        lambda: document["flags"].extend(_commitment_flags(row, kept, document, day))
    )
    return document


def _assessment(kept: Document, resolver: Resolver) -> AssessmentView:
    return cast(
        "AssessmentView",
        {
            **kept,
            "assessor": resolver.maybe_party(kept["assessor"]),
            "citations": resolver.citations(kept["citations"]),
        },
    )


def _review(kept: Document, resolver: Resolver) -> ReviewView:
    return cast("ReviewView", {**kept, "assessor": resolver.maybe_party(kept["assessor"])})


def _replies(kept: Document, resolver: Resolver) -> list[ReplyView]:
    return [
        cast("ReplyView", {**reply, "party": resolver.party(reply["party"])})
        for reply in kept["replies"]
    ]


def _disputes(kept: Document, resolver: Resolver) -> list[DisputeView]:
    return [
        cast("DisputeView", {**dispute, "party": resolver.maybe_party(dispute["party"])})
        for dispute in kept["disputes"]
    ]


def _bearings(ident: str, resolver: Resolver) -> list[BearingView]:
    """The outcomes that bear on a record, the latest that happened first."""
    found: list[BearingView] = []

    def take(row: Kept) -> None:
        outcome = orjson.loads(row.document)
        reference = Ref(id=row.stream, kind="outcomes", title=row.title)
        found.extend(
            BearingView(
                outcome=reference, effect=bearing["effect"], happened_on=outcome["happened_on"]
            )
            for bearing in outcome["bears_on"]
            if bearing["subject"] == ident
        )

    resolver.referrers("outcomes", "subject", ident, take)
    resolver.close_with(lambda: _latest_first(found))
    return found


def _latest_first(bearings: list[BearingView]) -> None:
    bearings.reverse()
    bearings.sort(key=lambda bearing: earliest_day(bearing["happened_on"]), reverse=True)


def _corrections(kept: Document, resolver: Resolver) -> list[CorrectionView]:
    return [
        cast(
            "CorrectionView",
            {**found, "changes": [_change(change, resolver) for change in found["changes"]]},
        )
        for found in kept["corrections"]
    ]


def _change(change: Document, resolver: Resolver) -> Document:
    """Ids of parties and of single records, before and after, become what they are called."""
    name = _called(change["member"], resolver)
    return {"member": change["member"], "was": name(change["was"]), "now": name(change["now"])}


def _called(member: str, resolver: Resolver) -> Callable[[Any], object]:
    if member in _PARTIES:
        return resolver.parties
    if member in _REFERENCES:
        return lambda ident: resolver.maybe_ref(_REFERENCES[member], ident)
    if member == "citations":
        return resolver.citations
    if member == "founder":
        return resolver.maybe_party
    return lambda value: value


_PARTIES: Final = frozenset({"promisors", "promisees", "speakers", "addressees"})
_REFERENCES: Final = {
    "statement": "statements",
    "meeting": "meetings",
    "parent": "commitments",
    "follows": "meetings",
}


def _commitment_flags(row: Kept, kept: Document, document: Commitment, day: date) -> list[Flag]:
    today = day.toordinal()
    cites = [
        *document["citations"],
        *(cite for assessment in document["assessments"] for cite in assessment["citations"]),
    ]
    flags = {
        Flag.OVERDUE: row.open_due is not None and row.open_due < today,
        Flag.LATE: is_fulfilled_late(kept) and not _was_in_time(document),
        Flag.REVIEW_DUE: row.review is not None and row.review < today,
        Flag.DISPUTED: disputed(kept),
        Flag.STALE: row.looked is not None and row.looked < last_fresh_day(day),
        Flag.SELF_REPORTED_ONLY: is_self_reported(kept),
        Flag.QUOTE_UNVERIFIED: _is_unverified(cites),
    }
    return [flag for flag, borne in flags.items() if borne]


def _was_in_time(document: Commitment) -> bool:
    """An outcome that fulfils it happened by the due day, whenever it was assessed."""
    due = document["due"]
    return due is not None and any(
        bearing["effect"] == Effect.FULFILS.value
        and earliest_day(bearing["happened_on"]) <= latest_day(due["latest"])
        for bearing in document["outcomes"]
    )


def _is_unverified(cites: Sequence[CitationView]) -> bool:
    return any(cite["quotation"]["check"] == QuotationCheck.NOT_FOUND.value for cite in cites)


def _stakeholder(row: Kept, kept: dict[str, Any], resolver: Resolver, _day: date) -> Stakeholder:
    ident = row.stream
    memberships = [
        MembershipView(
            id=found["id"],
            party=resolver.party(found["party"]),
            role=found["role"],
            since=found["since"],
            until=found["until"],
        )
        for found in kept["memberships"]
    ]
    resolver.referrers("stakeholders", "member_of", ident, _member(ident, memberships))
    merged: list[Party] = []
    resolver.referrers(
        "stakeholders",
        "merged_into",
        ident,
        lambda other: merged.append(Party(id=other.stream, kind=other.kind, name=other.title)),
    )
    return Stakeholder(
        id=ident,
        kind=kept["kind"],
        name=kept["name"],
        aliases=kept["aliases"],
        classification=kept["classification"],
        founded_on=kept["founded_on"],
        founder=resolver.maybe_party(kept["founder"]),
        purpose=kept["purpose"],
        url=kept["url"],
        memberships=memberships,
        merged_into=resolver.maybe_party(kept["merged_into"]),
        merged_from=merged,
        corrections=_corrections(kept, resolver),
        clocks=_clocks(row, kept),
    )


def _member(ident: str, memberships: list[MembershipView]) -> Callable[[Kept], None]:
    def take(row: Kept) -> None:
        member = Party(id=row.stream, kind=row.kind, name=row.title)
        memberships.extend(
            MembershipView(
                id=found["id"],
                party=member,
                role=found["role"],
                since=found["since"],
                until=found["until"],
            )
            for found in orjson.loads(row.document)["memberships"]
            if found["party"] == ident
        )

    return take


def _meeting(row: Kept, kept: dict[str, Any], resolver: Resolver, _day: date) -> Meeting:
    ident = row.stream
    return Meeting(
        id=ident,
        title=kept["title"],
        place=kept["place"],
        held_on=kept["held_on"],
        claimed_dates=[
            ClaimedDateView(
                source=resolver.source(claim["source"]),
                held_on=claim["held_on"],
                text=claim["text"],
            )
            for claim in kept["claimed_dates"]
        ],
        participants=[
            ParticipantView(
                stakeholder=resolver.party(found["stakeholder"]),
                delegation=resolver.maybe_party(found["delegation"]),
                role=found["role"],
            )
            for found in kept["participants"]
        ],
        agenda=kept["agenda"],
        series=kept["series"],
        follows=resolver.maybe_ref("meetings", kept["follows"]),
        followed_by=resolver.refs_from("meetings", "follows", ident),
        sources=[resolver.source(source) for source in kept["sources"]],
        minutes=kept["minutes"],
        statements=resolver.refs_from("statements", "meeting", ident),
        commitments=resolver.refs_from("commitments", "meeting", ident),
        record_status=kept["record_status"],
        record_reason=kept["record_reason"],
        corrections=_corrections(kept, resolver),
        clocks=_clocks(row, kept),
    )


def _statement(row: Kept, kept: dict[str, Any], resolver: Resolver, _day: date) -> Statement:
    ident = row.stream
    document = Statement(
        id=ident,
        kind=kept["kind"],
        speakers=resolver.parties(kept["speakers"]),
        addressees=resolver.parties(kept["addressees"]),
        text=kept["text"],
        said_on=kept["said_on"],
        citations=resolver.citations(kept["citations"]),
        meeting=resolver.maybe_ref("meetings", kept["meeting"]),
        topics=kept["topics"],
        commitments=resolver.refs_from("commitments", "statement", ident),
        outcomes=_bearings(ident, resolver),
        addressed_by=[],
        replies=_replies(kept, resolver),
        disputes=_disputes(kept, resolver),
        record_status=kept["record_status"],
        record_reason=kept["record_reason"],
        corrections=_corrections(kept, resolver),
        flags=[],
        clocks=_clocks(row, kept),
    )
    resolver.close_with(lambda: _finish_statement(document, kept))
    return document


def _finish_statement(document: Statement, kept: Document) -> None:
    document["addressed_by"].extend(
        bearing for bearing in document["outcomes"] if bearing["effect"] == Effect.ADDRESSES.value
    )
    flags = {
        Flag.DISPUTED: disputed(kept),
        Flag.QUOTE_UNVERIFIED: _is_unverified(document["citations"]),
    }
    document["flags"].extend(flag.value for flag, borne in flags.items() if borne)


def _source(row: Kept, kept: dict[str, Any], resolver: Resolver, _day: date) -> Source:
    ident = row.stream
    cited_by: list[Ref] = []
    for collection in ("commitments", "statements", "outcomes", "meetings"):
        resolver.referrers(collection, "source", ident, _citing(collection, cited_by))
    return Source(
        id=ident,
        publisher=kept["publisher"],
        title=kept["title"],
        url=kept["url"],
        claimed_on=kept["claimed_on"],
        language=kept["language"],
        basis=kept["basis"],
        archived=kept["archived"],
        retrieved_on=kept["retrieved_on"],
        sha256=kept["sha256"],
        text=None,
        quotations=resolver.quotations_of(row.born),
        cited_by=cited_by,
        record_status=kept["record_status"],
        record_reason=kept["record_reason"],
        corrections=_corrections(kept, resolver),
        clocks=_clocks(row, kept),
    )


def _citing(collection: str, found: list[Ref]) -> Callable[[Kept], None]:
    return lambda row: found.append(Ref(id=row.stream, kind=collection, title=row.title))


def _outcome(row: Kept, kept: dict[str, Any], resolver: Resolver, _day: date) -> Outcome:
    return Outcome(
        id=row.stream,
        text=kept["text"],
        happened_on=kept["happened_on"],
        bears_on=[
            SubjectBearing(subject=resolver.subject(bearing["subject"]), effect=bearing["effect"])
            for bearing in kept["bears_on"]
        ],
        citations=resolver.citations(kept["citations"]),
        record_status=kept["record_status"],
        record_reason=kept["record_reason"],
        corrections=_corrections(kept, resolver),
        clocks=_clocks(row, kept),
    )


_COMPOSERS: Final[Mapping[str, Callable[[Kept, dict[str, Any], Resolver, date], Entity]]] = {
    "commitments": _commitment,
    "stakeholders": _stakeholder,
    "meetings": _meeting,
    "statements": _statement,
    "sources": _source,
    "outcomes": _outcome,
}


def compose_fact(row: Kept, resolver: Resolver) -> FactView:
    """A line of the timeline; `row` has position, at, topic and document."""
    kept = orjson.loads(row.document)
    recorder = kept["recorder"]
    data = kept["data"]
    del data["effective_on"]
    return FactView(
        position=row.position,
        id=kept["id"],
        topic=row.topic,
        version=kept["version"],
        subject=resolver.ref(kept["kind"], kept["stream"]),
        title=kept["title"],
        recorded_at=instant(row.at),
        effective_on=kept["effective_on"],
        recorder=RecorderView(
            by=recorder["by"],
            name=recorder["name"],
            on_behalf_of=resolver.maybe_party(recorder["on_behalf_of"]),
            why=recorder["why"],
        ),
        sources=[resolver.source(source) for source in kept["sources"]],
        leaf_hash=kept["leaf_hash"],
        data=data,
    )
