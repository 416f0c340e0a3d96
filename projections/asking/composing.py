"""Stored documents into what readers get: ids become names, titles and quotations."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

import orjson
from sqlalchemy import Row

from ledger.log.receipts import SUFFIX
from ledger.vocabulary import STALE_AFTER_DAYS, Effect, Flag, QuotationCheck
from projections.asking.filters import last_fresh_day
from projections.asking.reach import Reach, looking
from projections.asking.resolver import Resolver, Taker
from projections.days import earliest_day, instant, latest_day
from projections.documents import (
    BearingView,
    CitationView,
    Clocks,
    Commitment,
    CorrectionView,
    FactView,
    Meeting,
    MembershipView,
    Outcome,
    Party,
    RecorderView,
    RedactionView,
    Ref,
    Source,
    Stakeholder,
    Statement,
)
from projections.port import Entity
from projections.spans import ALWAYS, FOREVER, Document
from projections.views.commitments import is_fulfilled_late, is_self_reported
from projections.views.pieces import disputed

# Attributes of a term cost more than the rest of a flag.
_OVERDUE: Final = Flag.OVERDUE.value
_LATE: Final = Flag.LATE.value
_REVIEW_DUE: Final = Flag.REVIEW_DUE.value
_DISPUTED: Final = Flag.DISPUTED.value
_STALE: Final = Flag.STALE.value
_SELF_REPORTED_ONLY: Final = Flag.SELF_REPORTED_ONLY.value
_QUOTE_UNVERIFIED: Final = Flag.QUOTE_UNVERIFIED.value
_NOT_FOUND: Final = QuotationCheck.NOT_FOUND.value
_ADDRESSES: Final = Effect.ADDRESSES.value


class Kept(NamedTuple):
    """What is read of a row."""

    born: int
    stream: str
    pos_from: int
    pos_to: int
    day_from: int
    day_to: int
    document: bytes
    due: int | None
    open_due: int | None
    review: int | None
    looked: int | None


COLUMNS: Final = Kept._fields


def compose(collection: str, row: Kept, resolver: Resolver, day: date) -> Entity:
    """The document of a row; the resolver fills its blanks in the end."""
    kept = orjson.loads(row.document)
    kept["clocks"] = _clocks(row, kept)
    return _COMPOSERS[collection](row, kept, resolver, day)


def reach_of(row: Kept, day: date) -> Reach:
    """Where the row itself reaches: while it holds, and until a day turns one of its flags."""
    holds = Reach(row.pos_from, row.pos_to, row.day_from, row.day_to)
    return looking(day.toordinal(), _turns(row), holds)


def _turns(row: Kept) -> list[int]:
    """The days from which on `_own_flags` says something else."""
    last_days = (row.open_due, row.review, row.looked and row.looked + STALE_AFTER_DAYS)
    return [day + 1 for day in last_days if day is not None]


def _clocks(row: Kept, kept: Document) -> Clocks:
    clocks = kept["clocks"]
    return Clocks(
        position=clocks["position"],
        version=clocks["version"],
        recorded_at=clocks["recorded_at"],
        true_from=clocks["since"] if row.day_from == ALWAYS else _iso(row.day_from),
        true_until=None if row.day_to == FOREVER else _iso(row.day_to),
    )


@lru_cache(4096)
def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _commitment(row: Kept, kept: dict[str, Any], resolver: Resolver, day: date) -> Commitment:
    late = row.due is not None and is_fulfilled_late(kept)
    kept["flags"] = _own_flags(row, kept, day)
    _promised(kept, resolver)
    _related(row.stream, kept, resolver)
    _judged(row.stream, kept, resolver)
    _contested(kept, resolver)
    document = cast("Commitment", kept)
    resolver.close_with(lambda: _finish_commitment(document, late=late))
    return document


def _promised(kept: dict[str, Any], resolver: Resolver) -> None:
    """Who promised what to whom, and where it was said."""
    kept["promisors"] = resolver.parties(kept["promisors"])
    kept["promisees"] = resolver.parties(kept["promisees"])
    kept["third_parties"] = [
        {"name": third["name"], "stakeholder": resolver.maybe_party(third["stakeholder"])}
        for third in kept["third_parties"]
    ]
    kept["statement"] = resolver.maybe_ref("statements", kept["statement"])
    kept["meeting"] = resolver.maybe_ref("meetings", kept["meeting"])


def _related(ident: str, kept: dict[str, Any], resolver: Resolver) -> None:
    """Other commitments that have to do with it."""
    kept["successor"] = resolver.maybe_ref("commitments", kept["successor"])
    kept["parent"] = resolver.maybe_ref("commitments", kept["parent"])
    kept["predecessors"] = resolver.refs_from("commitments", "successor", ident)
    kept["parts"] = resolver.refs_from("commitments", "parent", ident)
    kept["relations"] = [
        {
            "kind": relation["kind"],
            "commitment": resolver.ref("commitments", relation["commitment"]),
        }
        for relation in kept["relations"]
    ]


def _judged(ident: str, kept: dict[str, Any], resolver: Resolver) -> None:
    """What it rests on, and what was found to have come of it."""
    kept["citations"] = resolver.citations(kept["citations"])
    kept["assessments"] = [_assessment(found, resolver) for found in kept["assessments"]]
    kept["reviews"] = [_assessed(found, resolver) for found in kept["reviews"]]
    kept["outcomes"] = _bearings(ident, resolver)


def _finish_commitment(document: Commitment, *, late: bool) -> None:
    """Flags that depend on other records."""
    flags = document["flags"]
    if late and not _was_in_time(document):
        flags.append(_LATE)
    if _is_unverified(document["citations"]) or any(
        _is_unverified(assessment["citations"]) for assessment in document["assessments"]
    ):
        flags.append(_QUOTE_UNVERIFIED)


def _contested(kept: dict[str, Any], resolver: Resolver) -> None:
    """What may be said against a record, and what was corrected."""
    kept["replies"] = [
        {**reply, "party": resolver.party(reply["party"])} for reply in kept["replies"]
    ]
    kept["disputes"] = [
        {**dispute, "party": resolver.maybe_party(dispute["party"])} for dispute in kept["disputes"]
    ]
    kept["corrections"] = _corrections(kept, resolver)


def _assessment(kept: Document, resolver: Resolver) -> Document:
    return {**_assessed(kept, resolver), "citations": resolver.citations(kept["citations"])}


def _assessed(kept: Document, resolver: Resolver) -> Document:
    return {**kept, "assessor": resolver.maybe_party(kept["assessor"])}


def _bearings(ident: str, resolver: Resolver) -> list[BearingView]:
    """The outcomes that bear on a record, the latest that happened first."""
    found: list[BearingView] = []

    def take(row: Row[Any]) -> None:
        outcome = orjson.loads(row.document)
        reference = Ref(id=row.stream, kind="outcomes", title=row.title)
        found.extend(
            BearingView(
                outcome=reference, effect=bearing["effect"], happened_on=outcome["happened_on"]
            )
            for bearing in outcome["bears_on"]
            if bearing["subject"] == ident
        )
        found.sort(key=lambda bearing: earliest_day(bearing["happened_on"]), reverse=True)

    resolver.rows_from("outcomes", "subject", ident, take)
    return found


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


def _own_flags(row: Kept, kept: Document, day: date) -> list[str]:
    """Flags that the record and the day decide."""
    today = day.toordinal()
    flags = []
    if row.open_due is not None and row.open_due < today:
        flags.append(_OVERDUE)
    if row.review is not None and row.review < today:
        flags.append(_REVIEW_DUE)
    if kept["disputes"] and disputed(kept):
        flags.append(_DISPUTED)
    if row.looked is not None and row.looked < last_fresh_day(day):
        flags.append(_STALE)
    if is_self_reported(kept):
        flags.append(_SELF_REPORTED_ONLY)
    return flags


def _was_in_time(document: Commitment) -> bool:
    """An outcome that fulfils it happened by the due day, whenever it was assessed."""
    due = document["due"]
    return due is not None and any(
        bearing["effect"] == Effect.FULFILS.value
        and earliest_day(bearing["happened_on"]) <= latest_day(due["latest"])
        for bearing in document["outcomes"]
    )


def _is_unverified(cites: Sequence[CitationView]) -> bool:
    return any(cite["quotation"]["check"] == _NOT_FOUND for cite in cites)


def _stakeholder(row: Kept, kept: dict[str, Any], resolver: Resolver, _day: date) -> Stakeholder:
    ident = row.stream
    memberships: list[Any] = [
        {**found, "party": resolver.party(found["party"])} for found in kept["memberships"]
    ]
    merged: list[Party] = []
    resolver.rows_from("stakeholders", "member_of", ident, _member(ident, memberships))
    resolver.rows_from(
        "stakeholders",
        "merged_into",
        ident,
        lambda other: merged.append(Party(id=other.stream, kind=other.kind, name=other.title)),
    )
    kept["memberships"], kept["merged_from"] = memberships, merged
    kept["founder"] = resolver.maybe_party(kept["founder"])
    kept["merged_into"] = resolver.maybe_party(kept["merged_into"])
    kept["corrections"] = _corrections(kept, resolver)
    return cast("Stakeholder", kept)


def _member(ident: str, memberships: list[MembershipView]) -> Taker:
    def take(row: Row[Any]) -> None:
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
    kept["claimed_dates"] = [
        {**claim, "source": resolver.source(claim["source"])} for claim in kept["claimed_dates"]
    ]
    kept["participants"] = [
        {
            "stakeholder": resolver.party(found["stakeholder"]),
            "delegation": resolver.maybe_party(found["delegation"]),
            "role": found["role"],
        }
        for found in kept["participants"]
    ]
    kept["follows"] = resolver.maybe_ref("meetings", kept["follows"])
    kept["followed_by"] = resolver.refs_from("meetings", "follows", ident)
    kept["sources"] = [resolver.source(source) for source in kept["sources"]]
    kept["statements"] = resolver.refs_from("statements", "meeting", ident)
    kept["commitments"] = resolver.refs_from("commitments", "meeting", ident)
    kept["corrections"] = _corrections(kept, resolver)
    return cast("Meeting", kept)


def _statement(row: Kept, kept: dict[str, Any], resolver: Resolver, _day: date) -> Statement:
    ident = row.stream
    kept["flags"] = [_DISPUTED] if disputed(kept) else []
    kept["speakers"] = resolver.parties(kept["speakers"])
    kept["addressees"] = resolver.parties(kept["addressees"])
    kept["citations"] = resolver.citations(kept["citations"])
    kept["meeting"] = resolver.maybe_ref("meetings", kept["meeting"])
    kept["commitments"] = resolver.refs_from("commitments", "statement", ident)
    kept["outcomes"] = _bearings(ident, resolver)
    _contested(kept, resolver)
    document = cast("Statement", kept)
    resolver.close_with(lambda: _finish_statement(document))
    return document


def _finish_statement(document: Statement) -> None:
    document["addressed_by"] = [
        bearing for bearing in document["outcomes"] if bearing["effect"] == _ADDRESSES
    ]
    if _is_unverified(document["citations"]):
        document["flags"].append(_QUOTE_UNVERIFIED)


def _source(row: Kept, kept: dict[str, Any], resolver: Resolver, _day: date) -> Source:
    resolver.only_here()
    cited_by: list[Ref] = []
    for collection in ("commitments", "statements", "outcomes", "meetings"):
        take = _citing(collection, cited_by)
        resolver.rows_from(collection, "source", row.stream, take)
    kept["cited_by"] = cited_by
    kept["quotations"] = resolver.quotations_of(row.born)
    kept["corrections"] = _corrections(kept, resolver)
    return cast("Source", kept)


def _citing(collection: str, found: list[Ref]) -> Taker:
    return lambda row: found.append(Ref(id=row.stream, kind=collection, title=row.title))


def _outcome(_row: Kept, kept: dict[str, Any], resolver: Resolver, _day: date) -> Outcome:
    kept["bears_on"] = [
        {"subject": resolver.subject(bearing["subject"]), "effect": bearing["effect"]}
        for bearing in kept["bears_on"]
    ]
    kept["citations"] = resolver.citations(kept["citations"])
    kept["corrections"] = _corrections(kept, resolver)
    return cast("Outcome", kept)


_COMPOSERS: Final[Mapping[str, Callable[[Kept, dict[str, Any], Resolver, date], Entity]]] = {
    "commitments": _commitment,
    "stakeholders": _stakeholder,
    "meetings": _meeting,
    "statements": _statement,
    "sources": _source,
    "outcomes": _outcome,
}


def compose_fact(row: Row[Any], resolver: Resolver) -> FactView:
    """A line of the timeline; `row` has position, at, topic and document.

    Which redactions took words of it away is filled in by whoever asks for many.
    """
    kept = orjson.loads(row.document)
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
        recorder=_recorder(kept["recorder"], resolver),
        sources=[resolver.source(source) for source in kept["sources"]],
        leaf_hash=kept["leaf_hash"],
        proof=f"/facts/{row.position}{SUFFIX}",
        redactions=[],
        data=data,
    )


def _recorder(kept: Document, resolver: Resolver) -> RecorderView:
    return RecorderView(
        by=kept["by"],
        name=kept["name"],
        on_behalf_of=resolver.maybe_party(kept["on_behalf_of"]),
        why=kept["why"],
    )


def compose_redaction(row: Row[Any]) -> RedactionView:
    """`row` has position, at and document of the redaction."""
    data = orjson.loads(row.document)["data"]
    return RedactionView(
        part=data["part"],
        basis=data["basis"],
        authority=data["authority"],
        position=row.position,
        recorded_at=instant(row.at),
    )
