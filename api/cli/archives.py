"""What `backup` and `restore` share: the members of a backup, and what was verified."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from api.cli.settings import fail, failures_told
from api.desk.moving import MEMBERS
from ledger.archive.checking import Checker
from ledger.archive.manifest import EPOCHS, FACTS, KEYS, NAMES, Manifest
from ledger.errors import DamagedError, NoLedgerError, PlaceTakenError

WANTED: Final = (FACTS, KEYS, NAMES, EPOCHS, *MEMBERS)
REFUSED: Final = 1
_COUNTED: Final = (KEYS, NAMES, *list(MEMBERS)[:2])


@contextmanager
def refusals_told(damaged: str) -> Iterator[None]:
    """End the command with 1 for damage and for a place that does not fit, with 3 for failures."""
    with failures_told():
        try:
            yield
        except DamagedError as error:
            fail(f"{damaged} is damaged: {error}.", REFUSED)
        except (NoLedgerError, PlaceTakenError) as error:
            fail(str(error), REFUSED)


def tell_verified(checker: Checker, manifest: Manifest) -> None:
    """In words, what has been looked at and found whole."""
    keys, names, accounts, tokens = (manifest.members[name].lines for name in _COUNTED)
    parts, redacted = checker.parts, checker.redacted
    lines = (
        f"{checker.position} facts, in positions without a gap; times never go back.",
        "Every leaf has the hash of its bytes and names the fact before it in its stream.",
        f"{parts} parts: {redacted} redacted by order of a later fact, all others as recorded.",
        f"Idempotency keys: {keys}, names: {names}, accounts: {accounts}, tokens: {tokens}.",
        f"Head {manifest.head or 'none'}, epoch {manifest.epoch}, made {manifest.made_at}.",
    )
    for line in lines:
        click.echo(line)


def size_told(path: Path) -> str:
    return f"{path.stat().st_size / 1000:,.0f} kB"
