"""`commitments keys`: which keys the log signs with, and how one takes another's place."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from api.cli.recording import ACCOUNT, account_of
from api.cli.settings import fail, failures_told, settings
from api.desk.accounts import open_accounts
from ledger.commands import Command, RotateKey
from ledger.config import Settings
from ledger.deciding import Context
from ledger.facts.keys import KeyFact
from ledger.publishing.keys import in_the_clear
from ledger.publishing.rotating import (
    KeyChangeRefusedError,
    change_passphrase,
    keys_held,
    listed,
    next_key,
    retire_key,
    take_key,
)
from ledger.rules.keys import LOG
from ledger.service import open_ledger
from ledger.store.codec import decode
from ledger.store.opening import open_store
from ledger.store.port import Recorder

REFUSED: Final = 1


def show() -> None:
    """A line for each key that signs: its id, where it lies, whether it is encrypted."""
    chosen = settings()
    with failures_told():
        for each in listed(chosen):
            how = "in the clear" if in_the_clear(each.path) else "encrypted"
            click.echo(f"{each.key.id.hex()}  {each.path.name}  {how}\n  {each.key}")


def rotate() -> None:
    """A further key, announced as a fact that the present key signs."""
    chosen = settings()
    with failures_told(), _refusals_told(), keys_held(chosen) as (head, signer):
        following = next_key(chosen, signer)
        (before,) = signer.verifiers
        announce(chosen, RotateKey(id=LOG, key=str(following.key), before=str(before)))
        take_key(chosen, head, following)
    click.echo("The log signs with a further key from now on. Publish it beside the present one:")
    click.echo(f"  {following.key}")
    click.echo(
        "Give it to your witnesses. When readers have it, put the older one aside: "
        f"commitments keys retire {before.id.hex()}"
    )


def retire(ident: str) -> None:
    """A key signs no more."""
    chosen = settings()
    with failures_told(), _refusals_told():
        stays = {str(each.key) for each in listed(chosen) if each.key.id.hex() != ident}
        place = retire_key(chosen, ident, _announced(chosen, stays))
    click.echo(f"Key {ident} signs no more; it lies in {place}. It must never sign again.")


def _announced(chosen: Settings, keys: set[str]) -> int | None:
    """The position of the newest fact that names one of them."""
    store = open_store(chosen)
    try:
        facts = [decode(entry) for entry in store.stream(LOG)]
    finally:
        store.close()
    found = [
        stored.position
        for stored in facts
        if isinstance(stored.fact, KeyFact) and stored.fact.key in keys
    ]
    return max(found, default=None)


def passphrase(*, clear: bool) -> None:
    """Every key under LEDGER_LOG_NEW_PASSPHRASE, or under none."""
    chosen = settings()
    fresh = chosen.log_new_passphrase.get_secret_value()
    if bool(fresh) == clear:
        raise click.UsageError(
            "Give the new passphrase in LEDGER_LOG_NEW_PASSPHRASE, or --in-the-clear for none."
        )
    with failures_told():
        for path in change_passphrase(chosen, fresh):
            click.echo(f"{path}: {'in the clear' if clear else 'encrypted'}")
    if not clear:
        click.echo("Set LEDGER_LOG_PASSPHRASE to the new passphrase before the next start.")


@contextmanager
def _refusals_told() -> Iterator[None]:
    """End the command with exit code 1 and the reason."""
    try:
        yield
    except KeyChangeRefusedError as error:
        fail(f"Not done: {error}.", REFUSED)


def announce(chosen: Settings, command: Command) -> int:
    """Record a fact about the log; its position, the same however often it is asked for."""
    return asyncio.run(_announced_now(chosen, command))


async def _announced_now(chosen: Settings, command: Command) -> int:
    digest = hashlib.sha256(repr(command).encode()).digest()
    async with open_accounts(chosen) as accounts, open_ledger(chosen) as ledger:
        recorder = Recorder(by=account_of(accounts.register), name=ACCOUNT)
        context = Context(recorder=recorder, key=f"log-{digest.hex()}", fingerprint=digest)
        return (await ledger.execute([command], context)).position
