"""A mirror's facts in a ledger of its own, from which pages and views are made.

They go in through the triggers that guard every ledger, and only what the mirror has verified. The
order makes an end at any moment harmless: facts, then tiles, then the checkpoint that readers see.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from ledger.archive.giving import Putting
from ledger.auditing.history import REDACTION, Place, leaf_of, ordered, parts_of
from ledger.auditing.pieces import Piece, Tiles
from ledger.auditing.places import Folder
from ledger.auditing.trust import Held
from ledger.config import Settings
from ledger.facts.fact import StreamId
from ledger.log.edge import edge_of
from ledger.log.leaves import FACTS_PART, Leaf, Salted
from ledger.publishing.tile_store import TileStore
from ledger.store.opening import open_filling, open_store
from ledger.store.port import Entry, Part, Store


def embed(settings: Settings, folder: Path, held: Held, tiles: TileStore) -> None:
    """Everything up to the mirror's checkpoint that is not in the ledger yet.

    Raise StorageError; what was put in stays.
    """
    source, size = Tiles(Folder(folder)), held.signed.size
    with closing(open_store(settings)) as store, open_filling(settings) as filling:
        known, putting = store.head().position, Putting(filling)
        for piece in source.pieces(known, size):
            for entry in _entries(piece.after(known)):
                _put(putting, store, entry)
        putting.end()
    _grow(source, tiles, size)
    keys = [key for key in held.trust.policy.logs if key.name == held.signed.origin]
    tiles.publish(held.text.decode(), keys)


def _put(putting: Putting, store: Store, entry: Entry) -> None:
    if entry.topic.encode() != REDACTION:
        putting.put(entry, None)
        return
    putting.end()
    putting.put(entry, _redacted(store, entry))


def _redacted(store: Store, entry: Entry) -> Place | None:
    """The part that a redaction takes away, if it is still there and the one that is meant."""
    (facts,) = (part for part in entry.parts if part.name == FACTS_PART)
    place, told = ordered(entry.position, facts.content or b"")
    for target in store.entries(after=place[0] - 1, limit=1):
        bound = parts_of(place[0], leaf_of(place[0], target.leaf)).get(place[1])
        there = any(part.name == place[1] and part.salt is not None for part in target.parts)
        if there and bound is not None and bound.commitment == told:
            return place
    return None


def _entries(piece: Piece) -> list[Entry]:
    return [
        _entry(position, leaf, hashed, parts)
        for position, (leaf, hashed, parts) in enumerate(
            zip(piece.leaves, piece.hashes, piece.parts, strict=True), piece.start + 1
        )
    ]


def _entry(position: int, told: bytes, hashed: bytes, parts: Mapping[str, Salted]) -> Entry:
    leaf: Leaf = leaf_of(position, told)
    gone: tuple[None, None] = (None, None)
    bound = [Part(name, *parts.get(name, gone)) for name in parts_of(position, leaf)]
    return Entry(
        position,
        leaf.at,
        leaf.id.decode(),
        StreamId(leaf.stream.decode()),
        leaf.version,
        leaf.topic.decode(),
        told,
        hashed,
        tuple(bound),
    )


def _grow(source: Tiles, tiles: TileStore, size: int) -> None:
    edge = edge_of(tiles.size(), tiles.read)
    for piece in source.pieces(edge.size, size):
        edge, changed = edge.grown(piece.after(edge.size).hashes)
        tiles.grow(edge.size, changed)
