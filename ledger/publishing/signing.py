"""Whoever may sign for a log: its name, its keys, and the head that is never contradicted."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.config import Settings
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.hashing import EMPTY
from ledger.log.notes import Note, NoteError, VerifierKey, require_signed, sign, verifier
from ledger.publishing.head import HEAD, HeadFile, folder_told
from ledger.publishing.keys import KEY, KeyUnreadableError, key_files, read_key


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
        """The checkpoint as a note, a line for each key, checked as readers will."""
        text = checkpoint.text
        note = Note(text, tuple(sign(text, self.origin, key) for key in self.keys))
        require_signed(note, self.verifiers)
        return note


def first_head(signer: Signer) -> Note:
    """The checkpoint of a log that has no entry yet."""
    return signer.sign(Checkpoint(signer.origin, 0, EMPTY))


def log_folder(settings: Settings) -> Path:
    """Where the head and the key lie."""
    return settings.log_dir or settings.data_dir / "log"


def open_signer(settings: Settings) -> Signer:
    """Every key in the folder, two while one takes the other's place.

    Raise NoLogError, LogFolderError, KeyUnreadableError, or NoteError if the head is none.
    """
    folder = log_folder(settings)
    note, checkpoint = read_checkpoint(HeadFile(folder).note().encode())
    passphrase = settings.log_passphrase.get_secret_value()
    with folder_told(folder):
        files = key_files(folder) or [folder / KEY]
        keys = tuple(read_key(path, passphrase) for path in files)
    signer = Signer(checkpoint.origin, keys)
    try:
        require_signed(note, signer.verifiers)
    except NoteError as error:
        raise KeyUnreadableError(
            f"{folder / KEY} did not sign {folder / HEAD} ({error}): put back the key and the head "
            "that belong together"
        ) from error
    return signer
