"""`commitments init`."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import click

from api.cli.keeping import announce
from api.cli.settings import fail, failures_told, settings
from ledger.commands import ContinueLog
from ledger.config import Settings
from ledger.errors import PlaceTakenError
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.notes import NoteError, VerifierKey
from ledger.publishing.beginning import begin_log
from ledger.publishing.continuing import continue_log, same_facts
from ledger.publishing.head import HeadFile
from ledger.publishing.signing import log_folder
from ledger.rules.keys import LOG
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


def continue_after_loss(origin: str | None, checkpoint: str, *, facts_lost: bool) -> None:
    """The same facts under a new name and key; print what readers check them with."""
    if origin is None:
        raise click.UsageError("Give --origin: a log that was lost goes on under another name.")
    chosen, lost = settings(), _lost(checkpoint)
    with failures_told():
        _refuse_other_facts(chosen, lost, facts_lost=facts_lost)

        def tell(key: VerifierKey) -> None:
            announce(chosen, _continued(key, lost))

        try:
            key = continue_log(chosen, origin, tell)
        except PlaceTakenError as error:
            fail(str(error), TAKEN)
    click.echo(f"The facts of {lost.origin} go on as {origin}. Publish this key, and say why:")
    click.echo(f"  {key}")


def _lost(path: str) -> Checkpoint:
    try:
        return read_checkpoint(Path(path).read_bytes())[1]
    except NoteError as error:
        raise click.UsageError(f"{path} is no checkpoint: {error}.") from error


def _refuse_other_facts(chosen: Settings, lost: Checkpoint, *, facts_lost: bool) -> None:
    store = open_store(chosen)
    try:
        same = same_facts(store, lost)
    finally:
        store.close()
    if not (same or facts_lost):
        fail(
            f"The ledger does not begin with the {lost.size} facts that were signed. Restore a "
            "newer backup; if they are lost for good, say so with --facts-lost. Everybody sees it.",
            TAKEN,
        )


def _continued(key: VerifierKey, lost: Checkpoint) -> ContinueLog:
    return ContinueLog(
        id=LOG, key=str(key), before=lost.origin, size=lost.size, root=lost.root.hex()
    )


def _origin(chosen: Settings) -> str:
    """A name that nobody else has: the public address, or one made up for this machine."""
    told = urlsplit(chosen.public_url)
    return f"{told.netloc}{told.path}".rstrip("/") or f"localhost/{secrets.token_hex(4)}"
