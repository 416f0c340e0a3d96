"""The one place that chooses the SQLite module; every connection of the project comes from it.

SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode that has two or more connections, and
the one inside Python is often older than the cure. Where it is, the `pysqlite3` wheel stands in.
"""

import importlib
import sqlite3
from types import ModuleType
from typing import TYPE_CHECKING, Final

from ledger.errors import UnsafeSettingError

OLDEST_SAFE: Final = (3, 51, 3)


def is_safe(module: ModuleType) -> bool:
    """Whether the SQLite inside the module is free of the WAL-reset bug."""
    return tuple(map(int, module.sqlite_version.split("."))) >= OLDEST_SAFE


def choose() -> ModuleType:
    """The interpreter's own module if it is new enough, else `pysqlite3` where it is installed."""
    if is_safe(sqlite3):
        return sqlite3
    try:
        return importlib.import_module("pysqlite3")
    except ModuleNotFoundError:
        return sqlite3


def refuse_old(module: ModuleType) -> None:
    """Raise UnsafeSettingError if the module's SQLite may corrupt the ledger."""
    if not is_safe(module):
        message = (
            f"SQLite {module.sqlite_version} can corrupt a ledger that two connections use; "
            "install the pysqlite3 package, or a Python with SQLite 3.51.3 or newer"
        )
        raise UnsafeSettingError(message)


if TYPE_CHECKING:
    sqlite = sqlite3
else:
    sqlite = choose()
