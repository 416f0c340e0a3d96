"""A ledger with its views, and datasets of it, without a loop: what the tests here share."""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine

from api.exporting.dataset import Format, Sources, available, write_dataset
from ledger.config import Settings
from ledger.store.opening import open_store
from ledger.store.port import Store
from projections.port import COLLECTIONS, Moment, Query
from projections.reading import SqlViews
from tests.integration.projections.islamabad import history
from tests.integration.projections.keeping import (
    History,
    fold_everything,
    reading,
    record,
    views_database,
)

URL = "https://ledger.example"


@dataclass(frozen=True)
class Kept:
    """Facts and their views, to which more facts can be added."""

    settings: Settings
    store: Store
    engine: Engine
    views: SqlViews

    def add(self, facts: History) -> None:
        record(self.store, facts)
        self.fold()

    def fold(self) -> None:
        fold_everything(self.engine, self.store)

    def export(
        self,
        target: Path,
        *formats: Format,
        as_of: int | None = None,
        earlier: Path | None = None,
    ) -> Path:
        """A dataset in the folder; of every format, unless some are named."""
        sources = Sources(self.store, self.engine, self.views)
        edition = sources.edition(self.settings, URL, as_of)
        write_dataset(target, sources, edition, formats or available(), earlier=earlier)
        return target

    def told(self, as_of: int) -> dict[str, list[Any]]:
        """Every record as the site tells it."""
        query = Query(moment=Moment(as_of=as_of), order="oldest", limit=1000)
        return {name: list(self.views.page(name, query).items) for name in COLLECTIONS}


@contextmanager
def kept(settings: Settings) -> Iterator[Kept]:
    """A ledger that has nothing in it yet."""
    with (
        closing(open_store(settings)) as store,
        views_database(settings) as engine,
        reading(engine, store) as views,
    ):
        yield Kept(settings, store, engine, views)


@contextmanager
def told_of_islamabad(folder: Path, url: str = "") -> Iterator[Kept]:
    """A small history with a record of every kind in it."""
    with kept(Settings(data_dir=folder, url=url, disk_reserve_percent=0)) as empty:
        empty.add(history())
        yield empty


def json_lines(file: Path) -> list[Any]:
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]


def facts_in(dataset: Path) -> list[Any]:
    """Every line of the parts of history, in order."""
    parts = sorted((dataset / "facts").iterdir())
    return [orjson.loads(line) for part in parts for line in gzip.open(part)]


def csv_rows(dataset: Path, table: str) -> list[dict[str, str]]:
    text = (dataset / "csv" / f"{table}.csv").read_bytes().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def contents(folder: Path) -> Mapping[str, bytes]:
    """Every file by its path."""
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}
