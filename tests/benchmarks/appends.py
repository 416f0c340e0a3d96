"""P5 to P7: what a durable append costs, beside one commit per event and the plain library.

The peers append events that are ready; so does `appended`. `commanded` goes the whole way: rules,
references, encoding.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from ledger.commands import RecordCommitment, RegisterOrganization
from ledger.config import Settings
from ledger.dates import PartialDate
from ledger.deciding import Context
from ledger.facts.commitment import CommitmentContent, CommitmentRecorded, Strength
from ledger.facts.fact import AccountId, StreamId
from ledger.facts.stakeholder import OrganizationProfile
from ledger.service import Ledger, open_ledger
from ledger.store.codec import encode
from ledger.store.port import Draft, Key, Recorder, Unit
from ledger.store.sqlite_module import sqlite
from ledger.vocabulary import Content, Form
from tests.benchmarks.measure import Row, in_turn, ratio

WRITERS: Final = 64
APPENDS: Final = 2000
ALONE: Final = 300
STATE: Final = b"x" * 600


def ident() -> StreamId:
    return StreamId(str(uuid4()))


def context() -> Context:
    recorder = Recorder(by=AccountId(str(uuid4())), name="Bench")
    return Context(recorder=recorder, key=str(uuid4()), fingerprint=b"f" * 32)


def pledge(promisor: StreamId) -> RecordCommitment:
    content = CommitmentContent(
        promisors=(promisor,),
        text="Will publish the register of public contracts in an open format by next summer.",
        made_on=PartialDate("2024-05-06"),
        strength=Strength(form=Form.COMMITS, content=Content.SPECIFIC_ACTION, reading="will"),
    )
    return RecordCommitment(id=ident(), content=content)


@asynccontextmanager
async def ledger_with_a_party() -> AsyncIterator[tuple[Ledger, StreamId]]:
    with tempfile.TemporaryDirectory() as folder:
        async with open_ledger(Settings(data_dir=Path(folder), sample=False)) as ledger:
            party = ident()
            profile = OrganizationProfile(name="Office of public contracts")
            await ledger.execute([RegisterOrganization(id=party, profile=profile)], context())
            yield ledger, party


Append = Callable[[], Awaitable[object]]


async def commanded(writers: int, appends: int) -> list[float]:
    """Seconds each append took on the whole command path; the last is the whole run."""
    async with ledger_with_a_party() as (ledger, party):
        return await timed(lambda: ledger.execute([pledge(party)], context()), writers, appends)


async def appended(writers: int, appends: int) -> list[float]:
    """Seconds each append of a ready fact took, encoding included; the last is the whole run."""
    async with ledger_with_a_party() as (ledger, party):
        content = pledge(party).content
        fact = CommitmentRecorded(effective_on=content.made_on, content=content)
        return await timed(lambda: ledger.committer.submit(_unit(fact)), writers, appends)


def _unit(fact: CommitmentRecorded) -> Unit:
    asked = context()
    parts = encode(fact, asked.recorder)
    draft = Draft(str(uuid4()), ident(), 1, fact.TOPIC, None, parts)
    return Unit((draft,), Key(asked.recorder.by, asked.key, asked.fingerprint))


async def timed(append: Append, writers: int, appends: int) -> list[float]:
    waits: list[float] = []

    async def write() -> None:
        for _ in range(appends // writers):
            start = perf_counter()
            await append()
            waits.append(perf_counter() - start)

    start = perf_counter()
    await asyncio.gather(*(write() for _ in range(writers)))
    return [*waits, perf_counter() - start]


@contextmanager
def bare_table() -> Iterator[sqlite.Connection]:
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite.connect(Path(folder) / "bare.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE events (id TEXT, version INTEGER, topic TEXT, state BLOB)")
        yield connection
        connection.close()


def commit_each(appends: int) -> list[float]:
    """The floor: one INSERT, one COMMIT, one sync per event; the last is the whole run."""
    waits = []
    with bare_table() as table:
        begun = perf_counter()
        for _ in range(appends):
            start = perf_counter()
            table.execute("INSERT INTO events VALUES (?, 1, 'topic', ?)", (str(uuid4()), STATE))
            waits.append(perf_counter() - start)
        return [*waits, perf_counter() - begun]


def library(appends: int) -> float:
    """The peer: the library's own recorder, one save per event."""
    with tempfile.TemporaryDirectory() as folder:
        datastore = SQLiteDatastore(str(Path(folder) / "peer.db"))
        recorder = SQLiteApplicationRecorder(datastore)
        recorder.create_table()
        start = perf_counter()
        for _ in range(appends):
            recorder.insert_events([StoredEvent(uuid4(), 1, "topic", STATE)])
        spent = perf_counter() - start
        datastore.close()
        return spent


def throughput() -> Row:
    """P6: appends a second with 64 writers ÷ one commit per event."""
    rates = in_turn(
        {
            "ours": lambda: APPENDS / asyncio.run(appended(WRITERS, APPENDS))[-1],
            "commands": lambda: APPENDS / asyncio.run(commanded(WRITERS, APPENDS))[-1],
            "floor": lambda: ALONE / commit_each(ALONE)[-1],
            "library": lambda: ALONE / library(ALONE),
        }
    )
    return ratio(
        "P6 appends, 64 writers ÷ one SQLite commit per event",
        rates["ours"],
        rates["floor"],
        gate=4,
        at_most=False,
        eventsourcing=rates["library"],
        whole_command=rates["commands"],
    )


def lone_writer() -> Row:
    """P7: median wait of one writer ÷ a bare commit."""
    waits = in_turn(
        {
            "ours": lambda: median(asyncio.run(appended(1, ALONE))[:-1]),
            "commands": lambda: median(asyncio.run(commanded(1, ALONE))[:-1]),
            "floor": lambda: median(commit_each(ALONE)[:-1]),
            "library": lambda: library(ALONE) / ALONE,
        }
    )
    return ratio(
        "P7 one lone writer, p50 ÷ bare commit",
        waits["ours"],
        waits["floor"],
        gate=3,
        at_most=True,
        eventsourcing=waits["library"],
        whole_command=waits["commands"],
    )


def syncs(writers: int, appends: int) -> float | None:
    """Calls of fsync and fdatasync per append, counted by strace; None without it."""
    strace = shutil.which("strace")
    if strace is None:
        return None
    with tempfile.NamedTemporaryFile("r", suffix=".strace") as counted:
        command = [strace, "-f", "-c", "-e", "trace=fsync,fdatasync", "-o", counted.name]
        program = [sys.executable, "-m", "tests.benchmarks.appends", str(writers), str(appends)]
        subprocess.run([*command, *program], check=True)
        return _calls(counted.read()) / appends


def _calls(table: str) -> int:
    rows = [line.split() for line in table.splitlines()]
    return sum(int(row[3]) for row in rows if row and row[-1] in {"fsync", "fdatasync"})


def sync_rows() -> list[Row]:
    """P5: at 64 writers a share of one sync is the aim; alone, one is the floor."""
    many, one = syncs(WRITERS, APPENDS), syncs(1, ALONE)
    if many is None or one is None:
        return []
    return [
        Row("P5 syncs per append at 64 writers", many, "", {}, "≤ 0.1", many <= 0.1),
        Row("P5 syncs per append at one writer", one, "", {"goal": 1.02}, "", None),
    ]


def rows() -> list[Row]:
    return [*sync_rows(), throughput(), lone_writer()]


if __name__ == "__main__":
    asyncio.run(commanded(int(sys.argv[1]), int(sys.argv[2])))
