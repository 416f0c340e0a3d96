"""Ledgers to back up and places to restore into, on either database; and the commands for it."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from click.testing import CliRunner

from api.cli import main
from api.desk.opening import desk_database
from api.desk.register import Register
from api.desk.roles import Role
from ledger.config import Settings
from ledger.facts.fact import StreamId
from ledger.facts.housekeeping import RedactionApplied
from ledger.log.leaves import WORDS_PART, commitment
from ledger.store.opening import open_store
from ledger.store.port import Claim, Entry, Store
from ledger.vocabulary import RedactionBasis
from tests.integration.store.raw import raw
from tests.integration.store.units import DAY, alias, draft, key, new_stream, stored, unit
from tests.support.postgres import PostgresServer

STREAM: Final = StreamId("5a0d6a9e-52c5-4f43-9d0c-1f5f0d3c7b11")
REDACTED: Final = 2
"""The position whose words are gone from a filled ledger."""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def run(settings: Settings, *arguments: object) -> Ended:
    """`commitments …` with these settings, in this process."""
    environment = {
        "LEDGER_DATA_DIR": str(settings.data_dir),
        "LEDGER_URL": settings.url,
        "LEDGER_DISK_RESERVE_PERCENT": "0",
        "LEDGER_PUBLIC_PORT": "0",
        "LEDGER_DESK_PORT": "0",
        "COLUMNS": "200",
    }
    result = CliRunner(env=environment).invoke(main, [str(each) for each in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.stdout, result.stderr)


@contextmanager
def new_place(kind: str, folder: Path, server: Callable[[], PostgresServer]) -> Iterator[Settings]:
    """Settings of a place where nothing is yet."""
    if kind == "sqlite":
        yield Settings(data_dir=folder / uuid4().hex, disk_reserve_percent=0)
        return
    name = f"test_{uuid4().hex}"
    server().execute("CREATE DATABASE {}", name)
    yield Settings(data_dir=folder, url=server().url(database=name), disk_reserve_percent=0)
    server().execute("DROP DATABASE {} WITH (FORCE)", name)


def fill(settings: Settings) -> str:
    """Facts in several streams, keys, a name, words that were redacted, an account; its token."""
    with closing(open_store(settings)) as store:
        claims = [Claim("zainab", STREAM)]
        stored(
            store, unit(draft(STREAM), draft(STREAM, 2, alias()), key=key("first"), claims=claims)
        )
        stored(store, unit(), unit(key=key("second")))
        redact(settings, store, REDACTED)
        stored(store, unit(draft(STREAM, 3, alias("Zai"))))
    with desk_database(settings) as engine:
        register = Register(engine)
        account = register.add("Clerk", [Role.RECORDER], None)
        return register.issue(account, "test", 30)


def redact(settings: Settings, store: Store, position: int) -> None:
    (entry,) = store.entries(after=position - 1, limit=1)
    (words,) = (part for part in entry.parts if part.name == WORDS_PART)
    assert words.salt is not None
    assert words.content is not None
    fact = RedactionApplied(
        effective_on=DAY,
        index=position - 1,
        part=WORDS_PART,
        c=commitment(words.salt, words.content).hex(),
        basis=RedactionBasis.DATA_PROTECTION,
        authority="order-17",
    )
    stored(store, unit(draft(new_stream(), fact=fact)))
    with raw(settings) as database:
        database.execute(
            "UPDATE parts SET salt = NULL, content = NULL WHERE position = ? AND name = ?",
            position,
            WORDS_PART,
        )


def every_entry(settings: Settings) -> list[Entry]:
    found: list[Entry] = []
    with closing(open_store(settings)) as store:
        while more := store.entries(after=len(found), limit=500):
            found += more
    return found
