"""Stakeholders: who they are, what they are called, where they belong, and who is the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, assert_never

from ledger.commands import (
    AddAlias,
    CorrectOrganization,
    CorrectPerson,
    EndMembership,
    MergeStakeholder,
    RegisterOrganization,
    RegisterPerson,
    RenameStakeholder,
    StartMembership,
    UnmergeStakeholder,
)
from ledger.dates import PartialDate
from ledger.errors import Conflict, Unknown
from ledger.facts.fact import MembershipId, StreamId
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
    StakeholderFact,
    StakeholderMerged,
    StakeholderRenamed,
    StakeholderUnmerged,
)
from ledger.rules import membership
from ledger.rules.days import past, today
from ledger.rules.membership import Membership
from ledger.rules.record import refuse_itself, refuse_taken, refuse_unchanged
from ledger.rules.words import check_name, check_remark, check_url
from ledger.vocabulary import StakeholderKind

Profile = OrganizationProfile | PersonProfile
Registration = RegisterOrganization | RegisterPerson
StakeholderCommand = (
    RegisterOrganization
    | CorrectOrganization
    | RegisterPerson
    | CorrectPerson
    | RenameStakeholder
    | AddAlias
    | StartMembership
    | EndMembership
    | MergeStakeholder
    | UnmergeStakeholder
)


class UnknownParty(Unknown):
    """No organization or person has this id; register it first, or name one that is registered."""


class NotAnOrganization(Conflict):
    """The id belongs to a person; name an organization."""


class NotAPerson(Conflict):
    """The id belongs to an organization; name a person."""


class LookAlikeName(Conflict):
    """Somebody bears this name or one that looks the same; use that id or name it a namesake."""


class AlreadyBorne(Conflict):
    """The stakeholder bears this name already; leave it out, or write another."""


class MergedParty(Conflict):
    """The stakeholder was merged into another; name that one, or undo the merge first."""


class NotMerged(Conflict):
    """The stakeholder is merged into nobody, so there is no merge to undo."""


class AcrossKinds(Conflict):
    """An organization and a person are never the same; merge into one of the same kind."""


class Stakeholder(NamedTuple):
    """`profile` is what is known now: renamed, with every former name among the aliases.

    `dropped` are names that a correction took away. They stay claimed, as decision 6 says.
    """

    kind: StakeholderKind
    began: PartialDate
    profile: Profile
    memberships: Mapping[MembershipId, Membership] = {}
    merged_into: StreamId | None = None
    dropped: frozenset[str] = frozenset()


# --- decide


def decide(
    command: StakeholderCommand, state: Stakeholder | None, now: datetime
) -> Sequence[StakeholderFact]:
    """Raise a refusal, or say what happens."""
    if isinstance(command, Registration):
        refuse_taken(state)
        return _registered(command, now)
    if state is None:
        raise UnknownParty(pointer="/id")
    if isinstance(command, UnmergeStakeholder):
        return _unmerged(state, now)
    refuse_merged(state, "/id")
    match command:
        case CorrectOrganization() | CorrectPerson():
            return _corrected(command, state, now)
        case RenameStakeholder():
            return _renamed(command, state, now)
        case AddAlias():
            return _alias_added(command, state, now)
        case StartMembership() | EndMembership():
            _refuse_organization(state)
            return membership.decide(command, state.memberships, now)
        case MergeStakeholder():
            refuse_itself(command.id, command.into, "/into")
            return [StakeholderMerged(effective_on=today(now), into=command.into)]
        case _:
            assert_never(command)


def _registered(command: Registration, now: datetime) -> Sequence[StakeholderFact]:
    match command:
        case RegisterOrganization(profile=profile):
            _check_organization(profile, command.id, now)
            began = profile.founded_on or today(now)
            return [OrganizationRegistered(effective_on=began, profile=profile)]
        case RegisterPerson(profile=person):
            _check_profile(person)
            return [PersonRegistered(effective_on=today(now), profile=person)]
        case _:
            assert_never(command)


def _check_organization(profile: OrganizationProfile, own: StreamId, now: datetime) -> None:
    _check_profile(profile)
    check_remark(profile.purpose, "/profile/purpose")
    refuse_itself(own, profile.founder, "/profile/founder")
    if profile.founded_on is not None:
        past(profile.founded_on, now, "/profile/founded_on")


def _check_profile(profile: Profile) -> None:
    check_name(profile.name, "/profile/name")
    check_url(profile.url, "/profile/url")
    names = {profile.name}
    for index, alias in enumerate(profile.aliases):
        pointer = f"/profile/aliases/{index}"
        check_name(alias, pointer)
        if alias in names:
            raise AlreadyBorne(pointer=pointer)
        names.add(alias)


def _corrected(
    command: CorrectOrganization | CorrectPerson, state: Stakeholder, now: datetime
) -> Sequence[StakeholderFact]:
    _refuse_unlike(command, state)
    check_remark(command.noticed_by, "/noticed_by")
    refuse_unchanged(state.profile, command.profile, "/profile")
    match command:
        case CorrectOrganization():
            _check_organization(command.profile, command.id, now)
            return [
                OrganizationCorrected(
                    effective_on=state.began,
                    profile=command.profile,
                    reason=command.reason,
                    noticed_by=command.noticed_by,
                )
            ]
        case CorrectPerson():
            _check_profile(command.profile)
            return [
                PersonCorrected(
                    effective_on=state.began,
                    profile=command.profile,
                    reason=command.reason,
                    noticed_by=command.noticed_by,
                )
            ]
        case _:
            assert_never(command)


def _refuse_unlike(command: CorrectOrganization | CorrectPerson, state: Stakeholder) -> None:
    if isinstance(command, CorrectPerson):
        _refuse_organization(state)
    elif state.kind is not StakeholderKind.ORGANIZATION:
        raise NotAnOrganization(pointer="/id")


def _refuse_organization(state: Stakeholder) -> None:
    if state.kind is not StakeholderKind.PERSON:
        raise NotAPerson(pointer="/id")


def refuse_merged(state: Stakeholder, pointer: str) -> None:
    """A duplicate takes nothing and is named by nothing: its record is the other one."""
    if state.merged_into is not None:
        raise MergedParty(
            f"This stakeholder was merged into {state.merged_into}; name that one.",
            pointer=pointer,
        )


def _renamed(
    command: RenameStakeholder, state: Stakeholder, now: datetime
) -> Sequence[StakeholderFact]:
    check_name(command.name, "/name")
    if command.name == state.profile.name:
        raise AlreadyBorne(pointer="/name")
    renamed_on = past(command.renamed_on, now, "/renamed_on")
    return [StakeholderRenamed(effective_on=renamed_on, name=command.name)]


def _alias_added(command: AddAlias, state: Stakeholder, now: datetime) -> Sequence[StakeholderFact]:
    check_name(command.alias, "/alias")
    if command.alias in (state.profile.name, *state.profile.aliases):
        raise AlreadyBorne(pointer="/alias")
    return [AliasAdded(effective_on=today(now), alias=command.alias)]


def _unmerged(state: Stakeholder, now: datetime) -> Sequence[StakeholderFact]:
    if state.merged_into is None:
        raise NotMerged(pointer="/id")
    return [StakeholderUnmerged(effective_on=today(now))]


# --- evolve


def evolve(state: Stakeholder | None, fact: StakeholderFact) -> Stakeholder:
    """The stakeholder after the fact; `decide` sees to it that the first one registers it."""
    if isinstance(fact, OrganizationRegistered):
        return Stakeholder(StakeholderKind.ORGANIZATION, fact.effective_on, fact.profile)
    if isinstance(fact, PersonRegistered):
        return Stakeholder(StakeholderKind.PERSON, fact.effective_on, fact.profile)
    if state is None:
        raise UnknownParty
    match fact:
        case OrganizationCorrected() | PersonCorrected():
            return _set_right(state, fact.profile)
        case StakeholderRenamed():
            return state._replace(profile=_named(state.profile, fact.name))
        case AliasAdded():
            aliases = (*state.profile.aliases, fact.alias)
            return state._replace(profile=replace(state.profile, aliases=aliases))
        case MembershipStarted() | MembershipEnded():
            return state._replace(memberships=membership.evolve(state.memberships, fact))
        case StakeholderMerged():
            return state._replace(merged_into=fact.into)
        case StakeholderUnmerged():
            return state._replace(merged_into=None)
        case _:
            assert_never(fact)


def _set_right(state: Stakeholder, profile: Profile) -> Stakeholder:
    before = {state.profile.name, *state.profile.aliases}
    dropped = (state.dropped | before) - {profile.name, *profile.aliases}
    return state._replace(profile=profile, dropped=dropped)


def _named(profile: Profile, name: str) -> Profile:
    former = (alias for alias in (profile.name, *profile.aliases) if alias != name)
    return replace(profile, name=name, aliases=tuple(former))
