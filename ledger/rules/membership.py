"""Memberships: which organization a person belongs to, in which role, from when until when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, assert_never

from ledger.commands import EndMembership, StartMembership
from ledger.dates import PartialDate
from ledger.errors import Conflict, Unknown
from ledger.facts.fact import MembershipId
from ledger.facts.stakeholder import MembershipEnded, MembershipStarted
from ledger.rules.days import certainly_before, past, today
from ledger.rules.words import check_name

MembershipCommand = StartMembership | EndMembership
MembershipFact = MembershipStarted | MembershipEnded


class MembershipKnown(Conflict):
    """The membership was started already; take a new id for another one."""


class UnknownMembership(Unknown):
    """The person has no membership with this id; start it first."""


class AlreadyEnded(Conflict):
    """The membership has ended already; it ends once."""


class EndsBeforeItStarts(Conflict):
    """The membership cannot end before it starts; give a later day."""


class Membership(NamedTuple):
    """Where a person belongs."""

    since: PartialDate | None
    ended: bool = False


Memberships = Mapping[MembershipId, Membership]


def decide(
    command: MembershipCommand, memberships: Memberships, now: datetime
) -> Sequence[MembershipFact]:
    """Raise a refusal, or say what happens to a person's memberships."""
    match command:
        case StartMembership():
            return _started(command, memberships, now)
        case EndMembership():
            return _ended(command, memberships, now)
        case _:
            assert_never(command)


def _started(
    command: StartMembership, memberships: Memberships, now: datetime
) -> Sequence[MembershipFact]:
    check_name(command.role, "/role")
    if command.membership in memberships:
        raise MembershipKnown(pointer="/membership")
    return [
        MembershipStarted(
            effective_on=past(command.since or today(now), now, "/since"),
            membership=command.membership,
            organization=command.organization,
            role=command.role,
            since=command.since,
        )
    ]


def _ended(
    command: EndMembership, memberships: Memberships, now: datetime
) -> Sequence[MembershipFact]:
    membership = memberships.get(command.membership)
    if membership is None:
        raise UnknownMembership(pointer="/membership")
    if membership.ended:
        raise AlreadyEnded(pointer="/membership")
    if membership.since is not None and certainly_before(command.until, membership.since):
        raise EndsBeforeItStarts(pointer="/until")
    until = past(command.until, now, "/until")
    return [MembershipEnded(effective_on=until, membership=command.membership, until=until)]


def evolve(memberships: Memberships, fact: MembershipFact) -> Memberships:
    """The memberships after one more, or after the end of one."""
    match fact:
        case MembershipStarted():
            changed = Membership(fact.since)
        case MembershipEnded():
            changed = memberships[fact.membership]._replace(ended=True)
        case _:
            assert_never(fact)
    return {**memberships, fact.membership: changed}
