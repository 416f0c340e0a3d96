"""Makes one dataset for a service, in a process that gives way to whoever answers readers."""

import os
import shutil
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from api import logging as api_logging
from api.exporting.dataset import Sources, available, write_dataset
from api.exporting.orders import Done, Order, name_of, read_order, write_done
from api.exporting.proving import Signed
from api.exporting.shelf import newest, read_dataset
from ledger.errors import LedgerError
from ledger.publishing.tables import log_database
from ledger.publishing.tile_store import TileStore
from ledger.store.opening import open_store
from projections.database import opened_engine
from projections.reading import SqlViews

NICENESS: Final = 10
SIGNED_SECONDS: Final = 10.0
"""How long the newest facts may take to be signed, while there is a log."""


class DiskNearlyFull(LedgerError):
    """Another dataset would leave less free disk than recording needs."""


def main() -> None:
    """One order on standard input, one answer on standard output."""
    os.nice(NICENESS)
    order = read_order(sys.stdin.buffer.readline())
    api_logging.configure(order.settings.log_level)
    sys.stdout.buffer.write(write_done(_carried_out(order)))


def _carried_out(order: Order) -> Done:
    try:
        return Done(_make(order))
    except (LedgerError, OSError) as error:
        return Done(None, f"{type(error).__name__}: {error}")


def _make(order: Order) -> int:
    settings = order.settings
    _refuse_full_disk(order)
    with (
        closing(open_store(settings)) as store,
        opened_engine(settings) as engine,
        closing(SqlViews(engine, lambda: store.head().position)) as views,
        log_database(settings) as database,
    ):
        sources = Sources(store, engine, views, Signed(TileStore(database), SIGNED_SECONDS))
        edition = sources.edition(settings, order.url, None)
        target = order.folder / name_of(edition.position)
        before = newest(order.folder)
        write_dataset(target, sources, edition, available(), earlier=before)
    _drop_older(order.folder, target)
    return edition.position


def _refuse_full_disk(order: Order) -> None:
    """The next dataset is taken to be as large as the last. Recording goes before exporting."""
    before = newest(order.folder)
    needed = sum(file.bytes for file in read_dataset(before).files.values()) if before else 0
    disk = shutil.disk_usage(order.settings.data_dir)
    if disk.free - needed < disk.total * order.settings.disk_reserve_percent / 100:
        raise DiskNearlyFull(f"{disk.free >> 20} MiB are free, too few for another dataset")


def _drop_older(folder: Path, kept: Path) -> None:
    """What is being read goes on being read: an open file outlives its name."""
    for each in folder.iterdir():
        if each.name.isdigit() and each != kept:
            shutil.rmtree(each, ignore_errors=True)


if __name__ == "__main__":
    main()
