"""`commitments witness`."""

import asyncio
from pathlib import Path

import click

from api import logging as api_logging
from api.cli.settings import fail, failures_told, settings
from api.witness.app import serve
from ledger.errors import LedgerError, PlaceTakenError
from ledger.log.notes import NoteError
from ledger.log.policies import Policy, PolicyError, parse_policy
from ledger.witnessing.witness import begin_witness, opened_witness

TAKEN = 1
FAILED = 3


def init(name: str, folder: Path) -> None:
    """Make the key, and the file of what was seen; print what others put into their policies."""
    passphrase = settings().witness_passphrase.get_secret_value()
    with failures_told():
        try:
            key = begin_witness(folder, name, passphrase)
        except PlaceTakenError as error:
            fail(str(error), TAKEN)
        except NoteError as error:
            raise click.UsageError(str(error)) from error
    if not passphrase:
        click.echo("Its key lies there in the clear: set LEDGER_WITNESS_PASSPHRASE to protect one.")
    click.echo(f"A witness was begun in {folder}. Give this key to the ledgers that ask it:")
    click.echo(f"  {key}")


def run(name: str, folder: Path, policy: Path, host: str, port: int) -> None:
    """Returns after SIGTERM or SIGINT, once the open requests are answered."""
    chosen, trusted = settings(), _policy(policy)
    api_logging.configure(chosen.log_level)
    try:
        with opened_witness(
            folder, name, chosen.witness_passphrase.get_secret_value(), trusted
        ) as witness:
            asyncio.run(serve(witness, host, port))
    except (LedgerError, OSError) as error:
        fail(str(error), FAILED)


def _policy(path: Path) -> Policy:
    try:
        found = parse_policy(path.read_text(encoding="utf-8"))
    except (PolicyError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path}: {error}") from error
    if not found.logs:
        raise click.UsageError(f"{path} has no `log` line: whose checkpoints are to be cosigned?")
    return found
