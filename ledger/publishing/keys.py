"""The key that a log signs with: an Ed25519 key in PKCS #8 PEM (RFC 8410), under a passphrase."""

import os
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
PRIVATE: Final = 0o600
PASSPHRASE: Final = "LEDGER_LOG_PASSPHRASE"  # noqa: S105 (the name of a variable)


class KeyUnreadableError(LedgerError):
    """The log's key cannot be read; the message names the cure."""


def make_key(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """A new key in a new file for its owner's eyes; in the clear where the passphrase is empty.

    Raise FileExistsError.
    """
    key = Ed25519PrivateKey.generate()
    told = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _protection(passphrase))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(told)
        file.flush()
        os.fsync(descriptor)
    return key


def _protection(passphrase: str) -> KeySerializationEncryption:
    return BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()


def read_key(path: Path, passphrase: str, variable: str = PASSPHRASE) -> Ed25519PrivateKey:
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
