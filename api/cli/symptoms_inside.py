"""What `commitments doctor` looks at inside the ledger: its triggers, its positions, its views."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from api.cli.symptoms import Finding
from api.cli.symptoms_log import of_log
from ledger.config import Settings
from ledger.store.port import Head
from ledger.store.sqlite_module import sqlite
from projections.database import opened_engine
from projections.port import ViewStatus, ViewUnavailable
from projections.reading import SqlViews

Ask = Callable[[str], Sequence[Sequence[object]]]
"""A question in SQL → its rows."""

BEHIND: Final = 1000
"""More facts than a view folds in a moment."""

_TRIGGER: Final = re.compile(r"\nCREATE (?:OR REPLACE )?TRIGGER (?:IF NOT EXISTS )?(\w+)")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database tells its triggers that hold, its facts and when the last came, its epochs."""

    script: str
    triggers: str
    places: str
    epochs: str
    newest: str


_SQLITE: Final = Dialect(
    "sqlite_schema.sql",
    "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "SELECT count(*), coalesce(max(rowid), 0) FROM stored_events",
    "SELECT epoch, position FROM epochs ORDER BY number",
    "SELECT coalesce((SELECT at FROM stored_events ORDER BY rowid DESC LIMIT 1), 0)",
)
_POSTGRES: Final = Dialect(
    "postgres_schema.sql",
    "SELECT t.tgname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid"
    " JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'ledger' AND NOT t.tgisinternal AND t.tgenabled = 'A'",
    "SELECT count(*), coalesce(max(notification_id), 0) FROM ledger.stored_events",
    "SELECT epoch, position FROM ledger.epochs ORDER BY number",
    "SELECT coalesce((SELECT at FROM ledger.head LIMIT 1), 0)",
)


def inside(settings: Settings) -> Iterator[Finding]:
    """Nothing is created or changed by looking."""
    if not settings.on_postgres and not (settings.data_dir / "ledger.db").exists():
        yield Finding("Ledger", "none yet: `commitments serve` makes it")
        return
    try:
        with _asking(settings) as ask:
            found = list(_ledger(settings, ask, _POSTGRES if settings.on_postgres else _SQLITE))
    except (sqlite.Error, psycopg.Error):
        found = [_unreachable(settings)]
    yield from found


@contextmanager
def _asking(settings: Settings) -> Iterator[Ask]:
    if settings.on_postgres:
        with psycopg.connect(settings.url) as server:
            yield lambda question: server.execute(question.encode()).fetchall()
    else:
        path = settings.data_dir / "ledger.db"
        with closing(sqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            yield lambda question: connection.execute(question).fetchall()


def _ledger(settings: Settings, ask: Ask, dialect: Dialect) -> Iterator[Finding]:
    yield _triggers(ask, dialect)
    ((count, last),) = ask(dialect.places)
    yield _gapless(int(str(count)), int(str(last)))
    yield _epoch(ask(dialect.epochs))
    ((at,),) = ask(dialect.newest)
    yield from of_log(settings, ask, Head(int(str(last)), int(str(at))))
    yield from _views(settings, int(str(last)))


def _triggers(ask: Ask, dialect: Dialect) -> Finding:
    script = files("ledger.store").joinpath(dialect.script).read_text(encoding="utf-8")
    wanted = set(_TRIGGER.findall(script))
    missing = sorted(wanted - {str(row[0]) for row in ask(dialect.triggers)})
    if missing:
        cure = f"Somebody removed {', '.join(missing)}: compare with a backup, then serve again."
        return Finding("Triggers", "missing", cure)
    return Finding("Triggers", f"all {len(wanted)} in place")


def _gapless(count: int, last: int) -> Finding:
    if count != last:
        cure = f"{last - count} facts are gone: restore the ledger from the last backup."
        return Finding("Positions", f"{count} facts up to position {last}", cure)
    return Finding("Positions", f"1 to {last} without a gap" if last else "no fact yet")


def _epoch(epochs: Sequence[Sequence[object]]) -> Finding:
    if not epochs:
        return Finding("Epoch", "none yet", "Serve once: the ledger gets one when it is opened.")
    ident, position = epochs[-1]
    return Finding("Epoch", f"{ident}{_restored(len(epochs) - 1, position)}")


def _restored(times: int, position: object) -> str:
    match times:
        case 0:
            return ""
        case 1:
            return f", restored once, with {position} facts"
        case _:
            return f", restored {times} times, last with {position} facts"


def _views(settings: Settings, head: int) -> Iterator[Finding]:
    if not settings.on_postgres and not (settings.data_dir / "views.db").exists():
        yield Finding("Views", "none yet: `commitments serve` makes them")
        return
    try:
        yield from [_view(status) for status in _statuses(settings, head)]
    except (SQLAlchemyError, ViewUnavailable):
        yield Finding("Views", "unreadable", "Make them anew: `commitments rebuild`.")


def _statuses(settings: Settings, head: int) -> Sequence[ViewStatus]:
    with opened_engine(settings) as engine, closing(SqlViews(engine, lambda: head)) as views:
        return views.status()


def _view(status: ViewStatus) -> Finding:
    what = f"View {status.name}"
    if status.stalled_at is not None:
        cure = f"It cannot fold fact {status.stalled_at}; update the program, then rebuild it."
        return Finding(what, "stalled", cure)
    state = f"{status.behind} facts behind" if status.behind else "up to date"
    slow = status.behind > BEHIND
    cure = "Is the service running? If so, see its log; else start it." if slow else ""
    return Finding(what, state, cure)


def _unreachable(settings: Settings) -> Finding:
    if settings.on_postgres:
        return Finding("Ledger", "not reachable", "Check LEDGER_URL and whether the server runs.")
    return Finding("Ledger", "unreadable", "Restore ledger.db from the last backup.")
