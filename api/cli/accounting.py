"""`commitments accounts …`: everything about accounts happens here, nothing of it over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Table

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
    table = Table("Account", "Roles", "Acts for", "Token", "Its roles", "Expires", "State")
    with _register() as register:
        for account in register.all():
            table.add_row(*_account_cells(account))
            for token in register.tokens(account.id):
                table.add_row(*_token_cells(token))
    Console().print(table)


def trail(last: int) -> None:
    table = Table("When", "What", "Account", "Token", "Detail")
    with _register() as register:
        for line in register.trail(last):
            cells = (line.account or "", line.token or "", line.detail)
            table.add_row(instant(line.at), line.event, *cells)
    Console().print(table)


def _found(register: Register, name: str) -> Account:
    try:
        return register.find(name)
    except NoSuchAccountError:
        fail("There is no such account.", 1)


def _account_cells(account: Account) -> tuple[str, ...]:
    state = "" if account.disabled_at is None else f"disabled {instant(account.disabled_at)}"
    return (account.name, _words(account.roles), account.organization or "", "", "", "", state)


def _token_cells(token: TokenInfo) -> tuple[str, ...]:
    state = "" if token.revoked_at is None else f"revoked {instant(token.revoked_at)}"
    name = f"{token.id} ({token.name})"
    return ("", "", "", name, _words(token.roles), instant(token.expires_at), state)


def _words(roles: frozenset[Role]) -> str:
    return ", ".join(sorted(roles))
