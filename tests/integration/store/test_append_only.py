"""The database itself refuses to change, drop, reorder or slip in anything, whoever asks."""

from collections.abc import Sequence
from contextlib import closing
from importlib import resources

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from ledger.config import Settings
from ledger.facts.fact import WITHHELD, StreamId
from ledger.facts.housekeeping import RedactionApplied
from ledger.facts.stakeholder import PersonProfile, PersonRegistered
from ledger.log.leaves import WORDS_PART, commitment
from ledger.store.codec import decode
from ledger.store.opening import open_store
from ledger.store.port import Claim, Entry, Part, Store
from ledger.vocabulary import RedactionBasis
from tests.integration.store.raw import Refused, raw
from tests.integration.store.units import (
    DAY,
    alias,
    draft,
    key,
    new_stream,
    stored,
    unit,
)

STREAM = StreamId("5a0d6a9e-52c5-4f43-9d0c-1f5f0d3c7b11")
ROW = "'s', 1, 'topic/1', '', 9000000000000, ''"
PLACE = "originator_id, originator_version, topic, state, at, leaf_hash"

CHANGES = [
    "UPDATE stored_events SET topic = 'x/1'",
    "UPDATE stored_events SET state = state",
    "UPDATE stored_events SET at = at + 1",
    "DELETE FROM stored_events",
    "DELETE FROM stored_events WHERE originator_version = 2",
    "UPDATE parts SET content = ''",
    "UPDATE parts SET content = NULL, salt = NULL",
    "UPDATE parts SET salt = NULL",
    "UPDATE parts SET name = 'other'",
    "UPDATE parts SET position = position + 10",
    "DELETE FROM parts",
    "UPDATE idempotency SET fingerprint = ''",
    "DELETE FROM idempotency",
    "UPDATE claims SET stream = 'x'",
    "DELETE FROM claims",
    "INSERT INTO parts (position, name, salt, content) VALUES (1, 'extra', '', '')",
    "INSERT INTO parts (position, name, salt, content) VALUES (99, 'facts', '', '')",
    "INSERT INTO parts (position, name, salt, content) VALUES (1, 'facts', NULL, NULL)",
    "INSERT INTO parts (position, name, salt, content) VALUES (1, 'facts', '', '')",
    "INSERT INTO claims (name, stream, position) VALUES ('zainab', 'x', 1)",
    "INSERT INTO claims (name, stream, position) VALUES ('new', 'x', 99)",
    "UPDATE epochs SET epoch = 'x'",
    "DELETE FROM epochs",
    "INSERT INTO epochs (number, epoch, position, at) VALUES (3, 'x', 0, 0)",
    "INSERT INTO epochs (number, epoch, position, at) VALUES (2, 'x', 99, 0)",
    "INSERT INTO epochs (number, epoch, position, at) VALUES (2, 'x', -1, 0)",
    (
        "INSERT INTO idempotency (last_position, first_position, account, key, fingerprint)"
        " VALUES (99, 99, 'a', 'k', '')"
    ),
    (
        "INSERT INTO idempotency (last_position, first_position, account, key, fingerprint)"
        " VALUES (2, 1, 'a', 'k', '')"
    ),
]

ON_SQLITE = [
    f"INSERT INTO stored_events ({PLACE}) VALUES ({ROW})",
    f"INSERT INTO stored_events (rowid, {PLACE}) VALUES (9, {ROW})",
    f"INSERT OR REPLACE INTO stored_events (rowid, {PLACE}) VALUES (1, {ROW})",
    f"INSERT OR IGNORE INTO stored_events (rowid, {PLACE}) VALUES (0, {ROW})",
    "INSERT INTO stored_events VALUES (4, 's', 1, 't/1', x'', 1, x'')",
    f"REPLACE INTO stored_events VALUES (4, '{STREAM}', 2, 't/1', x'', 9000000000000, x'')",
    (
        f"INSERT INTO stored_events VALUES (4, '{STREAM}', 2, 't/1', x'', 9000000000000, x'')"
        " ON CONFLICT DO UPDATE SET topic = 'x/1'"
    ),
    "UPDATE OR REPLACE stored_events SET rowid = 1 WHERE rowid = 2",
    "REPLACE INTO parts SELECT position, name, salt, x'' FROM parts",
    "REPLACE INTO epochs VALUES (1, 'x', 0, 0)",
    "REPLACE INTO claims VALUES ('zainab', 'x', 1)",
    "REPLACE INTO idempotency SELECT 3, 3, account, key, x'' FROM idempotency",
]

