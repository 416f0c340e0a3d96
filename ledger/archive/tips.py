"""The newest fact of each stream, on disk once there are many: checking needs little memory."""

from ledger.store.sqlite_module import sqlite

_CACHE_KILOBYTES = 32_768


class Tips:
    """Stream → version and leaf hash, in a database of SQLite's that goes when it is closed."""

    def __init__(self) -> None:
        self._database = sqlite.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF",
            f"PRAGMA cache_size = -{_CACHE_KILOBYTES}",
            "CREATE TABLE tips (stream TEXT PRIMARY KEY, version INTEGER, hash BLOB) WITHOUT ROWID",
            "BEGIN",
        ):
            self._database.execute(statement)

    def get(self, stream: str) -> tuple[int, bytes | None]:
        """Version 0 for a stream without facts."""
        found = self._database.execute("SELECT version, hash FROM tips WHERE stream = ?", (stream,))
        version, leaf_hash = found.fetchone() or (0, None)
        return int(version), leaf_hash

    def put(self, stream: str, version: int, leaf_hash: bytes) -> None:
        self._database.execute("REPLACE INTO tips VALUES (?, ?, ?)", (stream, version, leaf_hash))

    def close(self) -> None:
        self._database.close()
