"""Tiles and the newest checkpoint in a database, SQLite or PostgreSQL."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Engine, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from ledger.errors import LedgerError
from ledger.log.checkpoints import read_checkpoint
from ledger.log.hashing import HASH_BYTES
from ledger.log.notes import NoteError, VerifierKey
from ledger.log.tiles import Tile, hashes_of, rows_of
from ledger.log.tree import Rows
from ledger.publishing.tables import failing, progress, published, tiles

ONLY: Final = 1
KEPT: Final = 256
"""Tiles kept in memory with the subtrees over them, 40 KiB each: the ways of 65,000 leaves up."""
READ: Final = select(tiles.c.hashes).where(
    tiles.c.level == bindparam("level"), tiles.c.n == bindparam("n")
)


class MissingTileError(LedgerError):
    """A tile is not there, or not as wide as it was asked for."""


class OvertakenError(LedgerError):
    """Readers are shown a larger checkpoint already, which another publisher signed."""


class Shown(NamedTuple):
    """A checkpoint as text, and the verifier keys of its log, one a line."""

    note: str
    verifiers: str


class TileStore:
    """Blocking; used from any thread. Raises StorageError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
        self._put_tile = _upsert(dialect, tiles, "level", "n")
        self._put_progress = _upsert(dialect, progress, "id")
        self._put_published = _upsert(dialect, published, "id")
        self._begin = dialect.insert(published).on_conflict_do_nothing().returning(published.c.id)
        self.rows = lru_cache(KEPT)(self._rows)

    def read(self, tile: Tile) -> bytes:
        """The bytes of a tile as wide as it is asked for; raise MissingTileError."""
        level, (n, width) = tile
        with failing(), self._engine.connect() as connection:
            row = connection.execute(READ, {"level": level, "n": n}).scalar() or b""
        if len(row) < width * HASH_BYTES:
            raise MissingTileError(f"tile {tile.path} is not there")
        return row[: width * HASH_BYTES]

    def _rows(self, tile: Tile) -> Rows:
        """What proofs are made of; a tile of some width never changes, so it can be kept."""
        return rows_of(hashes_of(self.read(tile)))

    def size(self) -> int:
        """Up to which size of the tree there are tiles."""
        with failing(), self._engine.connect() as connection:
            return connection.execute(select(progress.c.size)).scalar() or 0

    def grow(self, size: int, changed: Mapping[Tile, bytes]) -> None:
        """Store what is new or wider, and up to which size that goes, or nothing."""
        with failing(), self._engine.begin() as connection:
            if changed:
                connection.execute(self._put_tile, _tile_rows(changed))
            connection.execute(self._put_progress, {"id": ONLY, "size": size})

    def put(self, made: Mapping[Tile, bytes]) -> None:
        """Store tiles in the place of others that are damaged or missing."""
        with failing(), self._engine.begin() as connection:
            if made:
                connection.execute(self._put_tile, _tile_rows(made))
        self.rows.cache_clear()

    def published(self) -> Shown | None:
        """The newest checkpoint; None before the first."""
        query = select(published.c.note, published.c.verifiers)
        with failing(), self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else Shown(*row)

    def begin(self, note: str, keys: Iterable[VerifierKey]) -> bool:
        """Show the first checkpoint; False if readers are shown one already."""
        with failing(), self._engine.begin() as connection:
            return connection.execute(self._begin, _published_row(note, keys)).first() is not None

    def begin_again(self, note: str, keys: Iterable[VerifierKey]) -> None:
        """Show the first checkpoint of a log that goes on in the place of a lost one."""
        with failing(), self._engine.begin() as connection:
            connection.execute(self._put_published, _published_row(note, keys))

    def publish(self, note: str, keys: Iterable[VerifierKey]) -> None:
        """Show this checkpoint from now on, and what its signatures are checked with.

        Raise OvertakenError if a larger one is shown: readers never see the log shrink.
        """
        with failing(), self._engine.begin() as connection:
            known = connection.execute(select(published.c.note).with_for_update()).scalar()
            if known is not None and _size_of(known) > _size_of(note):
                raise OvertakenError("another publisher of this log is ahead of this one")
            connection.execute(self._put_published, _published_row(note, keys))


def _tile_rows(tiles: Mapping[Tile, bytes]) -> list[dict[str, object]]:
    return [{"level": tile.level, "n": tile.span.n, "hashes": row} for tile, row in tiles.items()]


def _published_row(note: str, keys: Iterable[VerifierKey]) -> dict[str, object]:
    return {"id": ONLY, "note": note, "verifiers": "\n".join(map(str, keys))}


def _size_of(note: str) -> int:
    """0 for what is no checkpoint: anything may take its place."""
    try:
        return read_checkpoint(note.encode())[1].size
    except NoteError:
        return 0


def _upsert(dialect: Any, table: Table, *key: str) -> Any:
    statement = dialect.insert(table)
    others = {each.name: statement.excluded[each.name] for each in table.c if each.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=others)
