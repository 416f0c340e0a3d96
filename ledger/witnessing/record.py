"""Which witness cosigned which size when, first and last, in the log's database."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from ledger.log.checkpoints import parse_checkpoint
from ledger.log.notes import Note, parse_note
from ledger.publishing.tables import cosigners, failing, witnessed

ONLY: Final = 1


@dataclass(frozen=True, slots=True)
class Cosigner:
    """`at` is seconds since 1970, 0 where it never cosigned. `trouble` is empty while all is well.

    `key` is the witness's verifier key as text.
    """

    key: str
    first_size: int = 0
    first_at: int = 0
    size: int = 0
    at: int = 0
    trouble: str = ""


class Record:
    """Blocking; used from any thread. Raises StorageError. One row a witness, however long."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def cosigners(self) -> Mapping[str, Cosigner]:
        """By verifier key; those that were asked at least once."""
        with failing(), self._engine.connect() as connection:
            rows = connection.execute(select(cosigners)).mappings().all()
        return {row["key"]: Cosigner(**row) for row in rows}

    def keep(self, found: Iterable[Cosigner]) -> None:
        """How these stand now."""
        rows = [asdict(each) for each in found]
        if not rows:
            return
        with failing(), self._engine.begin() as connection:
            connection.execute(self._upsert(cosigners, "key"), rows)

    def witnessed(self, origin: str) -> Note | None:
        """The newest checkpoint of a log that met the quorum, None before the first.

        Raise NoteError for what is none.
        """
        with failing(), self._engine.connect() as connection:
            told = connection.execute(select(witnessed.c.note)).scalar()
        note = None if told is None else parse_note(told.encode())
        return note if note and parse_checkpoint(note.text).origin == origin else None

    def keep_witnessed(self, note: Note) -> None:
        """Show from now on that this one met it."""
        row = {"id": ONLY, "note": str(note)}
        with failing(), self._engine.begin() as connection:
            connection.execute(self._upsert(witnessed, "id"), row)

    def _upsert(self, table: Any, key: str) -> Any:
        statement = self._insert(table)
        others = {each.name: statement.excluded[each.name] for each in table.c if each.name != key}
        return statement.on_conflict_do_update(index_elements=[key], set_=others)
