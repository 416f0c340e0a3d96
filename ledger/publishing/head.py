"""The head: the last checkpoint that was signed, in a file that no restore of a database touches.

It is what a log must never contradict. So it is written before anybody sees the checkpoint, it is
swapped only for whoever knows the one before, and it is never made as a side effect.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.errors import LedgerError
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.notes import NoteError

HEAD: Final = "head"
LOCK: Final = "lock"


class NoLogError(LedgerError):
    """There is no log where the settings point."""


class HeadMovedError(LedgerError):
    """Somebody else has signed meanwhile; the message says what lies there."""


class PublisherBusyError(LedgerError):
    """Another process publishes this log."""


class HeadFile:
    """In a folder of its own; raises OSError where the disk fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / HEAD

    def read(self) -> Checkpoint:
        """What was signed last; raise NoLogError, or NoteError for a file that is none."""
        return read_checkpoint(self.note().encode())[1]

    def note(self) -> str:
        """The same with its signature, as it was written."""
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise NoLogError(f"there is no {self._path}: no log was begun here") from None
        except UnicodeDecodeError:
            raise NoteError(f"{self._path} is no checkpoint") from None

    def exists(self) -> bool:
        """Whether a log was begun here."""
        return self._path.exists()

    def begin(self, note: str) -> None:
        """Write the first head; raise FileExistsError."""
        with self._path.open("x", encoding="utf-8") as file:
            _write(file.fileno(), note)
        _sync(self._folder)

    def swap(self, known: str, note: str) -> None:
        """Put `note` where `known` is, durably; raise HeadMovedError if that lies there no more."""
        found = self.note()
        if found != known:
            raise HeadMovedError(
                f"{self._path} has changed under the publisher; it holds {found!r}"
            )
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            _write(file.fileno(), note)
        fresh.rename(self._path)
        _sync(self._folder)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else on this machine publishes; raise PublisherBusyError."""
        descriptor = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise PublisherBusyError(
                f"another process publishes the log in {self._folder}"
            ) from None
        try:
            yield
        finally:
            os.close(descriptor)


def _write(descriptor: int, note: str) -> None:
    os.write(descriptor, note.encode())
    os.fsync(descriptor)


def _sync(folder: Path) -> None:
    """A name is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
