"""`commitments verify`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import click
import orjson

from api.cli.archives import bar
from ledger.auditing.audit import Audited, LieError, audit
from ledger.auditing.places import MissingError, Place, UnreachableError, place
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.notes import NoteError
from ledger.log.policies import Policy, PolicyError, parse_policy

UNTRUE: Final = 1
UNKNOWN: Final = 3
POLICY: Final = "log-policy"
OWN_WORD: Final = (
    "The key is the ledger's own word. Compare it with one published elsewhere, and give it "
    "with --policy next time."
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What held; `own_word` says that the ledger itself named the key it was checked with."""

    signed: Checkpoint
    audited: Audited
    policy: Policy
    cosigners: tuple[str, ...]
    own_word: bool


def verify(
    where: str, policy: str | None, since: str | None, save: str | None, *, as_json: bool
) -> None:
    """Audit a published log from end to end; end the command with what was found."""
    found, trusted, kept = _asked(where, policy, since)
    try:
        told, verified = _verified(found, trusted, kept)
    except (LieError, MissingError, NoteError) as error:
        _end(f"NOT TRUE: {error}.", {"verified": False, "lie": str(error)}, UNTRUE, as_json=as_json)
    except UnreachableError as error:
        _end(
            f"Not known: {error}.", {"verified": None, "why": str(error)}, UNKNOWN, as_json=as_json
        )
    if save is not None:
        Path(save).write_bytes(told)
    click.echo(orjson.dumps(_document(verified)) if as_json else "\n".join(_lines(verified)))


def _asked(
    where: str, policy: str | None, since: str | None
) -> tuple[Place, Policy | None, Checkpoint | None]:
    try:
        trusted = parse_policy(Path(policy).read_text(encoding="utf-8")) if policy else None
        kept = read_checkpoint(Path(since).read_bytes())[1] if since else None
        return place(where), trusted, kept
    except (PolicyError, NoteError, ValueError) as error:
        raise click.UsageError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error


def _verified(
    found: Place, trusted: Policy | None, kept: Checkpoint | None
) -> tuple[bytes, Verified]:
    told = found.read("checkpoint")
    note, signed = read_checkpoint(told)
    policy = trusted or _served(found)
    cosigners = policy.require(note)
    with bar("facts") as show:
        audited = audit(found, signed, kept, lambda position: show(position, signed.size))
    return told, Verified(signed, audited, policy, tuple(cosigners), own_word=trusted is None)


def _served(found: Place) -> Policy:
    try:
        return parse_policy(found.read(POLICY).decode())
    except (PolicyError, UnicodeDecodeError) as error:
        raise LieError(f"the log's own policy cannot be read: {error}") from error


def _lines(verified: Verified) -> list[str]:
    audited, signed = verified.audited, verified.signed
    witnesses = ", ".join(verified.cosigners) or "none"
    kept = f"{audited.redacted} redacted by order of a later fact, all others as recorded"
    lines = [
        f"True: {signed.size} facts of {signed.origin}, from the first to the last.",
        "Every fact is in its place, every stream is complete, no time goes back.",
        f"{audited.parts} parts: {kept}.",
        f"Witnesses that saw the same history: {witnesses}.",
    ]
    if verified.own_word:
        lines += [OWN_WORD, *(f"  {key}" for key in verified.policy.logs)]
    return lines


def _document(verified: Verified) -> dict[str, object]:
    return {
        "verified": True,
        "origin": verified.signed.origin,
        "size": verified.signed.size,
        "root": verified.signed.root.hex(),
        "parts": verified.audited.parts,
        "redacted": verified.audited.redacted,
        "witnesses": list(verified.cosigners),
        "keys": [str(key) for key in verified.policy.logs],
        "key_from_ledger": verified.own_word,
    }


def _end(sentence: str, document: dict[str, object], code: int, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(orjson.dumps(document))
    else:
        click.echo(sentence, err=True)
    raise click.exceptions.Exit(code)
