"""The files of a dataset while they are made: each is hashed as it is written."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Edition:
    """What every file of a dataset is as of: a fact, when it was recorded, and whose ledger."""

    position: int
    recorded_at: datetime
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class File:
    """`path` is below the dataset's folder, with `/`; `table` is the table that a CSV file holds.

    `sealed` names the leaf of the last fact in a part of history that is full.
    """

    path: str
    media: str
    sentence: str
    bytes: int
    sha256: str
    table: str | None = None
    sealed: str | None = None


class Hashed:
    """Writes to a file, and knows the SHA-256 and the length of what it wrote."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, content: bytes) -> int:
        """As a binary file does."""
        self._digest.update(content)
        self.bytes += len(content)
        return self._file.write(content)

    def writelines(self, lines: Iterable[bytes]) -> None:
        """As a binary file does."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """As a binary file does."""
        self._file.flush()


@dataclass(frozen=True, slots=True)
class Making:
    """A dataset in the making: its folder, and the files that are complete."""

    folder: Path
    edition: Edition
    files: list[File] = field(default_factory=list)

    @contextmanager
    def file(
        self,
        path: str,
        media: str,
        sentence: str,
        *,
        table: str | None = None,
        sealed: str | None = None,
    ) -> Iterator[Hashed]:
        """A file that is written from its start to its end; noted once it is closed."""
        with self.place(path).open("xb") as raw:
            hashed = Hashed(raw)
            yield hashed
            hashed.flush()
            os.fsync(raw.fileno())
        made = File(path, media, sentence, hashed.bytes, hashed.sha256, table, sealed)
        self.files.append(made)

    def note(self, path: str, media: str, sentence: str) -> None:
        """A file that a library wrote by itself."""
        place = self.folder / path
        with place.open("rb") as written:
            os.fsync(written.fileno())
        self.files.append(File(path, media, sentence, place.stat().st_size, sha256_of(place)))

    def place(self, path: str) -> Path:
        """Where the file is, in a folder that exists."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place


def sha256_of(place: Path) -> str:
    """In hex, read piece by piece."""
    digest = hashlib.sha256()
    with place.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
