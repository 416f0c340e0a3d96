"""A log's keys change: a new one signs beside the old, is announced by it, and takes its place.

Every step may be the last before a crash: the command that was given is given again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.config import Settings
from ledger.errors import LedgerError
from ledger.log.checkpoints import read_checkpoint
from ledger.log.notes import NoteError, VerifierKey, require_signed, verifier
from ledger.publishing.head import HeadFile
from ledger.publishing.keys import (
    LATER,
    KeyUnreadableError,
    key_files,
    read_key,
    rewrite_key,
    sync_folder,
    write_key,
)
from ledger.publishing.signing import Signer, log_folder, open_signer

RETIRED: Final = "retired"
NEXT: Final = "next-*.pem"
"""A key that was made and not announced yet."""
OWNER_ONLY: Final = 0o700


class KeyChangeRefusedError(LedgerError):
    """The keys cannot be changed so; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key that signs, and where it lies."""

    path: Path
    key: VerifierKey


@contextmanager
def keys_held(settings: Settings) -> Iterator[tuple[HeadFile, Signer]]:
    """Nobody publishes meanwhile; raise PublisherBusyError, and what `open_signer` raises."""
    head = HeadFile(log_folder(settings))
    with head.held():
        yield head, open_signer(settings)


def listed(settings: Settings) -> Sequence[KeyFile]:
    """Every key that signs, the first one first; raises what `open_signer` raises."""
    signer = open_signer(settings)
    return [
        KeyFile(path, key)
        for path, key in zip(key_files(log_folder(settings)), signer.verifiers, strict=True)
    ]


def next_key(settings: Settings, signer: Signer) -> KeyFile:
    """A new key that does not sign yet; the one that an earlier try has left, if it has.

    Raise KeyChangeRefusedError while two sign.
    """
    if len(signer.keys) > 1:
        raise KeyChangeRefusedError(
            "two keys sign already: `commitments keys retire` the older one first"
        )
    passphrase = settings.log_passphrase.get_secret_value()
    return made_key(log_folder(settings), signer.origin, passphrase)


def made_key(folder: Path, origin: str, passphrase: str) -> KeyFile:
    """A key that signs nothing as long as its file has this name; an earlier try may have left it.

    Raise KeyUnreadableError, OSError.
    """
    for path in folder.glob(NEXT):
        return KeyFile(path, verifier(origin, read_key(path, passphrase)))
    key = Ed25519PrivateKey.generate()
    fresh = verifier(origin, key)
    path = folder / NEXT.replace("*", fresh.id.hex())
    write_key(path, key, passphrase)
    return KeyFile(path, fresh)


def take_key(settings: Settings, head: HeadFile, following: KeyFile) -> None:
    """Once it is announced: it signs from now on, and the head can be opened with each key alone.

    The head stays the same checkpoint; it gets a further line.
    """
    folder = log_folder(settings)
    following.path.rename(folder / LATER.replace("*", following.key.id.hex()))
    sync_folder(folder)
    sign_head_anew(head, open_signer(settings))


def sign_head_anew(head: HeadFile, signer: Signer) -> None:
    """The same checkpoint under every key, so that it can be opened with each alone."""
    note = head.note()
    _, signed = read_checkpoint(note.encode())
    head.swap(note, str(signer.sign(signed)))


def retire_key(settings: Settings, ident: str, announced: int | None) -> Path:
    """Put a key aside, by its id; where it lies now.

    `announced` is the position of the fact that names a key that stays, None where there is none.
    Raise KeyChangeRefusedError while the key is still needed.
    """
    with keys_held(settings) as (head, _):
        files = listed(settings)
        gone = next((each for each in files if each.key.id.hex() == ident), None)
        if gone is None:
            known = ", ".join(each.key.id.hex() for each in files)
            raise KeyChangeRefusedError(f"no key has the id {ident}; those that sign are {known}")
        _refuse_needed(head, gone, [each.key for each in files if each is not gone], announced)
        place = gone.path.parent / RETIRED
        place.mkdir(mode=OWNER_ONLY, exist_ok=True)
        moved = place / f"key-{ident}.pem"
        gone.path.rename(moved)
        sync_folder(place)
        sync_folder(gone.path.parent)
        return moved


def _refuse_needed(
    head: HeadFile, gone: KeyFile, left: Sequence[VerifierKey], announced: int | None
) -> None:
    if not left:
        raise KeyChangeRefusedError("it is the only key: `commitments keys rotate` makes another")
    note, signed = read_checkpoint(head.note().encode())
    try:
        require_signed(note, left)
    except NoteError as error:
        raise KeyChangeRefusedError("the head bears no other signature: rotate again") from error
    if announced is None or announced > signed.size:
        raise KeyChangeRefusedError(
            f"key {gone.key.id.hex()} has not signed yet that another takes its place: run "
            "`commitments serve` until it has, and retire it then"
        )


def change_passphrase(settings: Settings, fresh: str) -> Sequence[Path]:
    """Encrypt every key anew; in the clear where `fresh` is empty. Some may be so already.

    Raise KeyUnreadableError where neither passphrase opens a key.
    """
    old, files = settings.log_passphrase.get_secret_value(), key_files(log_folder(settings))
    opened = [(path, _opened(path, old, fresh)) for path in files]
    for path, key in opened:
        rewrite_key(path, key, fresh)
    return files


def _opened(path: Path, *passphrases: str) -> Ed25519PrivateKey:
    first, *others = passphrases
    try:
        return read_key(path, first)
    except KeyUnreadableError:
        if not others:
            raise
        return _opened(path, *others)
