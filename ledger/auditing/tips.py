"""The newest fact of each stream: in memory while it fits, on disk once there are many."""

from binascii import hexlify
from typing import Final

from ledger.store.sqlite_module import sqlite

IN_MEMORY: Final = 250_000
"""Streams, at some 300 bytes each."""
_CACHE_KILOBYTES: Final = 32_768


Tip = tuple[int, bytes | None]
"""Version and leaf hash, in hex as the stream's next leaf writes it; None before the first."""

NONE: Final[Tip] = (0, None)


class Tips:
    """Stream → its newest fact."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._near = dict[bytes, Tip]()
        self._far: _Far | None = None
        self._in_memory = in_memory

    def get(self, stream: bytes) -> Tip:
        """Version 0 for a stream without facts."""
        found = self._near.get(stream)
        if found is not None:
            return found
        return NONE if self._far is None else self._far.get(stream)

    def put(self, stream: bytes, version: int, leaf_hash: bytes) -> None:
        if len(self._near) >= self._in_memory:
            self._far = self._far or _Far()
            self._far.put(self._near)
            self._near.clear()
        self._near[stream] = version, hexlify(leaf_hash)

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
            "CREATE TABLE tips (stream BLOB PRIMARY KEY, version INTEGER, hash BLOB) WITHOUT ROWID",
            "BEGIN",
        ):
            self._database.execute(statement)

    def get(self, stream: bytes) -> Tip:
        query = "SELECT version, hash FROM tips WHERE stream = ?"
        found: Tip | None = self._database.execute(query, (stream,)).fetchone()
        return found or NONE

    def put(self, tips: dict[bytes, Tip]) -> None:
        rows = ((stream, *tips[stream]) for stream in sorted(tips))
        self._database.executemany("REPLACE INTO tips VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        self._database.close()
