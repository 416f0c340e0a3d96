"""Writes a backup as a stream: under another name until it is whole and on disk.

It is a ZIP file (with 64-bit sizes), so that people can look into it with what they have.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile

from ledger.archive.manifest import MANIFEST, Manifest, Member, write_manifest
from ledger.errors import PlaceTakenError, StorageError, StorageFullError

PACKED: Final = 64 * 1024
"""Bytes that are packed at once."""
LEVEL: Final = 1
PRIVATE: Final = 0o600
"""It holds digests of tokens, and the trail of who used them."""


NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Writer:
    """Members one after the other, then the manifest."""

    def __init__(self, packed: ZipFile, path: Path) -> None:
        self._packed = packed
        self._path = path
        self.members: dict[str, Member] = {}

    def write(self, name: str, lines: Iterable[bytes]) -> None:
        """A member, each line with its end."""
        digest, size, count = sha256(), 0, 0
        with _told(self._path), self._packed.open(name, "w", force_zip64=True) as member:
            for block, held in _blocks(lines):
                digest.update(block)
                member.write(block)
                size, count = size + len(block), count + held
        self.members[name] = Member(count, size, digest.hexdigest())

    def close(self, manifest: Manifest) -> None:
        """Nothing comes after it."""
        with _told(self._path):
            self._packed.writestr(MANIFEST, write_manifest(manifest))


def _blocks(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Lines together, as many as are packed at once, and how many they are."""
    block, held = bytearray(), 0
    for line in lines:
        block += line
        held += 1
        if len(block) >= PACKED:
            yield bytes(block), held
            block, held = bytearray(), 0
    yield bytes(block), held


@contextmanager
def new_archive(path: Path) -> Iterator[Writer]:
    """The file is there once the block has ended well, and on disk; otherwise nothing is.

    Raise PlaceTakenError for a file that exists, StorageError where it cannot be written.
    """
    if path.exists():
        raise PlaceTakenError(f"{path} exists already; choose another name")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with _told(path):
            with _private(unfinished) as file:
                with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LEVEL) as packed:
                    yield Writer(packed, path)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(path)
            sync_folder(path.parent)
    finally:
        with suppress(OSError):
            unfinished.unlink()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the disk says becomes a sentence where it is known that it was the backup's."""
    try:
        yield
    except OSError as error:
        raise _unwritten(path, error) from error


def _unwritten(path: Path, error: OSError) -> StorageError:
    if error.errno in NO_ROOM:
        return StorageFullError(
            f"There is no room for the backup at {path}; nothing was left there. "
            "Make room, or choose another folder."
        )
    return StorageError(
        f"The backup cannot be written to {path} ({error.strerror}); nothing was left there."
    )


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE), "wb")


def sync_folder(folder: Path) -> None:
    """A new name is on disk once its folder is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