ON_POSTGRES = [
    f"INSERT INTO stored_events (notification_id, {PLACE}) VALUES (9, {ROW})",
    f"INSERT INTO stored_events (notification_id, {PLACE}) VALUES (1, {ROW})",
    "INSERT INTO stored_events VALUES (4, 's', 1, 't/1', '', 1, '')",
    (
        f"INSERT INTO stored_events VALUES (4, '{STREAM}', 2, 't/1', '', 9000000000000, '')"
        " ON CONFLICT (originator_id, originator_version) DO UPDATE SET topic = 'x/1'"
    ),
    "TRUNCATE stored_events",
    "TRUNCATE parts",
    "TRUNCATE idempotency",
    "TRUNCATE claims",
    "TRUNCATE epochs",
    "TRUNCATE head",
    "UPDATE head SET position = position + 1",
    "DELETE FROM head",
    "INSERT INTO head (position, at) VALUES (1, 1)",
    "SET session_replication_role TO replica; DELETE FROM stored_events",
    "SET session_replication_role TO replica; UPDATE parts SET content = ''",
]


@pytest.fixture
def filled(store: Store) -> Store:
    """Two facts of one stream and one of another, a key for each request, and one name."""
    claims = [Claim("zainab", STREAM)]
    stored(store, unit(draft(STREAM), draft(STREAM, 2, alias()), key=key("first"), claims=claims))
    stored(store, unit())
    return store


def everything(store: Store) -> tuple[Sequence[Entry], object, object, object]:
    entries = store.entries(after=0, limit=100)
    return entries, store.receipt(key("first")), store.holder("zainab"), store.epochs()


def refuse(settings: Settings, store: Store, statement: str) -> None:
    before = everything(store)

    with pytest.raises(Refused), raw(settings) as database:
        database.execute(statement)

    assert everything(store) == before


@pytest.mark.parametrize("statement", CHANGES)
def test_no_statement_changes_what_is_stored(
    settings: Settings, filled: Store, statement: str
) -> None:
    refuse(settings, filled, statement)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", ON_SQLITE)
def test_sqlite_refuses_a_fact_out_of_place_and_every_kind_of_replace(
    settings: Settings, filled: Store, statement: str
) -> None:
    refuse(settings, filled, statement)


@pytest.mark.postgres
@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("statement", ON_POSTGRES)
def test_postgres_refuses_a_fact_out_of_place_and_its_own_kinds_of_change(
    settings: Settings, filled: Store, statement: str
) -> None:
    refuse(settings, filled, statement)


# --- the one lawful change


def blanking(position: int, name: str) -> str:
    return (
        "UPDATE parts SET salt = NULL, content = NULL"
        f" WHERE position = {position} AND name = '{name}'"
    )


def redaction(
    entry: Entry, *, index: int | None = None, part: str = WORDS_PART
) -> RedactionApplied:
    (bound,) = (each for each in entry.parts if each.name == part)
    return RedactionApplied(
        effective_on=DAY,
        index=entry.position - 1 if index is None else index,
        part=part,
        c=binding(bound),
        basis=RedactionBasis.DATA_PROTECTION,
        authority="order-17",
    )


def binding(part: Part) -> str:
    assert part.salt is not None
    assert part.content is not None
    return commitment(part.salt, part.content).hex()


