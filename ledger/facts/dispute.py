"""Facts about objections, in the stream of the commitment or statement they are about."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.facts.fact import AccountId, DisputeId, Fact, ReplyId, StreamId, Words
from ledger.vocabulary import DisputeGround, DisputeResolution


@dataclass(frozen=True, kw_only=True)
class ReplyPublished(Fact):
    """The right of reply: what a party says about the record, in its own words."""

    TOPIC: ClassVar = "reply.published/1"
    reply: ReplyId
    party: StreamId
    text: Words


@dataclass(frozen=True, kw_only=True)
class DisputeOpened(Fact):
    """`opened_by` is the account that recorded it; `party` is who objects, where that is known."""

    TOPIC: ClassVar = "dispute.opened/1"
    dispute: DisputeId
    ground: DisputeGround
    party: StreamId | None = None
    opened_by: AccountId
    text: Words


@dataclass(frozen=True, kw_only=True)
class DisputeResolved(Fact):
    """Somebody other than who opened it has answered the dispute."""

    TOPIC: ClassVar = "dispute.resolved/1"
    dispute: DisputeId
    resolution: DisputeResolution
    resolved_by: AccountId
    text: Words


DisputeFact = ReplyPublished | DisputeOpened | DisputeResolved
