"""What `commitments doctor` looks at of the log: its key, its head, and what readers are shown."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Final

from api.cli.symptoms import Finding
from ledger.clock import utc_now
from ledger.config import Settings
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.notes import NoteError
from ledger.publishing.head import HeadFile, LogFolderError
from ledger.publishing.keys import (
    KeyUnreadableError,
    in_the_clear,
    key_files,
    open_to_others,
)
from ledger.publishing.signing import Signer, log_folder, open_signer
from ledger.publishing.tables import FILE
from ledger.store.committer import milliseconds
from ledger.store.port import Head
from ledger.store.sqlite_module import sqlite

Ask = Callable[[str], Sequence[Sequence[object]]]

LATE_MS: Final = 10_000
LATE_FACTS: Final = 1000
"""More than a publisher that runs leaves unsigned, however much is recorded."""
_PUBLISHED: Final = "SELECT note FROM published"
_ON_POSTGRES: Final = "SELECT to_regclass('log.published') IS NOT NULL"
_PUBLISHED_ON_POSTGRES: Final = "SELECT note FROM log.published"


def of_log(settings: Settings, ask: Ask, newest: Head) -> Iterator[Finding]:
    """Nothing is created or changed by looking."""
    shown = _shown(settings, ask)
    head = HeadFile(log_folder(settings))
    if not head.exists():
        yield _headless(settings, shown)
        return
    try:
        signer, signed = open_signer(settings), head.read()
    except (KeyUnreadableError, LogFolderError, NoteError) as error:
        yield Finding("Log", "nothing can be signed", f"{error}.")
        return
    yield _key(settings, signer)
    yield _head(signed, shown, newest.position)
    yield _published(shown, newest)


def _key(settings: Settings, signer: Signer) -> Finding:
    """In the clear is how a log begins where no passphrase was set: worth knowing, and no ill."""
    files = key_files(log_folder(settings))
    clear = [path.name for path in files if in_the_clear(path)]
    kept = f"in the clear: {', '.join(clear)}" if clear else "under its passphrase"
    others = [path for path in files if open_to_others(path)]
    cure = f"chmod 600 {' '.join(map(str, others))}" if others else ""
    return Finding("Log key", f"of {signer.origin}, {kept}", cure)


def _headless(settings: Settings, shown: Checkpoint | None) -> Finding:
    if shown is None:
        return Finding("Log", "none: `commitments init` begins one that anybody can verify")
    if settings.on_postgres:
        return Finding("Log", f"of {shown.origin}, published by another machine")
    cure = "Put head and key back from their copy, or set LEDGER_LOG_DIR to their folder."
    return Finding("Log", f"{log_folder(settings)} does not hold its head", cure)


def _head(signed: Checkpoint, shown: Checkpoint | None, newest: int) -> Finding:
    state = f"signs {signed.size} facts"
    if signed.size > newest:
        cure = "The database was put back to an older state: restore a newer backup."
        return Finding("Log head", f"{state}, and the ledger has {newest}", cure)
    if shown is not None and shown.size > signed.size:
        cure = "An older copy of it was put back: serve, and it moves on if nothing was lost."
        return Finding("Log head", f"{state}, and readers were shown {shown.size}", cure)
    return Finding("Log head", state)


def _published(shown: Checkpoint | None, newest: Head) -> Finding:
    unsigned = newest.position - (shown.size if shown else 0)
    old = milliseconds(utc_now()) - newest.at > LATE_MS
    if unsigned > LATE_FACTS or (unsigned > 0 and old):
        cure = "Is the service running? If so, see its log; else start it."
        return Finding("Checkpoint", f"late: {unsigned} facts are not signed", cure)
    return Finding("Checkpoint", "up to date" if unsigned <= 0 else f"{unsigned} facts to come")


def _shown(settings: Settings, ask: Ask) -> Checkpoint | None:
    """None where there is none, or none that can be read: the next start shows it anew."""
    notes = _asked_server(ask) if settings.on_postgres else _asked_file(settings)
    try:
        return read_checkpoint(str(notes[0][0]).encode())[1] if notes else None
    except NoteError:
        return None


def _asked_server(ask: Ask) -> Sequence[Sequence[object]]:
    return ask(_PUBLISHED_ON_POSTGRES) if ask(_ON_POSTGRES)[0][0] else ()


def _asked_file(settings: Settings) -> Sequence[Sequence[object]]:
    path = settings.data_dir / FILE
    if not path.exists():
        return ()
    try:
        with closing(sqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found: Sequence[Sequence[object]] = connection.execute(_PUBLISHED).fetchall()
            return found
    except sqlite.Error:
        return ()