def test_words_go_when_the_newest_fact_is_the_redaction_that_names_them(
    settings: Settings, filled: Store
) -> None:
    entry = filled.entries(after=0, limit=1)[0]
    stored(filled, unit(draft(new_stream(), fact=redaction(entry))))

    with raw(settings) as database:
        database.execute(blanking(1, WORDS_PART))

    blanked = filled.entries(after=0, limit=1)[0]
    assert (blanked.leaf, blanked.leaf_hash) == (entry.leaf, entry.leaf_hash)
    assert blanked.parts[1] == Part(WORDS_PART, None, None)
    read = decode(blanked)
    assert read.recorder.name is WITHHELD
    assert read.fact == PersonRegistered(effective_on=DAY, profile=PersonProfile(name=WITHHELD))


def test_a_redaction_lets_nothing_go_but_the_part_it_names(
    settings: Settings, filled: Store
) -> None:
    entry = filled.entries(after=0, limit=1)[0]
    stored(filled, unit(draft(new_stream(), fact=redaction(entry))))

    for statement in (
        blanking(2, WORDS_PART),
        blanking(1, "facts"),
        "UPDATE parts SET content = '' WHERE position = 1 AND name = 'words'",
        "UPDATE parts SET salt = NULL, content = NULL, position = 9 WHERE name = 'words'",
    ):
        refuse(settings, filled, statement)


def test_a_redaction_that_names_another_commitment_lets_nothing_go(
    settings: Settings, filled: Store
) -> None:
    first, second = filled.entries(after=0, limit=2)
    stored(filled, unit(draft(new_stream(), fact=redaction(second, index=first.position - 1))))

    refuse(settings, filled, blanking(1, WORDS_PART))


def test_the_structure_of_a_fact_is_never_redacted(settings: Settings, filled: Store) -> None:
    entry = filled.entries(after=0, limit=1)[0]
    stored(filled, unit(draft(new_stream(), fact=redaction(entry, part="facts"))))

    refuse(settings, filled, blanking(1, "facts"))


def test_an_old_redaction_lets_nothing_go_any_more(settings: Settings, filled: Store) -> None:
    entry = filled.entries(after=0, limit=1)[0]
    stored(filled, unit(draft(new_stream(), fact=redaction(entry))), unit())

    refuse(settings, filled, blanking(1, WORDS_PART))


def test_a_redacted_part_does_not_come_back(settings: Settings, filled: Store) -> None:
    entry = filled.entries(after=0, limit=1)[0]
    stored(filled, unit(draft(new_stream(), fact=redaction(entry))))
    with raw(settings) as database:
        database.execute(blanking(1, WORDS_PART))

    refuse(settings, filled, "UPDATE parts SET salt = '', content = '' WHERE content IS NULL")


# --- the second lock on PostgreSQL


@pytest.mark.postgres
@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_the_role_of_the_service_can_append_and_cannot_alter(
    settings: Settings, filled: Store
) -> None:
    name = settings.url.rpartition("/")[2]
    roles = resources.files("ledger.store").joinpath("postgres_roles.sql").read_bytes()
    with psycopg.connect(settings.url, options="-csearch_path=ledger") as administrator:
        administrator.execute(roles)
        administrator.execute(f"CREATE ROLE {name} LOGIN IN ROLE ledger_writer".encode())
    url = settings.url.replace("postgres@", f"{name}@")

    with closing(open_store(settings.model_copy(update={"url": url}))) as service:
        stored(service, unit())
        assert service.entries(after=0, limit=9) == filled.entries(after=0, limit=9)
    for statement in (*CHANGES, *ON_POSTGRES):
        # What it may insert at all is refused by the triggers.
        may = statement.startswith("INSERT")
        refusal = (*Refused, InsufficientPrivilege) if may else InsufficientPrivilege
        with (
            pytest.raises(refusal),
            psycopg.connect(url, options="-csearch_path=ledger") as connection,
        ):
            connection.execute(statement.encode())
