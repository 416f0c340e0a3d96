"""Stamps as they are kept: in the log's database, one a checkpoint, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from ledger.publishing.tables import failing, stamps


@dataclass(frozen=True, slots=True)
class Stamp:
    """`text` is what was stamped, a checkpoint without its signatures; `at` is ms by our clock.

    `response` is the whole TimeStampResp of RFC 3161, in DER.
    """

    size: int
    at: int
    text: str
    response: bytes


class Stamps:
    """Blocking; used from any thread. Raises StorageError. `trouble` is of this process's tries."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.trouble = ""

    def keep(self, stamp: Stamp) -> None:
        """A size that has a stamp keeps it."""
        insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        row = {
            "size": stamp.size,
            "at": stamp.at,
            "text": stamp.text,
            "response": stamp.response,
        }
        with failing(), self._engine.begin() as connection:
            connection.execute(insert(stamps).values(row).on_conflict_do_nothing())

    def newest(self, limit: int) -> Sequence[Stamp]:
        """The newest first."""
        query = select(stamps).order_by(stamps.c.size.desc()).limit(limit)
        with failing(), self._engine.connect() as connection:
            return [_stamp(row) for row in connection.execute(query)]

    def of(self, size: int) -> Stamp | None:
        """The stamp of the checkpoint of this size, None where there is none."""
        query = select(stamps).where(stamps.c.size == size)
        with failing(), self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else _stamp(row)


def _stamp(row: Row[tuple[int, int, str, bytes]]) -> Stamp:
    return Stamp(row.size, row.at, row.text, row.response)
