"""Redactions that somebody proposed: which parts, on what basis, and what became of it.

A proposal holds positions and codes, never words. It lies at the desk, because the ledger keeps
for ever; what is carried out stands in the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Engine, Row, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.desk import tables
from api.desk.trail import note
from ledger.clock import Clock, utc_now
from ledger.errors import Conflict, Unknown
from ledger.facts.fact import AccountId, StreamId
from ledger.redacting import Place
from ledger.vocabulary import RedactionBasis

LASTS: Final = timedelta(days=30)
_BASES: Final = {term.value: term for term in RedactionBasis}


class NoSuchProposal(Unknown):
    """Nobody has proposed a redaction with this id."""


class ProposalEnded(Conflict):
    """The proposal is open no more; propose the redaction anew if it is still wanted."""


class State(StrEnum):
    """Only what is pending can be approved or withdrawn."""

    PENDING = "pending"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Times are ms since 1970; `position` is that of the last fact of a redaction carried out."""

    id: StreamId
    places: tuple[Place, ...]
    basis: RedactionBasis
    authority: str
    proposed_by: AccountId
    proposed_at: int = 0
    expires_at: int = 0
    state: State = State.PENDING
    position: int | None = None

    def asks_the_same(self, other: "Proposal") -> bool:
        """Whether both would take away the same words, for the same reason."""
        mine, theirs = (
            (each.places, each.basis, each.authority, each.proposed_by) for each in (self, other)
        )
        return mine == theirs


class Proposals:
    """Blocking; safe from any thread. A change and its line in the trail are one transaction."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self._engine, self._clock = engine, clock

    def add(self, proposal: Proposal) -> tuple[Proposal, bool]:
        """What is kept under its id, and whether that is new; times are filled in."""
        now = self._now()
        row = {
            "id": proposal.id,
            "parts": orjson.dumps([list(place) for place in proposal.places]).decode(),
            "basis": proposal.basis.value,
            "authority": proposal.authority,
            "proposed_by": proposal.proposed_by,
            "proposed_at": now,
            "expires_at": now + LASTS // timedelta(milliseconds=1),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(tables.redactions).values(**row))
                account, ident = proposal.proposed_by, proposal.id
                note(connection, now, "redaction.proposed", account=account, detail=ident)
        except IntegrityError:
            return self.find(proposal.id), False
        return self.find(proposal.id), True

    def is_known(self, ident: str) -> bool:
        """Whether it was proposed by an earlier try."""
        with self._engine.connect() as connection:
            return connection.execute(_wanted(tables.redactions.c.id == ident)).first() is not None

    def find(self, ident: str) -> Proposal:
        """Raise NoSuchProposal."""
        with self._engine.connect() as connection:
            row = connection.execute(_wanted(tables.redactions.c.id == ident)).first()
        if row is None:
            raise NoSuchProposal(pointer="/id")
        return self._proposal(row)

    def pending(self) -> Sequence[Proposal]:
        """Oldest first."""
        table = tables.redactions.c
        still = (table.approved_at.is_(None), table.withdrawn_at.is_(None))
        wanted = _wanted(*still, table.expires_at > self._now()).order_by(table.proposed_at)
        with self._engine.connect() as connection:
            return [self._proposal(row) for row in connection.execute(wanted)]

    def begin_approval(self, ident: str, account: AccountId) -> None:
        """From now on it cannot be withdrawn. Raise NoSuchProposal, ProposalEnded.

        A crash after this leaves a proposal that can be approved again, by anybody who may.
        """
        self._change(
            ident, State.APPROVED, {"approved_by": account, "approved_at": self._now()}, account
        )

    def take_back_approval(self, ident: str) -> None:
        """The ledger has refused it, so that nothing was carried out."""
        table = tables.redactions
        with self._engine.begin() as connection:
            connection.execute(
                update(table)
                .where(table.c.id == ident, table.c.position.is_(None))
                .values(approved_by=None, approved_at=None)
            )

    def carried_out(self, ident: str, account: AccountId, position: int) -> None:
        table = tables.redactions
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(table)
                .where(table.c.id == ident, table.c.position.is_(None))
                .values(position=position)
            )
            if changed.rowcount:
                note(connection, self._now(), "redaction.approved", account=account, detail=ident)

    def withdraw(self, ident: str, account: AccountId) -> Proposal:
        """Withdrawing twice is no mistake. Raise NoSuchProposal, ProposalEnded."""
        if self.find(ident).state is not State.WITHDRAWN:
            values = {"withdrawn_by": account, "withdrawn_at": self._now()}
            self._change(ident, State.WITHDRAWN, values, account)
        return self.find(ident)

    def _change(
        self, ident: str, state: State, values: dict[str, object], account: AccountId
    ) -> None:
        """What is under way to be approved can be approved again, and nothing else changed."""
        table = tables.redactions
        open_still = [table.c.id == ident, table.c.withdrawn_at.is_(None)]
        if state is State.WITHDRAWN:
            open_still.append(table.c.approved_at.is_(None))
        in_time = (table.c.expires_at > self._now()) | table.c.approved_at.is_not(None)
        with self._engine.begin() as connection:
            changed = connection.execute(update(table).where(*open_still, in_time).values(**values))
            if changed.rowcount and state is State.WITHDRAWN:
                note(connection, self._now(), "redaction.withdrawn", account=account, detail=ident)
        if not changed.rowcount:
            ended = self.find(ident)
            raise ProposalEnded(f"The proposal was {ended.state}; propose the redaction anew.")

    def _proposal(self, row: Row[Any]) -> Proposal:
        return Proposal(
            id=StreamId(row.id),
            places=tuple([Place(*place) for place in orjson.loads(row.parts)]),
            basis=_BASES[row.basis],
            authority=row.authority,
            proposed_by=AccountId(row.proposed_by),
            proposed_at=row.proposed_at,
            expires_at=row.expires_at,
            state=_state(row, self._now()),
            position=row.position,
        )

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _wanted(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(tables.redactions).where(*conditions)


def _state(row: Row[Any], now: int) -> State:
    if row.withdrawn_at is not None:
        return State.WITHDRAWN
    if row.approved_at is not None:
        return State.APPROVED
    return State.EXPIRED if row.expires_at <= now else State.PENDING
