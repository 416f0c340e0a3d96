"""A ledger filled with the made-up history, straight through the store."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from uuid import uuid4

from ledger.config import Settings
from ledger.facts import AnyFact
from ledger.facts.fact import AccountId, StreamId
from ledger.store.codec import encode
from ledger.store.opening import open_store
from ledger.store.port import Draft, Key, Recorder, Store, Unit
from tests.benchmarks.corpus import facts

RECORDER = Recorder(by=AccountId(str(uuid4())), name="Bench")
PER_APPEND = 1000
START = 1_700_000_000_000


def fill(folder: Path, count: int) -> Settings:
    """`count` facts in SQLite in the folder; the settings that open it."""
    settings = Settings(data_dir=folder, sample=False)
    store = open_store(settings)
    try:
        _append(store, count)
    finally:
        store.close()
    return settings


def _append(store: Store, count: int) -> None:
    drafts = _drafts(facts(count))
    while unit := tuple(islice(drafts, PER_APPEND)):
        key = Key(RECORDER.by, str(uuid4()), b"f" * 32)
        store.append([Unit(unit, key)], START)


def _drafts(history: Iterator[tuple[StreamId, AnyFact]]) -> Iterator[Draft]:
    versions: Counter[StreamId] = Counter()
    for stream, fact in history:
        versions[stream] += 1
        parts = encode(fact, RECORDER)
        yield Draft(str(uuid4()), stream, versions[stream], fact.TOPIC, None, parts)
