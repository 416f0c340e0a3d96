"""Who they are, who belongs where, and who is the same: the fold of a stakeholder's stream."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
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
from projections.spans import ALWAYS, Document, Moving, Row, Settled, Story
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
            return _renamed(document, said(name))
        case AliasAdded(alias=alias):
            return {**document, "aliases": [*document["aliases"], str(alias)]}
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


def _renamed(document: Document, name: str | None) -> Document:
    """Every former name is an alias."""
    former = dict.fromkeys((document["name"], *document["aliases"]))
    return {**document, "name": name, "aliases": [each for each in former if each and each != name]}


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


def describe(document: Document) -> Moving:
    """Everything about a stakeholder may change with any fact."""
    row = Row(
        title=document["name"],
        kind=document["kind"],
        refers=document["merged_into"],
        document=orjson.dumps(document),
    )
    return Moving(
        rows={(): row},
        facets=_facets(document),
        words=pieces(document["name"], *document["aliases"], document["purpose"]),
        tallies=dict.fromkeys(_tallies(document)),
    )


def settle(_document: Document) -> Settled:
    """Nothing stands apart."""
    return Settled()


def _facets(document: Document) -> Facets:
    return facets(
        **{"": [""]},
        id=[document["id"]],
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


# --- how the story is told


def _begins(facts: Sequence[StoredFact]) -> int:
    """The founding day, as the last correction has it; else nobody knows since when."""
    profiles = (
        stored.fact.profile for stored in reversed(facts) if isinstance(stored.fact, _Profiled)
    )
    match next(profiles):
        case OrganizationProfile(founded_on=founded_on) if founded_on is not None:
            return founded_on.earliest.toordinal()
        case _:
            return ALWAYS


_Profiled: Final = (
    OrganizationRegistered | OrganizationCorrected | PersonRegistered | PersonCorrected
)


def _prepare(facts: Sequence[StoredFact]) -> Sequence[StoredFact]:
    """A correction after a renaming names the stakeholder as it is called now.

    Its name therefore corrects the name that was taken last, and the name before that stands.
    """
    told: list[StoredFact] = []
    for stored in facts:
        renamed = _last_renamed(told)
        if isinstance(stored.fact, OrganizationCorrected | PersonCorrected) and renamed is not None:
            told[renamed] = _called(told[renamed], stored.fact.profile.name)
            told.append(_by_its_first_name(stored, told))
        else:
            told.append(stored)
    return told


def _last_renamed(told: Sequence[StoredFact]) -> int | None:
    """The index of the renaming that is the last on the world's clock."""
    renamings = [
        (stored.fact.effective_on.earliest, index)
        for index, stored in enumerate(told)
        if isinstance(stored.fact, StakeholderRenamed)
    ]
    return max(renamings)[1] if renamings else None


def _called(renaming: StoredFact, name: str) -> StoredFact:
    fact = StakeholderRenamed(effective_on=renaming.fact.effective_on, name=name)
    return replace(renaming, fact=fact)


def _by_its_first_name(correction: StoredFact, told: Sequence[StoredFact]) -> StoredFact:
    first = next(
        stored.fact.profile.name for stored in reversed(told) if isinstance(stored.fact, _Profiled)
    )
    match correction.fact:
        case OrganizationCorrected(profile=organization) as fact:
            aliases = _without(organization.aliases, first)
            profile = replace(organization, name=first, aliases=aliases)
            return replace(correction, fact=replace(fact, profile=profile))
        case PersonCorrected(profile=person) as fact:
            aliases = _without(person.aliases, first)
            named = replace(person, name=first, aliases=aliases)
            return replace(correction, fact=replace(fact, profile=named))
        case _:
            return correction


def _without(aliases: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(alias for alias in aliases if alias != name)


STAKEHOLDERS: Final = Story(
    collection="stakeholders",
    evolve=evolve,
    describe=describe,
    settle=settle,
    settles=(),
    from_start=(
        OrganizationCorrected,
        PersonCorrected,
        AliasAdded,
        StakeholderMerged,
        StakeholderUnmerged,
        RedactionApplied,
    ),
    corrections=(OrganizationCorrected, PersonCorrected),
    begins=_begins,
    prepare=_prepare,
)
