"""Overwriting what was erased: free pages and the write-ahead log keep old bytes.

`secure_delete` zeroes what is deleted, but not the copies that pages left behind when they were
split before it was set. So the file is written anew from what it still holds, and the log is
emptied. The mark that this is due is `user_version`: set in the transaction that erases, it
survives a crash.
"""

from collections.abc import Callable, Collection
from typing import Final

from ledger.store.sqlite_module import sqlite

CLEAN: Final = 0
DUE: Final = 1
UNDER_WAY: Final = 2
WRITTEN: Final = 3
PATIENCE_MS: Final = 500
"""A reader that is still there after this is let finish; the sweep comes again."""
MARK: Final = f"PRAGMA user_version = {DUE}"


def sweep(connection: sqlite.Connection, before: Callable[[], object] = lambda: None) -> bool:
    """False where readers hold the old log open, or something was erased meanwhile.

    The connection is in no transaction; `before` is called first, if a sweep is due.
    """
    if _turn(connection, (DUE, UNDER_WAY), UNDER_WAY):
        before()
        connection.execute("VACUUM")
        _turn(connection, (UNDER_WAY,), WRITTEN)
    if _state(connection) == CLEAN:
        return True
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy and _turn(connection, (WRITTEN,), CLEAN)


def _turn(connection: sqlite.Connection, expected: Collection[int], state: int) -> bool:
    """Whether the mark was one of those expected, and is now `state`."""
    if _state(connection) not in expected:
        return False
    connection.execute("BEGIN IMMEDIATE")
    found = _state(connection) in expected
    if found:
        connection.execute(f"PRAGMA user_version = {state}")
    connection.execute("COMMIT")
    return found


def _state(connection: sqlite.Connection) -> int:
    (state,) = connection.execute("PRAGMA user_version").fetchone()
    return int(state)
