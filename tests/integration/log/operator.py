"""The operator as an attacker: every trigger is off, and every table can be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import orjson

from ledger.config import Settings
from ledger.log.hashing import leaf_hash
from ledger.store.port import Store
from tests.integration.store.raw import Raw, raw

OTHER_WORDS: Final = b'{"body":{"profile":{"name":"Somebody else"}}}'


class Operator:
    """`place` is the column of positions, which the two databases name differently."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self.place = "notification_id" if settings.on_postgres else "rowid"

    def edit(self, position: int, *, hash_too: bool) -> None:
        """Another id in the leaf of a fact."""
        leaf = self._leaf(position)
        ident = leaf["id"]
        self._write(position, leaf | {"id": ident[::-1]}, hash_too=hash_too)

    def edit_words(self, position: int, words: bytes | None = OTHER_WORDS) -> None:
        """Other words under the salt of those that were recorded."""
        with self._free() as database:
            database.execute(
                "UPDATE parts SET content = ? WHERE position = ? AND name = 'words'",
                words,
                position,
            )

    def blank(self, position: int) -> None:
        """The words are gone, and nothing says by whose order."""
        with self._free() as database:
            database.execute(
                "UPDATE parts SET salt = NULL, content = NULL"
                " WHERE position = ? AND name = 'words'",
                position,
            )

    def swap(self, position: int) -> None:
        """A fact and the one behind it change places, with all that belongs to them."""
        with self._free() as database:
            for source, target in ((position, -1), (position + 1, position), (-1, position + 1)):
                for table, column in (("stored_events", self.place), ("parts", "position")):
                    database.execute(
                        f"UPDATE {table} SET {column} = ? WHERE {column} = ?", target, source
                    )

    def cut(self, after: int) -> None:
        """The end of the ledger is gone, as after an older backup was restored."""
        with self._free() as database:
            for table, column in (
                ("parts", "position"),
                ("idempotency", "last_position"),
                ("claims", "position"),
                ("stored_events", self.place),
            ):
                database.execute(f"DELETE FROM {table} WHERE {column} > ?", after)
            if self._settings.on_postgres:
                database.execute("UPDATE head SET position = ?", after)

    def take_out(self, position: int) -> None:
        """One fact is gone."""
        with self._free() as database:
            database.execute(f"DELETE FROM stored_events WHERE {self.place} = ?", position)

    def slip_in(self, **changed: object) -> None:
        """A fact behind the last one that the service did not record: a copy of that, changed."""
        last = self._store.head().position
        copy = self._leaf(last) | {"ver": 2} | changed
        leaf = orjson.dumps(copy, option=orjson.OPT_SORT_KEYS)
        told = orjson.loads(leaf)
        values = (last + 1, told["stream"], told["ver"], told["type"], leaf, told["at"])
        with self._free() as database:
            database.execute(
                f"INSERT INTO stored_events ({self.place}, originator_id, originator_version,"
                " topic, state, at, leaf_hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
                *values,
                leaf_hash(leaf),
            )
            database.execute(
                "INSERT INTO parts (position, name, salt, content)"
                " SELECT position + 1, name, salt, content FROM parts WHERE position = ?",
                last,
            )
            if self._settings.on_postgres:
                database.execute("UPDATE head SET position = position + 1")

    def _leaf(self, position: int) -> dict[str, str]:
        (found,) = self._store.leaves(after=position - 1, limit=1)
        leaf: dict[str, str] = orjson.loads(found.leaf)
        return leaf

    def _write(self, position: int, leaf: dict[str, str], *, hash_too: bool) -> None:
        state = orjson.dumps(leaf, option=orjson.OPT_SORT_KEYS)
        set_hash, hashes = (", leaf_hash = ?", (leaf_hash(state),)) if hash_too else ("", ())
        with self._free() as database:
            database.execute(
                f"UPDATE stored_events SET state = ?{set_hash} WHERE {self.place} = ?",
                state,
                *hashes,
                position,
            )

    @contextmanager
    def _free(self) -> Iterator[Raw]:
        with raw(self._settings) as database:
            if database.on_postgres:
                for table in ("stored_events", "parts", "idempotency", "claims", "head"):
                    database.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            else:
                listed = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                for (name,) in database.execute(listed):
                    database.execute(f"DROP TRIGGER {name}")
            yield database
