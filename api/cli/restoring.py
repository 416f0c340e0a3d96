"""`commitments restore`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import click
from sqlalchemy import Connection, Table
from sqlalchemy.exc import IntegrityError

from api.cli.archives import WANTED, refusals_told, tell_verified
from api.cli.bars import bar
from api.cli.place import empty_place
from api.cli.settings import settings
from api.desk.moving import LINES, MEMBERS, fill, read_row
from api.desk.opening import desk_database
from ledger.archive.checking import Checker
from ledger.archive.giving import begin_epoch, give
from ledger.archive.reading import Reader, open_archive, within
from ledger.archive.taking import Progress
from ledger.clock import utc_now
from ledger.config import Settings
from ledger.errors import DamagedError
from ledger.store.chance import chance
from ledger.store.opening import open_filling
from ledger.store.port import Epoch

EPOCH_BYTES = 8


def restore_backup(file: str) -> None:
    """Fill the empty place of the settings, and say what was verified on the way."""
    chosen = settings()
    with (
        refusals_told("The backup"),
        open_archive(Path(file), WANTED) as reader,
        Checker() as checker,
    ):
        with bar("facts") as show, empty_place(chosen) as place:
            epoch = _restore(reader, checker, place, show)
        tell_verified(checker, reader.manifest)
        click.echo(f"Restored as epoch {epoch.id}, which begins after fact {epoch.position}.")


def _restore(reader: Reader, checker: Checker, place: Settings, show: Progress) -> Epoch:
    """The desk is committed before the ledger: without a ledger there is nothing to serve."""
    with open_filling(place) as filling:
        give(reader, filling, checker, show)
        now = int(utc_now().timestamp() * 1000)
        epoch = Epoch(chance.take(EPOCH_BYTES).hex(), checker.position, now)
        begin_epoch(filling, checker, epoch)
        with _desk(place) as connection:
            for name, table in MEMBERS.items():
                _fill(connection, table, reader.lines(name), name)
    return epoch


@contextmanager
def _desk(place: Settings) -> Iterator[Connection]:
    with desk_database(place) as engine, engine.begin() as connection:
        yield connection


def _fill(connection: Connection, table: Table, lines: Iterator[bytes], name: str) -> None:
    rows = (read_row(table, line) for line in lines)
    with within(name):
        try:
            while some := _some(rows):
                fill(connection, table, some)
        except IntegrityError as error:
            raise DamagedError("it holds rows that do not fit together") from error


def _some(rows: Iterator[Mapping[str, object]]) -> list[Mapping[str, object]]:
    return list(islice(rows, LINES))
