"""Reads a backup as a stream, and believes nothing of it that its sums do not bear out."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from ledger.archive.manifest import MANIFEST, Manifest, Member, read_manifest
from ledger.errors import DamagedError

LONGEST_LINE: Final = 64 * 1024 * 1024
LONGEST_MANIFEST: Final = 1024 * 1024
PACKINGS: Final = (ZIP_STORED, ZIP_DEFLATED)
# What reading a member raises when bytes of it, or of the words around it, were changed.
_BROKEN: Final = (
    BadZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    zlib.error,
)


class Reader:
    """The members, each read once and checked while it is read."""

    def __init__(self, packed: ZipFile, manifest: Manifest) -> None:
        self._packed = packed
        self.manifest = manifest

    def lines(self, name: str) -> Iterator[bytes]:
        """Raise DamagedError, at the latest after the last line; `within` says of which member."""
        digest, size, count = sha256(), 0, 0
        with _readable(), self._packed.open(name) as member:
            while line := member.readline(LONGEST_LINE):
                digest.update(line)
                size, count = size + len(line), count + 1
                yield line
        if Member(count, size, digest.hexdigest()) != self.manifest.members[name]:
            raise DamagedError("it is not what the manifest says: its sum is another")


@contextmanager
def open_archive(path: Path, wanted: Sequence[str]) -> Iterator[Reader]:
    """Raise DamagedError unless it is whole from outside and holds the wanted members only."""
    with _opened(path) as packed:
        _refuse_packing(packed)
        names = packed.namelist()
        _refuse_others(names, [MANIFEST, *wanted])
        manifest = _manifest_of(packed)
        _refuse_others(list(manifest.members), wanted)
        yield Reader(packed, manifest)


def _manifest_of(packed: ZipFile) -> Manifest:
    with within(MANIFEST), _readable(), packed.open(MANIFEST) as member:
        return read_manifest(member.read(LONGEST_MANIFEST))


@contextmanager
def within(name: str) -> Iterator[None]:
    """Whatever is found damaged in the block is damage of this member."""
    try:
        yield
    except DamagedError as error:
        raise DamagedError(f"{name}: {error}") from error


def _opened(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except _BROKEN as error:
        raise DamagedError(f"{path.name} is no backup, or its end is missing ({error})") from error


def _refuse_packing(packed: ZipFile) -> None:
    """Backups are packed in one way; the others raise errors of their own, and swell further."""
    for info in packed.infolist():
        if info.compress_type not in PACKINGS:
            raise DamagedError(f"{info.filename!r} is packed as no backup is")


def _refuse_others(found: Sequence[str], wanted: Sequence[str]) -> None:
    for name in wanted:
        if name not in found:
            raise DamagedError(f"{name} is missing")
    for name in found:
        if name not in wanted or found.count(name) > 1:
            raise DamagedError(f"{name!r} does not belong into a backup")


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise DamagedError(f"it cannot be read: {error}") from error
