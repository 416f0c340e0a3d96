"""`commitments init`."""

import secrets
from urllib.parse import urlsplit

import click

from api.cli.settings import failures_told, settings
from ledger.config import Settings
from ledger.errors import PlaceTakenError
from ledger.publishing.beginning import begin_log
from ledger.publishing.head import HeadFile
from ledger.publishing.signing import log_folder
from ledger.store.opening import open_store

TAKEN = 1


def begin(origin: str | None, *, once: bool) -> None:
    """Make the ledger if there is none, and its log; print what readers check it with."""
    chosen = settings()
    if once and HeadFile(log_folder(chosen)).exists():
        return
    with failures_told():
        open_store(chosen).close()
        try:
            signer = begin_log(chosen, origin or _origin(chosen))
        except PlaceTakenError as error:
            click.echo(str(error), err=True)
            raise click.exceptions.Exit(TAKEN) from error
    (verifier,) = signer.verifiers
    click.echo(f"A log was begun in {log_folder(chosen)}. Keep a copy of that folder elsewhere.")
    if not chosen.log_passphrase.get_secret_value():
        click.echo("Its key lies there in the clear: set LEDGER_LOG_PASSPHRASE to protect one.")
    click.echo("Publish this key where readers find it without asking the ledger:")
    click.echo(f"  {verifier}")


def _origin(chosen: Settings) -> str:
    """A name that nobody else has: the public address, or one made up for this machine."""
    told = urlsplit(chosen.public_url)
    return f"{told.netloc}{told.path}".rstrip("/") or f"localhost/{secrets.token_hex(4)}"
