"""Accounts and tokens: who may put facts on record, with a trail of changes and failures."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, Delete, Engine, Row, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.desk import tables
from api.desk.roles import Role
from api.desk.tokens import digest, looks_right, new_token
from api.desk.trail import note
from ledger.clock import Clock, utc_now
from ledger.facts.fact import AccountId, StreamId

GUESSES_KEPT: Final = 10_000
"""Uses of unknown tokens that the trail keeps: a flood of guesses must not fill the disk."""


@dataclass(frozen=True, slots=True)
class Account:
    """`organization` is the stakeholder it acts for, None for the ledger's own staff."""

    id: AccountId
    name: str
    organization: StreamId | None
    roles: frozenset[Role]
    created_at: int
    disabled_at: int | None


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """Everything about a token but the token."""

    id: str
    account: AccountId
    name: str
    roles: frozenset[Role]
    created_at: int
    expires_at: int
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class Trace:
    """A line of the audit trail."""

    at: int
    event: str
    account: str | None
    token: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Session:
    """Who is asking, and what they may do with the token they showed."""

    account: AccountId
    name: str
    organization: StreamId | None
    roles: frozenset[Role]
    expires_at: int


class NameTakenError(ValueError):
    """An account of that name exists already."""


class NoSuchAccountError(LookupError):
    """No account has that name or id."""


class NoSuchTokenError(LookupError):
    """No token has that id."""


