"""`commitments mirror`."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Final, NoReturn
from urllib.parse import urlsplit

import click

from api.cli.bars import bar
from api.cli.verifying import UNKNOWN, UNTRUE, read_trusted
from ledger.auditing.lies import LieError
from ledger.auditing.mirroring import Mirror, open_mirror
from ledger.auditing.places import MissingError, UnreachableError
from ledger.auditing.web import Web
from ledger.errors import PlaceTakenError

EVERY_SECONDS: Final = 3.0
STOPS: Final = (signal.SIGTERM, signal.SIGINT)


def mirror_log(url: str, folder: Path, policy: Path | None, *, follow: bool, serve: bool) -> None:
    """Once, or again and again; the copy is whole whenever this ends."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise click.UsageError(f"{url!r} is no http address.")
    read_trusted(str(policy) if policy else None)
    text = policy.read_bytes() if policy else None
    with _told(), open_mirror(folder, Web(url), text, _quiet) as mirror:
        if mirror.damage:
            click.echo(f"The copy was damaged ({mirror.damage}); it is made anew.", err=True)
        if mirror.held is None or not serve:
            with bar("facts") as show:
                mirror.follow(show)
        click.echo(_line(folder, mirror))
        if serve:
            _serve(mirror)
        elif follow:
            _follow(folder, mirror)


def _serve(mirror: Mirror) -> None:
    from api.cli.settings import failures_told, settings
    from api.mirror import serve_mirror

    async def served() -> bool:
        stopping = asyncio.Event()
        for number in STOPS:
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        return await serve_mirror(settings(), mirror, EVERY_SECONDS, stopping, click.echo)

    with failures_told():
        if not asyncio.run(served()):
            raise click.exceptions.Exit(UNTRUE)


def _follow(folder: Path, mirror: Mirror) -> None:
    """Until it is stopped. What cannot be read now is asked for again; a lie ends it."""
    with _stopped() as stopping:
        while not stopping.wait(EVERY_SECONDS):
            try:
                if mirror.follow(_quiet):
                    click.echo(_line(folder, mirror))
            except UnreachableError as error:
                click.echo(f"Not known: {error}.", err=True)


def _quiet(_position: int, _last: int) -> None:
    """No bar: it is not known how long it would be."""


def _line(folder: Path, mirror: Mirror) -> str:
    held = mirror.held
    known = f"{held.signed.size} facts of {held.signed.origin}" if held else "nothing"
    return f"{folder}: {known}, verified."


@contextmanager
def _stopped() -> Iterator[Event]:
    """Set by SIGTERM and SIGINT."""
    stopping = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in STOPS}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (LieError, MissingError) as error:
        _end(f"NOT TRUE: {error}. The copy is as it was.", UNTRUE)
    except UnreachableError as error:
        _end(f"Not known: {error}.", UNKNOWN)
    except PlaceTakenError as error:
        _end(f"{str(error)[:1].upper()}{str(error)[1:]}.", UNTRUE)
    except OSError as error:
        _end(f"The folder cannot be written: {error}.", UNKNOWN)


def _end(sentence: str, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(code)
