"""P16: what it costs that anybody can verify, beside bare hashing and the library pymerkle."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from pymerkle import InmemoryTree

from ledger.commands import RegisterOrganization
from ledger.config import Settings
from ledger.facts.stakeholder import OrganizationProfile
from ledger.log.edge import Edge
from ledger.log.hashing import LEAF_PREFIX, NODE_PREFIX, leaf_hash
from ledger.log.tree import Tree
from ledger.publishing.beginning import begin_log
from ledger.publishing.opening import open_log
from ledger.publishing.tables import log_database
from ledger.publishing.tile_store import TileStore
from ledger.service import open_ledger
from tests.benchmarks.appends import APPENDS, WRITERS, context, ident, pledge, timed
from tests.benchmarks.measure import Row, cpu_seconds, in_turn, ratio

LEAVES: Final = 1_000_000
PEER_LEAVES: Final = 100_000
BATCH: Final = 256
PROOFS: Final = 300
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
    return [building(), cold_proofs(), appending()]
