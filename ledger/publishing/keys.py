"""The keys that a log signs with: Ed25519 keys in PKCS #8 PEM (RFC 8410), under a passphrase."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ledger.errors import LedgerError

KEY: Final = "key.pem"
LATER: Final = "key-*.pem"
"""Keys that came after the first, each by its id."""
PRIVATE: Final = 0o600
VARIABLE: Final = "LEDGER_LOG_PASSPHRASE"
ENCRYPTED: Final = b"ENCRYPTED PRIVATE KEY"


class KeyUnreadableError(LedgerError):
    """The log's key cannot be read; the message names the cure."""


def make_key(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """A new key in a new file for its owner's eyes; in the clear where the passphrase is empty.

    Raise FileExistsError.
    """
    key = Ed25519PrivateKey.generate()
    write_key(path, key, passphrase)
    return key


def write_key(path: Path, key: Ed25519PrivateKey, passphrase: str) -> None:
    """Into a new file, durably; raise FileExistsError."""
    told = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _protection(passphrase))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(told)
        file.flush()
        os.fsync(descriptor)
    sync_folder(path.parent)


def rewrite_key(path: Path, key: Ed25519PrivateKey, passphrase: str) -> None:
    """The same key under another passphrase, in its place at once."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    write_key(fresh, key, passphrase)
    fresh.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """A name is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _protection(passphrase: str) -> KeySerializationEncryption:
    return BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()


def key_files(folder: Path) -> Sequence[Path]:
    """The keys that sign, the first one first; empty where there is none."""
    first = folder / KEY
    return [*([first] if first.exists() else []), *sorted(folder.glob(LATER))]


def read_key(path: Path, passphrase: str, variable: str = VARIABLE) -> Ed25519PrivateKey:
    """Raise KeyUnreadableError; `variable` is where the passphrase comes from."""
    try:
        key = load_pem_private_key(path.read_bytes(), passphrase.encode() or None)
    except FileNotFoundError:
        raise KeyUnreadableError(
            f"{path} is missing: put the key back from where you keep its copy"
        ) from None
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnreadableError(
            f"{path} does not open: is {variable} the one it was made with? ({error})"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadableError(f"{path} holds another kind of key than Ed25519")
    return key


def in_the_clear(path: Path) -> bool:
    """Whether anybody who reads this file has the key; raise OSError."""
    return ENCRYPTED not in path.read_bytes()


def open_to_others(path: Path) -> bool:
    """Whether the file's mode lets anybody but its owner read or change it; raise OSError."""
    return bool(path.stat().st_mode & 0o077)
