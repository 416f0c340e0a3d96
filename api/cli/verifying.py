"""`commitments verify`."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import urlsplit

import click
import orjson

from api.cli.bars import bar
from ledger.auditing.bundled import verify_bundle
from ledger.auditing.bundles import LARGEST, Bundle, unzip_bundle
from ledger.auditing.datasets import is_dataset, verify_dataset
from ledger.auditing.files import replace_file
from ledger.auditing.lies import LieError
from ledger.auditing.places import Folder, MissingError, TooLongError, UnreachableError
from ledger.auditing.verifying import Verified, verify_log
from ledger.auditing.web import Web
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.notes import NoteError
from ledger.log.policies import Policy, PolicyError, parse_policy

UNTRUE: Final = 1
UNKNOWN: Final = 3
OWN_WORD: Final = (
    "The key is the ledger's own word. Compare it with one published elsewhere, and give it "
    "with --policy next time."
)
EVIDENCE: Final = (
    "Keep the checkpoint that you had: it is signed, and so is what contradicts it. Nothing was "
    "saved over it."
)

Show = Callable[[int, int], None]


def verify(
    where: str, policy: str | None, since: str | None, save: str | None, *, as_json: bool
) -> None:
    """Audit what was published from end to end; end the command with what was found."""
    trusted, kept = read_trusted(policy), _kept(since)
    check = _check(where, trusted, kept)
    try:
        with bar("facts") as show:
            verified = check(show)
    except (LieError, MissingError, TooLongError) as error:
        told = f"NOT TRUE: {error}." + (f"\n{EVIDENCE}" if kept is not None else "")
        _end(told, {"verified": False, "lie": str(error)}, UNTRUE, as_json=as_json)
    except UnreachableError as error:
        told = f"Not known: {error}."
        _end(told, {"verified": None, "why": str(error)}, UNKNOWN, as_json=as_json)
    if save is not None:
        _save(Path(save), verified.held.text)
    click.echo(orjson.dumps(_document(verified)) if as_json else "\n".join(lines_of(verified)))


def read_trusted(policy: str | None) -> Policy | None:
    """The policy in a file that the user names."""
    if policy is None:
        return None
    try:
        return parse_policy(Path(policy).read_text(encoding="utf-8"))
    except (PolicyError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{policy} cannot be read: {error}.") from error


def _kept(since: str | None) -> Checkpoint | None:
    if since is None:
        return None
    try:
        return read_checkpoint(Path(since).read_bytes())[1]
    except NoteError as error:
        raise click.UsageError(f"{since} is no checkpoint: {error}.") from error


def _check(
    where: str, policy: Policy | None, since: Checkpoint | None
) -> Callable[[Show], Verified]:
    """What there is to check at a place, by what the place is."""
    if urlsplit(where).scheme in {"http", "https"}:
        return lambda show: verify_log(Web(where), policy, since, show, moves=True)
    path = Path(where)
    if path.is_dir() and is_dataset(path):
        return lambda show: verify_dataset(path, policy, since, show)
    if path.is_dir():
        return lambda show: verify_log(Folder(path), policy, since, show, moves=False)
    if path.is_file():
        return lambda _show: verify_bundle(read_zip(path), policy, since)
    raise click.UsageError(f"{where!r} is neither an http address, nor a folder, nor a bundle.")


def read_zip(path: Path) -> Bundle:
    """Raise LieError, UnreachableError."""
    return unzip_bundle(Folder(path.parent).read(path.name, LARGEST))


def _save(path: Path, checkpoint: bytes) -> None:
    try:
        replace_file(path, checkpoint)
    except OSError as error:
        click.echo(f"The checkpoint cannot be kept at {path}: {error.strerror}.", err=True)
        raise click.exceptions.Exit(UNKNOWN) from error


def lines_of(verified: Verified) -> list[str]:
    """What was found, as people read it."""
    audited, held = verified.audited, verified.held
    witnesses = ", ".join(held.witnesses) or "none"
    redacted = f"{audited.redacted} redacted by order of a later fact, all others as recorded"
    lines = [
        *verified.claims,
        f"{audited.parts} parts: {redacted}.",
        f"Witnesses that saw the same history: {witnesses}.",
        *verified.notes,
    ]
    if held.trust.own_word:
        lines += [OWN_WORD, *(f"  {key}" for key in held.trust.policy.logs)]
    return lines


def _document(verified: Verified) -> dict[str, object]:
    audited, held = verified.audited, verified.held
    return {
        "verified": True,
        "origin": held.signed.origin,
        "size": held.signed.size,
        "root": held.signed.root.hex(),
        "facts": audited.facts,
        "parts": audited.parts,
        "redacted": audited.redacted,
        "witnesses": list(held.witnesses),
        "keys": [str(key) for key in held.trust.policy.logs],
        "key_from_ledger": held.trust.own_word,
        "notes": list(verified.notes),
    }


def _end(sentence: str, document: dict[str, object], code: int, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(orjson.dumps(document))
    else:
        click.echo(sentence, err=True)
    raise click.exceptions.Exit(code)
