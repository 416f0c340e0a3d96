"""`commitments backup`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from api.cli.archives import WANTED, refusals_told, size_told, tell_verified
from api.cli.bars import bar
from api.cli.settings import settings
from api.desk.moving import MEMBERS, read_row, reading, rows_of
from api.desk.opening import desk_database
from ledger.archive.checking import Checker
from ledger.archive.giving import Nowhere, give
from ledger.archive.manifest import FORMAT, Manifest, Member
from ledger.archive.reading import Reader, open_archive, within
from ledger.archive.taking import Progress, take
from ledger.archive.writing import Writer, new_archive
from ledger.clock import utc_now
from ledger.config import Settings
from ledger.store.failures import translated
from ledger.store.opening import open_copy


def back_up(target: str) -> None:
    """Write the file, and say what is in it."""
    began = utc_now()
    path = _path(Path(target), began)
    with refusals_told("The ledger"), Checker() as checker:
        with bar("facts") as show:
            manifest = _write(settings(), path, checker, began, show)
        click.echo(f"Backed up to {path} ({size_told(path)}).")
        tell_verified(checker, manifest)


def _path(target: Path, now: datetime) -> Path:
    if target.is_dir():
        return target / f"ledger-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.zip"
    if target.suffix != ".zip":
        # A folder that should be there, such as a disk that is not mounted, must not become a file.
        problem = f"There is no folder {target}: make it, or name a file that ends in .zip."
        raise click.BadParameter(problem, param_hint="TARGET")
    return target


def _write(
    chosen: Settings, path: Path, checker: Checker, began: datetime, show: Progress
) -> Manifest:
    """The desk is read after the ledger, so every account that recorded something is in it."""
    with new_archive(path) as writer:
        with open_copy(chosen) as copy:
            take(copy, writer, checker, show)
        _write_desk(chosen, writer)
        manifest = _manifest(checker, began, writer.members)
        writer.close(manifest)
    return manifest


def _write_desk(chosen: Settings, writer: Writer) -> None:
    with desk_database(chosen) as engine, reading(engine) as connection:
        for name, table in MEMBERS.items():
            writer.write(name, rows_of(connection, table))


def _manifest(checker: Checker, began: datetime, members: Mapping[str, Member]) -> Manifest:
    return Manifest(
        format=FORMAT,
        made_at=began.astimezone(UTC).isoformat(timespec="seconds"),
        epoch=checker.epochs[-1].id,
        position=checker.position,
        head=checker.head.hex() or None,
        members=members,
    )


def verify_backup(file: str) -> None:
    """Read all of a backup, and say what was found whole; nothing is written."""
    path = Path(file)
    if not path.is_file():
        raise click.BadParameter("There is no such file.", param_hint="TARGET")
    with (
        refusals_told("The backup"),
        open_archive(path, WANTED) as reader,
        Checker() as checker,
    ):
        with bar("facts") as show, translated():
            give(reader, Nowhere(), checker, show)
        _read_desk(reader)
        tell_verified(checker, reader.manifest)


def _read_desk(reader: Reader) -> None:
    for name, table in MEMBERS.items():
        with within(name):
            for line in reader.lines(name):
                read_row(table, line)
