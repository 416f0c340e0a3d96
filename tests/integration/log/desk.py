"""What a test of the log holds: a store, tiles and a head, and a stranger who reads all of it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, text

from api.public.log import parts_lines
from ledger.auditing.audit import Audited, audit
from ledger.auditing.places import SMALL
from ledger.config import Settings
from ledger.log.bundles import pack
from ledger.log.checkpoints import Checkpoint
from ledger.log.tiles import Tile, parse_span
from ledger.publishing.head import HeadFile
from ledger.publishing.publisher import Publisher
from ledger.publishing.resuming import open_publisher
from ledger.publishing.signing import Signer, log_folder, open_signer
from ledger.publishing.tables import log_database
from ledger.publishing.tile_store import TileStore
from ledger.store.opening import open_store
from ledger.store.port import Store
from tests.integration.store.units import NOW, stored, unit

ORIGIN: Final = "ledger.example/tests"


@dataclass(frozen=True)
class Desk:
    """`engine` reaches the tiles as somebody with a shell would."""

    settings: Settings
    store: Store
    tiles: TileStore
    engine: Engine
    head: HeadFile
    signer: Signer

    def record(self, count: int, now: int = NOW) -> None:
        stored(self.store, *[unit() for _ in range(count)], now=now)

    def publisher(self, now: int = NOW) -> Publisher:
        return open_publisher(self.store, self.tiles, self.head, self.signer, now)

    def publish(self) -> Checkpoint:
        """All that is recorded, as whoever keeps the log does it."""
        publisher = self.publisher()
        self.tiles.publish(str(publisher.note), self.signer.verifiers)
        while (following := publisher.round(NOW)) is not None:
            publisher = following
            self.tiles.publish(str(publisher.note), self.signer.verifiers)
        return publisher.signed

    def audited(self, since: Checkpoint | None = None) -> Audited:
        """What a stranger finds, down to the last hash."""
        return audit(Inside(self.store, self.tiles), self.head.read(), since, lambda _: None)

    def tamper(self, statement: str, **values: object) -> None:
        """Change the tiles' database."""
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)


@contextmanager
def open_desk(settings: Settings) -> Iterator[Desk]:
    with closing(open_store(settings)) as store, log_database(settings) as engine:
        head, signer = HeadFile(log_folder(settings)), open_signer(settings)
        yield Desk(settings, store, TileStore(engine), engine, head, signer)


@dataclass(frozen=True)
class Inside:
    """The files that readers get, without the HTTP in between (`ledger.auditing.places.Place`)."""

    store: Store
    tiles: TileStore

    def read(self, path: str, limit: int = SMALL) -> bytes:
        found = self._read(path)
        assert len(found) <= limit
        return found

    def _read(self, path: str) -> bytes:
        _, kind, where = path.split("/", 2)
        span = parse_span(where)
        match kind:
            case "entries":
                leaves = self.store.leaves(after=span.start, limit=span.width)
                return pack(leaf.leaf for leaf in leaves)
            case "parts":
                return parts_lines(self.store, range(span.start, span.start + span.width))
            case level:
                return self.tiles.read(Tile(int(level), span))
