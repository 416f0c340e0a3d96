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


class LogFolderError(LedgerError):
    """The log's folder cannot be read or written; the message says why."""


@contextmanager
def folder_told(folder: Path) -> Iterator[None]:
    """Raise LogFolderError for what the disk under the folder refuses."""
    try:
        yield
    except OSError as error:
        raise LogFolderError(
            f"the log's folder {folder} fails ({error.strerror or error}): nothing is signed until "
            "it can be read and written. Recording goes on, and the log catches up by itself"
        ) from error


class HeadFile:
    """In a folder of its own; raises LogFolderError where the disk fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / HEAD

    def read(self) -> Checkpoint:
        """What was signed last; raise NoLogError, or NoteError for a file that is none."""
        return self._read(self.note())

    def note(self) -> str:
        """The same with its signature, as it was written."""
        with folder_told(self._folder):
            try:
                told = self._path.read_text(encoding="utf-8")
            except FileNotFoundError:
                raise NoLogError(f"there is no {self._path}: no log was begun here") from None
            except UnicodeDecodeError:
                raise self._unreadable("it is not UTF-8") from None
        self._read(told)
        return told

    def _read(self, told: str) -> Checkpoint:
        try:
            return read_checkpoint(told.encode())[1]
        except NoteError as error:
            raise self._unreadable(str(error)) from error

    def _unreadable(self, why: str) -> NoteError:
        return NoteError(
            f"{self._path} is no checkpoint ({why}): put it back from where you keep its copy; an "
            "older copy will do as long as the ledger and its tiles are whole"
        )

    def exists(self) -> bool:
        """Whether a log was begun here."""
        return os.path.lexists(self._path)

    def begin(self, note: str) -> None:
        """Write the first head, whole or not at all; raise FileExistsError."""
        fresh = self._fresh(note)
        os.link(fresh, self._path)
        fresh.unlink()
        _sync(self._folder)

    def swap(self, known: str, note: str) -> None:
        """Put `note` where `known` is, durably; raise HeadMovedError if that lies there no more.

        A crash leaves the one or the other, whole, and perhaps a `head.new` that nobody reads.
        """
        found = self.note()
        if found != known:
            raise HeadMovedError(
                f"{self._path} has changed under the publisher; it holds {found!r}"
            )
        with folder_told(self._folder):
            self._fresh(note).rename(self._path)
            _sync(self._folder)

    def _fresh(self, note: str) -> Path:
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
        return fresh

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else on this machine publishes; raise PublisherBusyError."""
        with folder_told(self._folder):
            descriptor = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _lock(self, descriptor: int) -> None:
        with folder_told(self._folder):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise PublisherBusyError(
                    f"another process publishes the log in {self._folder}"
                ) from None


def _sync(folder: Path) -> None:
    """A name is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
