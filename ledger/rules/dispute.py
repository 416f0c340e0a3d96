"""Replies and disputes, in the stream of the commitment or statement they are about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, assert_never

from ledger.commands import OpenDispute, PublishReply, ResolveDispute
from ledger.dates import PartialDate
from ledger.errors import Conflict, Unknown
from ledger.facts.dispute import DisputeFact, DisputeOpened, DisputeResolved, ReplyPublished
from ledger.facts.fact import AccountId, DisputeId, ReplyId, StreamId
from ledger.rules.days import since
from ledger.rules.words import check_text

DisputeCommand = PublishReply | OpenDispute | ResolveDispute


class UnknownSubject(Unknown):
    """No commitment or statement has this id; record it first, or name one that is recorded."""


class NotAParty(Conflict):
    """Only a party of the record has a right of reply; others may open a dispute."""


class ReplyKnown(Conflict):
    """A reply with this id is published already; take a new id for another one."""


class DisputeKnown(Conflict):
    """A dispute with this id is open or resolved already; take a new id for another one."""


class UnknownDispute(Unknown):
    """The record has no dispute with this id; open it first."""


class AlreadyResolved(Conflict):
    """The dispute is resolved already; open a new one."""


class ResolvedByItsOpener(Conflict):
    """Who opened a dispute cannot resolve it; somebody else has to."""


class Dispute(NamedTuple):
    """`opened_by` is the account that may not resolve it."""

    opened_by: AccountId
    opened_on: PartialDate
    resolved: bool = False


class Objections(NamedTuple):
    """What was said against a record."""

    replies: frozenset[ReplyId] = frozenset()
    disputes: Mapping[DisputeId, Dispute] = {}


class Subject(NamedTuple):
    """The record that is objected to, as far as these rules ask."""

    began: PartialDate
    parties: Collection[StreamId]
    objections: Objections


def decide(command: DisputeCommand, subject: Subject, now: datetime) -> Sequence[DisputeFact]:
    """Raise a refusal, or say what happens."""
    check_text(command.text, "/text")
    match command:
        case PublishReply():
            return _replied(command, subject, now)
        case OpenDispute():
            return _opened(command, subject, now)
        case ResolveDispute():
            return _resolved(command, subject.objections, now)
        case _:
            assert_never(command)


def _replied(command: PublishReply, subject: Subject, now: datetime) -> Sequence[DisputeFact]:
    if command.reply in subject.objections.replies:
        raise ReplyKnown(pointer="/reply")
    if command.party not in subject.parties:
        raise NotAParty(pointer="/party")
    return [
        ReplyPublished(
            effective_on=since(subject.began, command.replied_on, now, "/replied_on"),
            reply=command.reply,
            party=command.party,
            text=command.text,
        )
    ]


def _opened(command: OpenDispute, subject: Subject, now: datetime) -> Sequence[DisputeFact]:
    if command.dispute in subject.objections.disputes:
        raise DisputeKnown(pointer="/dispute")
    return [
        DisputeOpened(
            effective_on=since(subject.began, command.opened_on, now, "/opened_on"),
            dispute=command.dispute,
            ground=command.ground,
            party=command.party,
            opened_by=command.opened_by,
            text=command.text,
        )
    ]


def _resolved(
    command: ResolveDispute, objections: Objections, now: datetime
) -> Sequence[DisputeFact]:
    dispute = objections.disputes.get(command.dispute)
    if dispute is None:
        raise UnknownDispute(pointer="/dispute")
    if dispute.resolved:
        raise AlreadyResolved(pointer="/dispute")
    if dispute.opened_by == command.resolved_by:
        raise ResolvedByItsOpener(pointer="/resolved_by")
    return [
        DisputeResolved(
            effective_on=since(dispute.opened_on, command.resolved_on, now, "/resolved_on"),
            dispute=command.dispute,
            resolution=command.resolution,
            resolved_by=command.resolved_by,
            text=command.text,
        )
    ]


def evolve(objections: Objections, fact: DisputeFact) -> Objections:
    """The objections after one more, or after an answer to one."""
    match fact:
        case ReplyPublished():
            return objections._replace(replies=objections.replies | {fact.reply})
        case DisputeOpened():
            return _with(objections, fact.dispute, Dispute(fact.opened_by, fact.effective_on))
        case DisputeResolved():
            resolved = objections.disputes[fact.dispute]._replace(resolved=True)
            return _with(objections, fact.dispute, resolved)
        case _:
            assert_never(fact)


def _with(objections: Objections, ident: DisputeId, dispute: Dispute) -> Objections:
    return objections._replace(disputes={**objections.disputes, ident: dispute})
