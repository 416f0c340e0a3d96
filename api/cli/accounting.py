"""`commitments accounts …`: everything about accounts happens here, nothing of it over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from api.cli.settings import fail, failures_told, settings
from api.desk.opening import desk_database
from api.desk.receipts import instant
from api.desk.register import (
    Account,
    NameTakenError,
    NoSuchAccountError,
    NoSuchTokenError,
    Register,
    TokenInfo,
)
from api.desk.roles import Role
from api.record.words import is_uuid
from ledger.facts.fact import StreamId


@contextmanager
def _register() -> Iterator[Register]:
    with failures_told(), desk_database(settings()) as engine:
        yield Register(engine)


def add(name: str, roles: tuple[str, ...], organization: str | None) -> None:
    if organization is not None and not is_uuid(organization):
        raise click.BadParameter("This is not the id of a stakeholder.", param_hint="--for")
    stakeholder = StreamId(organization) if organization else None
    with _register() as register:
        try:
            account = register.add(name, map(Role, roles), stakeholder)
        except NameTakenError:
            fail("An account of that name exists already.", 1)
    click.echo(account.id)


def issue(name: str, purpose: str, days: int, roles: tuple[str, ...]) -> None:
    with _register() as register:
        account = _found(register, name)
        if account.disabled_at is not None:
            fail("The account is disabled.", 1)
        if lacking := {*roles} - account.roles:
            fail(f"The account does not have the role {', '.join(sorted(lacking))}.", 1)
        click.echo(register.issue(account, purpose, days, map(Role, roles) if roles else None))


def revoke(token_id: str) -> None:
    with _register() as register:
        try:
            register.revoke(token_id)
        except NoSuchTokenError:
            fail("There is no token with that id.", 1)


def disable(name: str) -> None:
    with _register() as register:
        register.disable(_found(register, name))


def show() -> None:
    """Lines and no table: a terminal wraps what is too wide, and no id is ever cut."""
    with _register() as register:
        for account in register.all():
            _tell(_account_line(account), *map(_token_line, register.tokens(account.id)))


def _tell(account: str, *tokens: str) -> None:
    click.echo(account)
    for line in tokens or ("No token.",):
        click.echo(f"  {line}")


def _account_line(account: Account) -> str:
    acts = f"; acts for {account.organization}" if account.organization else ""
    ended = _since("disabled", account.disabled_at)
    return f"{account.name} ({account.id}): {_words(account.roles)}{acts}{ended}"


def _token_line(token: TokenInfo) -> str:
    expires = f"expires {instant(token.expires_at)}{_since('revoked', token.revoked_at)}"
    return f"token {token.id} ({token.name}): {_words(token.roles)}; {expires}"


def _since(word: str, at: int | None) -> str:
    return "" if at is None else f"; {word} {instant(at)}"


def trail(last: int) -> None:
    """One event a line, newest first."""
    with _register() as register:
        for line in register.trail(last):
            about = [f"account {line.account}" if line.account else ""]
            about += [f"token {line.token}" if line.token else "", line.detail]
            click.echo("  ".join(filter(None, (instant(line.at), line.event, *about))))


def _found(register: Register, name: str) -> Account:
    try:
        return register.find(name)
    except NoSuchAccountError:
        fail("There is no such account.", 1)


def _words(roles: frozenset[Role]) -> str:
    return ", ".join(sorted(roles))
