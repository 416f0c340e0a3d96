"""`commitments bundle`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import urlsplit

import click

from api.cli.verifying import UNKNOWN, UNTRUE, lines_of, read_trusted
from api.public.standalone import page_of
from ledger.auditing.bundled import verify_bundle
from ledger.auditing.bundles import LARGEST, unzip_bundle, write_bundle, zip_bundle
from ledger.auditing.files import replace_file
from ledger.auditing.lies import LieError
from ledger.auditing.places import MissingError, UnreachableError
from ledger.auditing.web import Web

COLLECTIONS: Final = (
    "commitments",
    "meetings",
    "statements",
    "outcomes",
    "sources",
    "stakeholders",
)


def keep_bundle(ident: str, url: str, output: str | None, policy: str | None) -> None:
    """Fetch, verify, and write it anew: its pages are ours and not those of whoever served it."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise click.UsageError(f"{url!r} is no http address.")
    target, trusted = Path(output or f"{ident.rpartition('/')[2]}.zip"), read_trusted(policy)
    if target.exists():
        raise click.UsageError(f"{target} exists already; choose another name with --output.")
    try:
        bundle = unzip_bundle(_fetched(Web(url), ident))
        verified = verify_bundle(bundle, trusted, None)
    except LieError as error:
        _end(f"NOT TRUE: {error}. Nothing was kept.", UNTRUE)
    except (UnreachableError, MissingError) as error:
        _end(f"Not known: {error}.", UNKNOWN)
    page = page_of(write_bundle(bundle))
    try:
        replace_file(target, zip_bundle(bundle, verified.held.signed.size, page))
    except OSError as error:
        _end(f"{target} cannot be written: {error.strerror}.", UNKNOWN)
    click.echo("\n".join([f"{target}: {len(bundle.facts)} facts.", *lines_of(verified)]))


def _fetched(web: Web, ident: str) -> bytes:
    """From the first collection that knows the id; raise MissingError, UnreachableError."""
    missing = MissingError(f"{web.url} has no record {ident!r}, or has no log")
    for path in _paths(ident):
        try:
            return web.read(path, LARGEST)
        except MissingError:
            continue
    raise missing


def _paths(ident: str) -> Iterable[str]:
    if ident.isdecimal():
        return [f"facts/{ident}/bundle.zip"]
    if "/" in ident:
        return [f"{ident}/bundle.zip"]
    return [f"{collection}/{ident}/bundle.zip" for collection in COLLECTIONS]


def _end(sentence: str, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(code)
