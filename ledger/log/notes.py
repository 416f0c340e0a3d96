"""Signed notes: text under which stand signatures of named keys (C2SP signed-note)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import LedgerError

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
KEY_BYTES: Final = 32
ID_BYTES: Final = 4
NOTE_LIMIT: Final = 1 << 20
SIGNATURE_LIMIT: Final = 100
DASH: Final = "\u2014 "


class NoteError(LedgerError):
    """A note cannot be read, or does not bear the signature it must."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with a name; `kind` is the signature type (0x01 of a log, 0x04 of a witness)."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        """Four bytes that tell a name's keys apart."""
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(told).digest()[:ID_BYTES]

    def __str__(self) -> str:
        """The text form, `name+id+key`."""
        return f"{self.name}+{self.id.hex()}+{encode(bytes([self.kind]) + self.public)}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether these 64 bytes are this key's signature of the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note; `value` is what follows the key's id."""

    name: str
    id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {encode(self.id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """`text` ends with a newline."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))

    def of(self, key: VerifierKey) -> list[Signature]:
        """The lines that say they are this key's."""
        return [each for each in self.signatures if (each.name, each.id) == (key.name, key.id)]


def sign(text: str, name: str, key: Ed25519PrivateKey) -> Signature:
    """The signature of a log's key."""
    return Signature(name, verifier(name, key).id, key.sign(text.encode()))


def verifier(name: str, key: Ed25519PrivateKey, kind: int = ED25519) -> VerifierKey:
    """The public half of a key."""
    return VerifierKey(valid_name(name), key.public_key().public_bytes_raw(), kind)


def require_signed(note: Note, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
    """Those of a log's keys that signed; raise NoteError if none did, or one's line is false."""
    held = [key for key in keys if _holds(note, key)]
    if not held:
        raise NoteError("no trusted key has signed this note")
    return held


def _holds(note: Note, key: VerifierKey) -> bool:
    lines = note.of(key)
    if not all(key.signed(note.text.encode(), line.value) for line in lines):
        raise NoteError(f"the signature of {key.name} is forged, or the text was changed")
    return bool(lines)


def parse_note(told: bytes) -> Note:
    """Raise NoteError with what is wrong."""
    if len(told) > NOTE_LIMIT:
        raise NoteError(f"the note is longer than {NOTE_LIMIT} bytes")
    try:
        decoded = told.decode()
    except UnicodeDecodeError as error:
        raise NoteError("the note is not UTF-8") from error
    if any(sign < " " and sign != "\n" for sign in decoded):
        raise NoteError("the note holds a control character")
    text, blank, signed = decoded.rpartition("\n\n")
    if not (text and blank and signed.endswith("\n")):
        raise NoteError("a note is text, an empty line, and signature lines")
    return Note(text + "\n", parse_signatures(signed))


def parse_signatures(told: str) -> tuple[Signature, ...]:
    """Lines of signatures, each with its newline; raise NoteError."""
    lines = told.split("\n")[:-1]
    if not told.endswith("\n") or not 0 < len(lines) <= SIGNATURE_LIMIT:
        raise NoteError(f"a note has between 1 and {SIGNATURE_LIMIT} signature lines")
    return tuple(map(_signature, lines))


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH):
        raise NoteError(f"a signature line is {DASH!r}, a name, a space and base64")
    value = decode(encoded, "a signature")
    if len(value) <= ID_BYTES:
        raise NoteError("a signature is longer than the id of its key")
    return Signature(valid_name(name), value[:ID_BYTES], value[ID_BYTES:])


def parse_key(told: str, kinds: Sequence[int] = (ED25519, COSIGNATURE)) -> VerifierKey:
    """A verifier key in its text form; raise NoteError."""
    name, _, rest = told.strip().partition("+")
    ident, plus, encoded = rest.partition("+")
    raw = decode(encoded, "a verifier key")
    if not plus or len(raw) != 1 + KEY_BYTES or raw[0] not in kinds:
        raise NoteError(f"{told!r} is no Ed25519 verifier key: name+id+base64")
    key = VerifierKey(valid_name(name), raw[1:], raw[0])
    if ident != key.id.hex():
        raise NoteError(f"the id in {told!r} is not that of its key, {key.id.hex()}")
    return key


def valid_name(name: str) -> str:
    """Raise NoteError for a name no key may have."""
    if not name or "+" in name or any(sign.isspace() or sign < " " for sign in name):
        raise NoteError(f"{name!r} names no key: no spaces, no plus, not empty")
    return name


def encode(value: bytes) -> str:
    """Base64 as in RFC 4648, section 4."""
    return base64.b64encode(value).decode()


def decode(told: str, what: str) -> bytes:
    """The reverse of `encode`, and of nothing else; raise NoteError."""
    try:
        value = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError(f"{what} is not base64: {told[:60]!r}") from error
    if encode(value) != told:
        raise NoteError(f"{what} is not written as base64 is: {told[:60]!r}")
    return value