class Register:
    """Blocking; safe from any thread. A change and its line in the trail are one transaction."""

    def __init__(
        self, engine: Engine, clock: Clock = utc_now, *, guesses_kept: int = GUESSES_KEPT
    ) -> None:
        self._engine, self._clock, self._guesses_kept = engine, clock, guesses_kept

    def add(
        self,
        name: str,
        roles: Iterable[Role],
        organization: StreamId | None = None,
        ident: AccountId | None = None,
    ) -> Account:
        """Raise NameTakenError."""
        new = ident or AccountId(str(uuid4()))
        account = Account(new, name, organization, frozenset(roles), self._now(), None)
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(tables.accounts).values(**_account_row(account)))
                self._trace(connection, "account.added", account=new, detail=_joined(account.roles))
        except IntegrityError as error:
            raise NameTakenError(name) from error
        return account

    def find(self, name_or_id: str) -> Account:
        """Raise NoSuchAccountError."""
        table = tables.accounts
        wanted = (table.c.name == name_or_id) | (table.c.id == name_or_id)
        with self._engine.connect() as connection:
            row = connection.execute(select(table).where(wanted)).first()
        if row is None:
            raise NoSuchAccountError(name_or_id)
        return _account(row)

    def all(self) -> Sequence[Account]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.accounts).order_by(tables.accounts.c.name))
            return [_account(row) for row in rows]

    def tokens(self, account: AccountId) -> Sequence[TokenInfo]:
        table = tables.tokens
        wanted = select(table).where(table.c.account == account).order_by(table.c.created_at)
        with self._engine.connect() as connection:
            return [_token(row) for row in connection.execute(wanted)]

    def issue(
        self, account: Account, name: str, days: int, roles: Iterable[Role] | None = None
    ) -> str:
        """A new token, which nobody can read again later. Its roles are among the account's."""
        token, ident, now = new_token(), str(uuid4()), self._now()
        chosen = account.roles if roles is None else account.roles & frozenset(roles)
        row = {
            "id": ident,
            "account": account.id,
            "name": name,
            "digest": digest(token),
            "roles": _joined(chosen),
            "created_at": now,
            "expires_at": now + timedelta(days=days) // timedelta(milliseconds=1),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(tables.tokens).values(**row))
            self._trace(connection, "token.issued", account=account.id, token=ident)
        return token

    def revoke(self, token: str) -> None:
        """Raise NoSuchTokenError. Revoking twice is no mistake."""
        table = tables.tokens
        with self._engine.begin() as connection:
            change = update(table).where(table.c.id == token)
            kept = func.coalesce(table.c.revoked_at, self._now())
            if connection.execute(change.values(revoked_at=kept)).rowcount == 0:
                raise NoSuchTokenError(token)
            self._trace(connection, "token.revoked", token=token)

    def disable(self, account: Account) -> None:
        """The account's tokens stop working; what it recorded stays its own."""
        table = tables.accounts
        with self._engine.begin() as connection:
            change = update(table).where(table.c.id == account.id)
            connection.execute(change.values(disabled_at=self._now()))
            self._trace(connection, "account.disabled", account=account.id)

    def admit(self, token: str) -> Session | None:
        """Who shows this token; None, with a line in the trail, for one that does not hold."""
        shown = digest(token)
        with self._engine.begin() as connection:
            row = connection.execute(_holder(shown)).first() if looks_right(token) else None
            if row is None or not hmac.compare_digest(row.digest, shown):
                self._trace_guess(connection)
                return None
            if (reason := self._fault(row)) is not None:
                self._trace(connection, reason, account=row.account, token=row.token)
                return None
            return _session(row)

    def trail(self, limit: int = 100) -> Sequence[Trace]:
        """The newest lines of the audit trail, newest first."""
        table = tables.audit
        wanted = select(table).order_by(table.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [Trace(row.at, row.event, row.account, row.token, row.detail) for row in rows]

    def note_refusal(self, session: Session, detail: str) -> None:
        """A token was good, but not for what was asked."""
        with self._engine.begin() as connection:
            self._trace(connection, "role.lacking", account=session.account, detail=detail)

    def _fault(self, row: Row[Any]) -> str | None:
        if row.revoked_at is not None:
            return "token.used_after_revocation"
        if row.expires_at <= self._now():
            return "token.used_after_expiry"
        return "account.used_while_disabled" if row.disabled_at is not None else None

    def _trace_guess(self, connection: Connection) -> None:
        self._trace(connection, "token.unknown")
        connection.execute(_surplus_guesses(self._guesses_kept))

    def _trace(
        self,
        connection: Connection,
        name: str,
        *,
        account: str | None = None,
        token: str | None = None,
        detail: str = "",
    ) -> None:
        note(connection, self._now(), name, account=account, token=token, detail=detail)

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _joined(roles: Iterable[Role]) -> str:
    return " ".join(sorted(roles))


def _split(text: str) -> frozenset[Role]:
    return frozenset(map(Role, text.split()))


def _account_row(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "name": account.name,
        "organization": account.organization,
        "roles": _joined(account.roles),
        "created_at": account.created_at,
    }


def _account(row: Row[Any]) -> Account:
    organization = StreamId(row.organization) if row.organization else None
    roles = _split(row.roles)
    return Account(row.id, row.name, organization, roles, row.created_at, row.disabled_at)


def _token(row: Row[Any]) -> TokenInfo:
    times = (row.created_at, row.expires_at, row.revoked_at)
    return TokenInfo(row.id, row.account, row.name, _split(row.roles), *times)


def _holder(shown: bytes) -> Select[Any]:
    held, owner = tables.tokens.c, tables.accounts.c
    joined = tables.tokens.join(tables.accounts, held.account == owner.id)
    return (
        select(
            held.id.label("token"),
            held.digest,
            held.roles,
            held.expires_at,
            held.revoked_at,
            owner.id.label("account"),
            owner.name,
            owner.organization,
            owner.roles.label("account_roles"),
            owner.disabled_at,
        )
        .select_from(joined)
        .where(held.digest == shown)
    )


def _session(row: Row[Any]) -> Session:
    roles = _split(row.roles) & _split(row.account_roles)
    return Session(row.account, row.name, row.organization, roles, row.expires_at)


def _surplus_guesses(kept: int) -> Delete:
    table = tables.audit
    guesses = select(table.c.id).where(table.c.event == "token.unknown")
    oldest_kept = guesses.order_by(table.c.id.desc()).offset(kept).limit(1)
    surplus = table.c.id <= oldest_kept.scalar_subquery()
    return delete(table).where(table.c.event == "token.unknown", surplus)
