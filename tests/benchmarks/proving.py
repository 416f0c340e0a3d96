"""P16: what it costs that anybody can verify, beside bare hashing and the library pymerkle."""

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from pymerkle import InmemoryTree

from api.public.log import parts_lines
from ledger.auditing.audit import audit
from ledger.auditing.pieces import Piece, Tiles
from ledger.auditing.places import Folder
from ledger.commands import RegisterOrganization
from ledger.config import Settings
from ledger.facts.stakeholder import OrganizationProfile
from ledger.log.bundles import pack
from ledger.log.checkpoints import Checkpoint
from ledger.log.edge import Edge
from ledger.log.hashing import LEAF_PREFIX, NODE_PREFIX, leaf_hash
from ledger.log.leaves import commitment
from ledger.log.tiles import Tile, spans, tiles_of
from ledger.log.tree import Tree
from ledger.publishing.beginning import begin_log
from ledger.publishing.opening import open_log
from ledger.publishing.tables import log_database
from ledger.publishing.tile_store import TileStore
from ledger.service import open_ledger
from ledger.store.opening import open_store
from ledger.store.port import Store
from tests.benchmarks.appends import APPENDS, WRITERS, context, ident, pledge, timed
from tests.benchmarks.filled import fill
from tests.benchmarks.measure import Row, cpu_seconds, in_turn, ratio

LEAVES: Final = 1_000_000
PEER_LEAVES: Final = 100_000
BATCH: Final = 256
PROOFS: Final = 300
AUDITED: Final = 50_000
LEAF: Final = b"x" * 450


def bare_hashing(count: int = LEAVES) -> float:
    """The floor: a hash for each leaf and one for each node, and nothing kept."""

    def work() -> None:
        for _ in range(count):
            sha256(LEAF_PREFIX + LEAF).digest()
        pair = NODE_PREFIX + b"x" * 64
        for _ in range(count):
            sha256(pair).digest()

    return cpu_seconds(work)


def build(count: int = LEAVES) -> float:
    """Ours: leaves hashed and put into tiles, 256 at a time as they come from commits."""

    def work() -> None:
        edge = Edge()
        for _ in range(count // BATCH):
            edge, _tiles = edge.grown([leaf_hash(LEAF) for _ in range(BATCH)])
        edge.root()

    return cpu_seconds(work)


def peer() -> float:
    """pymerkle's seconds for a tenth of the leaves, times ten."""

    def work() -> None:
        tree = InmemoryTree(algorithm="sha256")
        for _ in range(PEER_LEAVES):
            tree.append_entry(LEAF)
        tree.get_state()

    return cpu_seconds(work) * LEAVES / PEER_LEAVES


def building() -> Row:
    seconds = in_turn({"ours": build, "floor": bare_hashing, "peer": peer}, rounds=3)
    return ratio(
        "P16 10⁶ leaves into tiles ÷ bare hashing",
        seconds["ours"],
        seconds["floor"],
        gate=4,
        at_most=True,
        pymerkle=seconds["peer"],
    )


def cold_proofs() -> Row:
    """p50 of a proof of some leaf among a million, every tile read from the database."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with log_database(settings) as engine:
            store, edge = TileStore(engine), Edge()
            for start in range(0, LEAVES, LEAVES // 10):
                hashes = [leaf_hash(b"%d" % at) for at in range(start, start + LEAVES // 10)]
                edge, changed = edge.grown(hashes)
                store.grow(edge.size, changed)
            waits = [_cold(TileStore(engine), edge.size, seed) for seed in range(PROOFS)]
    value = median(waits) * 1000
    return Row("P16 cold inclusion proof, p50", value, "ms", {}, "≤ 1 ms", value <= 1)


def _cold(store: TileStore, size: int, seed: int) -> float:
    index = 7_919 * seed * seed % size
    start = perf_counter()
    Tree(size, store.rows).inclusion(index)
    return perf_counter() - start


def auditing() -> Row:
    """The full audit of a folder ÷ hashing the same leaves, nodes and parts in memory."""
    with tempfile.TemporaryDirectory() as folder:
        settings = fill(Path(folder), AUDITED)
        store, mirror = open_store(settings), Path(folder) / "mirror"
        try:
            edge = _write(store, mirror)
        finally:
            store.close()
        signed = Checkpoint("bench.example", edge.size, edge.root())
        pieces = [*Tiles(Folder(mirror)).pieces(0, AUDITED)]
        seconds = in_turn(
            {
                "ours": lambda: cpu_seconds(
                    lambda: audit(Folder(mirror), signed, None, lambda _: None)
                ),
                "floor": lambda: cpu_seconds(lambda: _hash(pieces)),
            },
            rounds=3,
        )
    return ratio(
        "P16 full audit ÷ bare hashing of leaves, nodes and parts",
        seconds["ours"],
        seconds["floor"],
        gate=4,
        at_most=True,
        goal=2.5 * seconds["floor"],
    )


def _write(store: Store, mirror: Path) -> Edge:
    """The files of a log as readers get them."""
    edge, tiles = Edge(), dict[Tile, bytes]()
    for span in spans(AUDITED):
        leaves = store.leaves(after=span.start, limit=span.width)
        edge, changed = edge.grown([leaf.leaf_hash for leaf in leaves])
        tiles |= changed
        _put(mirror, f"tile/entries/{span.path}", pack(leaf.leaf for leaf in leaves))
        parts = parts_lines(store, range(span.start, span.start + span.width))
        _put(mirror, f"tile/parts/{span.path}", parts)
    for tile in tiles_of(edge.size):
        _put(mirror, f"tile/{tile.path}", tiles[tile])
    return edge


def _put(mirror: Path, path: str, content: bytes) -> None:
    place = mirror / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def _hash(pieces: Sequence[Piece]) -> None:
    pair = NODE_PREFIX + b"x" * 64
    for piece in pieces:
        for leaf, parts in zip(piece.leaves, piece.parts, strict=True):
            sha256(LEAF_PREFIX + leaf).digest()
            sha256(pair).digest()
            for salt, content in parts.values():
                commitment(salt, content)


async def appends(*, log: bool, proofs: bool = False) -> float:
    """Appends a second of 64 writers on the whole command path."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), sample=False)
        if log:
            begin_log(settings, "bench.example")
        async with AsyncExitStack() as stack:
            ledger = await stack.enter_async_context(open_ledger(settings))
            shown = await stack.enter_async_context(open_log(settings, ledger))
            party = ident()
            profile = OrganizationProfile(name="Office of public contracts")
            await ledger.execute([RegisterOrganization(id=party, profile=profile)], context())

            async def append() -> None:
                receipt = await ledger.execute([pledge(party)], context())
                if shown is not None and proofs:
                    await shown.reach(receipt.position, 10)
                    shown.prove([receipt.position])

            return APPENDS / (await timed(append, WRITERS, APPENDS))[-1]


def appending() -> Row:
    rates = in_turn(
        {
            "off": lambda: asyncio.run(appends(log=False)),
            "on": lambda: asyncio.run(appends(log=True)),
            "proofs": lambda: asyncio.run(appends(log=True, proofs=True)),
        }
    )
    return ratio(
        "P16 appends with the log ÷ without",
        rates["on"],
        rates["off"],
        gate=0.8,
        at_most=False,
        each_waits_for_its_proof=rates["proofs"],
    )


def rows() -> list[Row]:
    return [building(), cold_proofs(), auditing(), appending()]
