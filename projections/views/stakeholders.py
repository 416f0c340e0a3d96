"""Who they are, who belongs where, and who is the same: the fold of a stakeholder's stream."""

from collections.abc import Iterator
from typing import Final

import orjson

from ledger.facts.housekeeping import RedactionApplied
from ledger.facts.stakeholder import (
    AliasAdded,
    MembershipEnded,
    MembershipStarted,
    OrganizationCorrected,
    OrganizationProfile,
    OrganizationRegistered,
    PersonCorrected,
    PersonProfile,
    PersonRegistered,
    StakeholderMerged,
    StakeholderRenamed,
    StakeholderUnmerged,
)
from ledger.store.port import StoredFact
from projections.spans import Document, Held, Row, Story
from projections.views.pieces import (
    Facets,
    MisplacedFactError,
    corrected,
    dated,
    facets,
    pieces,
    said,
)


def evolve(document: Document, stored: StoredFact) -> Document:
    match stored.fact:
        case OrganizationRegistered(profile=profile):
            return _registered(stored.stream, "organization", _organization(profile))
        case PersonRegistered(profile=profile):
            return _registered(stored.stream, "person", _person(profile))
        case OrganizationCorrected(profile=profile, reason=reason, noticed_by=noticed_by):
            return corrected(document, _organization(profile), stored, reason, noticed_by)
        case PersonCorrected(profile=profile, reason=reason, noticed_by=noticed_by):
            return corrected(document, _person(profile), stored, reason, noticed_by)
        case StakeholderRenamed(name=name):
            return {**_also_called(document, document["name"]), "name": said(name)}
        case AliasAdded(alias=alias):
            return _also_called(document, said(alias))
        case MembershipStarted() as fact:
            return {**document, "memberships": [*document["memberships"], _membership(fact)]}
        case MembershipEnded() as fact:
            return {**document, "memberships": _ended(document, fact)}
        case StakeholderMerged(into=into):
            return {**document, "merged_into": into}
        case StakeholderUnmerged():
            return {**document, "merged_into": None}
        case RedactionApplied():
            return document
        case fact:
            raise MisplacedFactError(fact.TOPIC)


def _registered(stream: str, kind: str, profile: Document) -> Document:
    return {
        "id": stream,
        "kind": kind,
        **profile,
        "memberships": [],
        "merged_into": None,
        "corrections": [],
    }


def _organization(profile: OrganizationProfile) -> Document:
    return {
        "name": said(profile.name),
        "aliases": [str(alias) for alias in profile.aliases if alias],
        "classification": profile.classification.value,
        "founded_on": dated(profile.founded_on),
        "founder": profile.founder,
        "purpose": said(profile.purpose),
        "url": said(profile.url),
    }


def _person(profile: PersonProfile) -> Document:
    return {
        "name": said(profile.name),
        "aliases": [str(alias) for alias in profile.aliases if alias],
        "classification": None,
        "founded_on": None,
        "founder": None,
        "purpose": None,
        "url": said(profile.url),
    }


def _also_called(document: Document, alias: str | None) -> Document:
    if alias is None or alias in document["aliases"]:
        return document
    return {**document, "aliases": [*document["aliases"], alias]}


def _membership(fact: MembershipStarted) -> Document:
    return {
        "id": fact.membership,
        "party": fact.organization,
        "role": said(fact.role),
        "since": dated(fact.since),
        "until": None,
    }


def _ended(document: Document, fact: MembershipEnded) -> list[Document]:
    return [
        {**membership, "until": str(fact.until)}
        if membership["id"] == fact.membership
        else membership
        for membership in document["memberships"]
    ]


def describe(document: Document) -> Held:
    row = Row(
        title=document["name"],
        kind=document["kind"],
        refers=document["merged_into"],
        document=orjson.dumps(document),
    )
    words = pieces(document["name"], *document["aliases"], document["purpose"])
    return {(): row}, _facets(document), words, {}, dict.fromkeys(_tallies(document))


def _facets(document: Document) -> Facets:
    return facets(
        **{"": [""]},
        kind=[document["kind"]],
        classification=[document["classification"]],
        name=[(document["name"] or "").casefold()],
        member_of=[membership["party"] for membership in document["memberships"]],
        merged_into=[document["merged_into"]],
    )


def _tallies(document: Document) -> Iterator[tuple[str, str]]:
    if document["merged_into"] is None:
        yield "entities", "stakeholders"
        yield "entities", f"{document['kind']}s"


STAKEHOLDERS: Final = Story(
    collection="stakeholders",
    evolve=evolve,
    describe=describe,
    from_start=(
        OrganizationCorrected,
        PersonCorrected,
        StakeholderMerged,
        StakeholderUnmerged,
        RedactionApplied,
    ),
    restarts=(OrganizationCorrected, PersonCorrected),
)
