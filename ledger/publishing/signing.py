"""Whoever may sign for a log: its name, its keys, and the head that is never contradicted."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.config import Settings
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.notes import Note, VerifierKey, require_signed, sign, verifier
from ledger.publishing.head import HeadFile
from ledger.publishing.keys import KEY, key_files, read_key


@dataclass(frozen=True, slots=True)
class Signer:
    """`origin` is the log's name for ever; every key signs, so that an older one can be let go."""

    origin: str
    keys: tuple[Ed25519PrivateKey, ...]

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        """What readers check signatures with."""
        return tuple(verifier(self.origin, key) for key in self.keys)

    def sign(self, checkpoint: Checkpoint) -> Note:
        """The checkpoint as a note, a line for each key."""
        text = checkpoint.text
        return Note(text, tuple(sign(text, self.origin, key) for key in self.keys))


def log_folder(settings: Settings) -> Path:
    """Where the head and the key lie."""
    return settings.log_dir or settings.data_dir / "log"


def open_signer(settings: Settings) -> Signer:
    """Every key in the folder, two while one takes the other's place.

    Raise NoLogError, KeyUnreadableError, or NoteError if the head is of none of them.
    """
    folder = log_folder(settings)
    note, checkpoint = read_checkpoint(HeadFile(folder).note().encode())
    passphrase = settings.log_passphrase.get_secret_value()
    files = key_files(folder) or [folder / KEY]
    signer = Signer(checkpoint.origin, tuple(read_key(path, passphrase) for path in files))
    require_signed(note, signer.verifiers)
    return signer
