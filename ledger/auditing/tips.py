"""The newest fact of each stream: in memory while it fits, on disk once there are many."""

from typing import Final, NamedTuple

from ledger.store.sqlite_module import sqlite

IN_MEMORY: Final = 250_000
"""Streams, at some 300 bytes each."""
_CACHE_KILOBYTES: Final = 32_768


class Tip(NamedTuple):
    """`leaf_hash` in hex, as the next leaf of the stream writes it; None before the first."""

    version: int
    leaf_hash: str | None


NONE: Final = Tip(0, None)


class Tips:
    """Stream → its newest fact."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._near = dict[str, Tip]()
        self._far: _Far | None = None
        self._in_memory = in_memory

    def get(self, stream: str) -> Tip:
        """Version 0 for a stream without facts."""
        found = self._near.get(stream)
        if found is not None:
            return found
        return NONE if self._far is None else self._far.get(stream)

    def put(self, stream: str, version: int, leaf_hash: bytes) -> None:
        if len(self._near) >= self._in_memory:
            self._far = self._far or _Far()
            self._far.put(self._near)
            self._near.clear()
        self._near[stream] = Tip(version, leaf_hash.hex())

    def close(self) -> None:
        if self._far is not None:
            self._far.close()


class _Far:
    """A database of SQLite's that goes when it is closed."""

    def __init__(self) -> None:
        self._database = sqlite.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF",
            f"PRAGMA cache_size = -{_CACHE_KILOBYTES}",
            "CREATE TABLE tips (stream TEXT PRIMARY KEY, version INTEGER, hash TEXT) WITHOUT ROWID",
            "BEGIN",
        ):
            self._database.execute(statement)

    def get(self, stream: str) -> Tip:
        query = "SELECT version, hash FROM tips WHERE stream = ?"
        found = self._database.execute(query, (stream,)).fetchone()
        return Tip(*found) if found else NONE

    def put(self, tips: dict[str, Tip]) -> None:
        rows = ((stream, *tips[stream]) for stream in sorted(tips))
        self._database.executemany("REPLACE INTO tips VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        self._database.close()
