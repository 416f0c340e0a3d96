"""The dataset that is served: the newest one in its folder, known by what it says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from api.exporting import package
from api.exporting.dataset import is_dataset
from api.exporting.files import File, sha256_of


@dataclass(frozen=True, slots=True)
class Dataset:
    """A complete one; `files` by their paths."""

    folder: Path
    position: int
    recorded_at: datetime
    files: Mapping[str, File]


def newest(folder: Path) -> Path | None:
    """The folder of the dataset that knows most, None before the first."""
    if not folder.is_dir():
        return None
    named = [each for each in folder.iterdir() if each.name.isdigit() and is_dataset(each)]
    return max(named, key=lambda each: int(each.name), default=None)


def read_dataset(folder: Path) -> Dataset:
    """Raise FileNotFoundError if it has been replaced meanwhile."""
    told = orjson.loads((folder / package.PATH).read_bytes())
    files = [
        *package.files_in(told),
        _own(folder, package.PATH, package.JSON, "Everything in this dataset, as a Data Package."),
        _own(folder, package.SUMS, "text/plain", "The SHA-256 of every file."),
    ]
    return Dataset(
        folder,
        told["ledger"]["position"],
        datetime.fromisoformat(told["created"]),
        {file.path: file for file in files},
    )


def _own(folder: Path, path: str, media: str, sentence: str) -> File:
    place = folder / path
    return File(path, media, sentence, place.stat().st_size, sha256_of(place))


class Shelf:
    """Reads a dataset once; blocking, safe to call from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: Dataset | None = None

    def newest(self) -> Dataset | None:
        """One that is replaced between a look at its name and at its files is looked for again."""
        try:
            return self._newest()
        except FileNotFoundError:
            return self._newest()

    def _newest(self) -> Dataset | None:
        folder, kept = newest(self._folder), self._kept
        if folder is None:
            return None
        if kept is None or kept.folder != folder:
            self._kept = kept = read_dataset(folder)
        return kept
