"""Where a published log can be read: at an address, or in a folder that holds the same files.

Whoever publishes is not trusted, so every answer has a greatest length, and an end.
"""

from pathlib import Path
from typing import Final, Protocol

from ledger.errors import LedgerError

CHECKPOINT: Final = "checkpoint"
POLICY: Final = "log-policy"
SMALL: Final = 1 << 20
"""Bytes of a checkpoint or a policy at the most."""


class UnreachableError(LedgerError):
    """The log cannot be read now, which says nothing about whether it is true."""


class TooLongError(UnreachableError):
    """A file is longer than what it is to hold can be."""


class MissingError(LedgerError):
    """The log does not hold a file that its own checkpoint says it holds."""


class Place(Protocol):
    """Blocking; used from several threads."""

    def read(self, path: str, limit: int = SMALL) -> bytes:
        """A file of the log, such as `tile/0/000`; raise MissingError, UnreachableError.

        A file of more than `limit` bytes is none that a log holds: TooLongError.
        """


class Folder:
    """A mirror, an export or a bundle on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, path: str, limit: int = SMALL) -> bytes:
        place = self.root / path
        try:
            if not place.is_file():
                raise MissingError(f"{path} is missing in {self.root}")
            with place.open("rb") as file:
                found = file.read(limit + 1)
        except OSError as error:
            raise UnreachableError(f"{place} cannot be read: {error}") from error
        if len(found) > limit:
            raise TooLongError(f"{path} is longer than the {limit} bytes it may have")
        return found


def opened(place: Place) -> bytes:
    """The checkpoint; without one there is no log to speak of: UnreachableError."""
    try:
        return place.read(CHECKPOINT)
    except MissingError as error:
        raise UnreachableError(f"there is no published log: {error}") from error
