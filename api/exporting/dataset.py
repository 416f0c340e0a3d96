"""One dataset: every format asked for, from one reading of the ledger as of one fact."""

import importlib.util
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

import orjson
from sqlalchemy import Engine

from api.exporting import (
    csv_files,
    follow_the_money,
    json_lines,
    ocds,
    package,
    parquet,
    sqlite_file,
    xlsx,
)
from api.exporting.documents import Reading
from api.exporting.facts import Earlier, write_facts
from api.exporting.files import Edition, Making
from api.exporting.json_lines import Take
from api.exporting.placing import made_whole
from api.exporting.proving import Signed, write_proof
from ledger.config import Settings
from ledger.errors import LedgerError
from ledger.store.port import Store
from ledger.store.sqlite_module import sqlite
from projections.port import COLLECTIONS, Query, Views

REDACTIONS: Final = {"topic": "redaction.applied"}
SOME: Final = 200

Progress = Callable[[str, int, int], None]
"""Hears what is being written, how far it is, and how far it goes."""


class Format(StrEnum):
    """What a dataset can hold; each is a folder of it."""

    FACTS = "facts"
    CSV = "csv"
    JSONL = "jsonl"
    SQLITE = "sqlite"
    PARQUET = "parquet"
    XLSX = "xlsx"
    OCDS = "ocds"
    FTM = "ftm"


NEEDS: Final = {Format.PARQUET: ("arro3.core", "arro3.io"), Format.XLSX: ("xlsxwriter",)}
"""Formats whose libraries come with the extra `export`."""


class FormatNotInstalled(LedgerError):
    """A format that was asked for needs a library that is not there."""


class NotADataset(LedgerError):
    """The folder holds something that is no dataset, and is left alone."""


class NotWritten(LedgerError):
    """The disk is full, or does not let the dataset be written."""


class NotThereYet(LedgerError):
    """The position asked for lies beyond what is on record."""


def available() -> frozenset[Format]:
    """The formats that this installation can write."""
    return frozenset(each for each in Format if _installed(each))


def _installed(wanted: Format) -> bool:
    try:
        return all(importlib.util.find_spec(name) for name in NEEDS.get(wanted, ()))
    except ModuleNotFoundError:
        return False


def refuse_missing(formats: Collection[Format]) -> None:
    """Raise FormatNotInstalled."""
    for missing in sorted(set(formats) - available()):
        raise FormatNotInstalled(
            f"{missing} needs a library that is not installed: "
            "pip install 'commitment-ledger[export]', or leave the format out"
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """What a dataset is made from: facts as stored, the views of them, the log if there is one."""

    store: Store
    engine: Engine
    views: Views
    log: Signed | None = None

    def edition(self, settings: Settings, url: str, as_of: int | None) -> Edition:
        """Raise NotThereYet. Before the first fact there is no day, so the epoch stands for it."""
        known = self.views.position()
        position = known if as_of is None else as_of
        if position > known:
            raise NotThereYet(f"fact {position} is not there yet: the newest is {known}")
        recorded_at = self.views.recorded_at(position) or datetime.fromtimestamp(0, UTC)
        return Edition(position, recorded_at, settings.title, url.rstrip("/"))


def write_dataset(
    target: Path,
    sources: Sources,
    edition: Edition,
    formats: Collection[Format],
    *,
    earlier: Path | None = None,
    progress: Progress = lambda _what, _done, _all: None,
) -> None:
    """Put a dataset in the target's place; `earlier` lends the parts of history that stand.

    Raise FormatNotInstalled or NotADataset before anything is written, NotWritten after.
    """
    refuse_missing(formats)
    _refuse_foreign(target)
    lent = None if earlier is None else earlier_dataset(earlier, sources.views)
    with _failures_told(target), made_whole(target) as folder:
        making = Making(folder, edition)
        if Format.FACTS in formats:
            facts = partial(progress, Format.FACTS)
            write_facts(making, sources.store, lent, lambda done: facts(done, edition.position))
        _write_records(making, sources, formats, progress)
        if Format.FACTS in formats and sources.log is not None:
            redactions = redactions_after(sources.views, edition.position)
            write_proof(making, sources.store, sources.log, [each for each, _ in redactions])
        package.write(making)


@contextmanager
def _failures_told(target: Path) -> Iterator[None]:
    """A full disk shows as an error of the system's, or of SQLite's in the file that it writes."""
    try:
        yield
    except (OSError, sqlite.Error) as error:
        raise NotWritten(
            f"The dataset cannot be written to {target} ({error}); what was there is as it was. "
            "Make room, or choose another folder."
        ) from error


def _refuse_foreign(target: Path) -> None:
    if target.is_file() or (target.is_dir() and any(target.iterdir()) and not is_dataset(target)):
        raise NotADataset(f"{target} holds something else; name a folder that is new or empty")


def is_dataset(folder: Path) -> bool:
    """Whether a dataset stands here."""
    return (folder / package.SUMS).is_file() and (folder / package.PATH).is_file()


def earlier_dataset(folder: Path, views: Views) -> Earlier | None:
    """A dataset that was made before, with what has been redacted since; None if there is none."""
    if not is_dataset(folder):
        return None
    told = orjson.loads((folder / package.PATH).read_bytes())
    sealed = {file.path: file for file in package.files_in(told) if file.sealed is not None}
    return Earlier(folder, sealed, redacted_since(views, told["ledger"]["position"]))


def redacted_since(views: Views, position: int) -> list[int]:
    """Positions of facts whose words were redacted by facts after `position`."""
    return [redacted for _, redacted in redactions_after(views, position)]


def redactions_after(views: Views, position: int) -> list[tuple[int, int]]:
    """The redactions after a fact, newest first: position of each, and of what it redacts."""
    found: list[tuple[int, int]] = []
    query = Query(filters=REDACTIONS, limit=SOME)
    while True:
        page = views.facts(query)
        for fact in page.items:
            if fact["position"] <= position:
                return found
            found.append((fact["position"], int(str(fact["data"]["index"])) + 1))
        if page.next is None:
            return found
        query = Query(filters=REDACTIONS, limit=SOME, after=page.next)


def _write_records(
    making: Making, sources: Sources, formats: Collection[Format], progress: Progress
) -> None:
    """Each page of records goes through every format before the next one is read."""
    reading = Reading(sources.engine, making.edition.position, making.edition.recorded_at)
    with ExitStack() as stack:
        takers = [stack.enter_context(each) for each in _writers(making, sources.store, formats)]
        if takers:
            _hand_out(reading, takers, progress)


def _writers(
    making: Making, store: Store, formats: Collection[Format]
) -> Iterator[AbstractContextManager[Take]]:
    makers: dict[Format, Callable[[Making], AbstractContextManager[Take]]] = {
        Format.CSV: csv_files.writing,
        Format.JSONL: json_lines.writing,
        Format.SQLITE: sqlite_file.writing,
        Format.PARQUET: parquet.writing,
        Format.XLSX: xlsx.writing,
        Format.OCDS: partial(ocds.writing, store=store),
        Format.FTM: follow_the_money.writing,
    }
    return (make(making) for wanted, make in makers.items() if wanted in formats)


def _hand_out(reading: Reading, takers: list[Take], progress: Progress) -> None:
    totals = reading.count()
    for collection in COLLECTIONS:
        done = 0
        for documents in reading.pages(collection):
            for take in takers:
                take(collection, documents)
            done += len(documents)
            progress(collection, done, max(done, totals.get(collection, 0)))
