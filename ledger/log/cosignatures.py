"""Cosignatures: a witness says when it saw that a log had only grown (C2SP tlog-cosignature)."""

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.log.notes import COSIGNATURE, Note, NoteError, Signature, VerifierKey, verifier

HEADER: Final = "cosignature/v1"
TIME_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64
LATEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cosigned:
    """`at` is seconds since 1970: then the witness had seen no larger tree of this log."""

    witness: VerifierKey
    at: int


def cosign(text: str, name: str, key: Ed25519PrivateKey, at: int) -> Signature:
    """The line of a witness under a checkpoint's text."""
    value = at.to_bytes(TIME_BYTES) + key.sign(_message(text, at))
    return Signature(name, verifier(name, key, COSIGNATURE).id, value)


def cosigned(note: Note, witness: VerifierKey) -> Cosigned | None:
    """When this witness cosigned last, None if it did not.

    Raise NoteError for a line that says it is this witness's and is not (C2SP signed-note).
    """
    found = [_held(note.text, line.value, witness) for line in note.of(witness)]
    return Cosigned(witness, max(found)) if found else None


def _held(text: str, value: bytes, witness: VerifierKey) -> int:
    at, signature = int.from_bytes(value[:TIME_BYTES]), value[TIME_BYTES:]
    if len(signature) != SIGNATURE_BYTES or at > LATEST:
        raise NoteError(f"the cosignature of {witness.name} is no time and a signature")
    if not witness.signed(_message(text, at), signature):
        raise NoteError(f"the cosignature of {witness.name} is forged, or the text was changed")
    return at


def _message(text: str, at: int) -> bytes:
    return f"{HEADER}\ntime {at}\n{text}".encode()
