"""Everything that was acknowledged before a backup began is in it, however many write meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from api.desk.opening import desk_database
from api.desk.register import Register
from api.desk.roles import Role
from ledger.config import Settings
from ledger.store.opening import open_store
from ledger.store.port import Claim, Receipt
from tests.integration.backup.conftest import Place
from tests.integration.backup.places import every_entry, run
from tests.integration.store.units import alias, draft, key, new_stream, stored, unit

DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
WRITERS = 4


@dataclass
class Acknowledged:
    """What each writer was told, in the order it was told: key → position."""

    told: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


def write(settings: Settings, number: int, acknowledged: Acknowledged, stop: Event) -> None:
    """Requests of several facts, each with a key and a name, until told to stop."""
    turn = 0
    with closing(open_store(settings)) as store:
        while not stop.is_set():
            name, stream = f"{number}-{turn}", new_stream()
            drafts = (draft(stream), draft(stream, 2, alias()), draft(new_stream()))
            asked = unit(*drafts, key=key(name), claims=[Claim(name, stream)])
            (receipt,) = stored(store, asked)
            acknowledged.told[name] = receipt.position
            turn += 1


def hire(settings: Settings, acknowledged: Acknowledged, stop: Event) -> None:
    with desk_database(settings) as engine:
        register = Register(engine)
        while not stop.wait(0.02):
            name = f"clerk {len(acknowledged.names)}"
            register.add(name, [Role.RECORDER], None)
            acknowledged.names.append(name)


@contextmanager
def constant_writes(settings: Settings) -> Iterator[Acknowledged]:
    acknowledged, stop = Acknowledged(), Event()
    with ThreadPoolExecutor(WRITERS + 1) as threads:
        writers = [
            threads.submit(write, settings, number, acknowledged, stop) for number in range(WRITERS)
        ]
        hiring = threads.submit(hire, settings, acknowledged, stop)
        try:
            yield acknowledged
        finally:
            stop.set()
        for each in (*writers, hiring):
            each.result()


@pytest.mark.parametrize("kind", DATABASES)
def test_what_was_acknowledged_before_a_backup_began_is_in_it(
    kind: str, place: Place, tmp_path: Path
) -> None:
    settings = place(kind)
    open_store(settings).close()
    before: list[tuple[Path, dict[str, int], list[str]]] = []

    with constant_writes(settings) as acknowledged:
        for number in range(4):
            while len(acknowledged.told) < 40 * (number + 1):
                stopped = Event()
                stopped.wait(0.01)
            path = tmp_path / f"{number}.zip"
            before.append((path, dict(acknowledged.told), list(acknowledged.names)))
            ended = run(settings, "backup", path)
            assert ended.code == 0, ended.err
        grown = len(acknowledged.told)

    assert grown > len(before[-1][1])
    everything = every_entry(settings)
    for path, told, names in before:
        restored = place("sqlite")
        assert run(restored, "restore", path).code == 0
        held = every_entry(restored)
        assert held == everything[: len(held)]
        assert_holds(restored, told, names)


def assert_holds(settings: Settings, told: dict[str, int], names: list[str]) -> None:
    with closing(open_store(settings)) as store:
        for name, position in told.items():
            receipt = store.receipt(key(name))
            assert isinstance(receipt, Receipt)
            assert receipt.position == position
            assert len(receipt.facts) == 3
            assert store.holder(name) == receipt.facts[0].stream
    with desk_database(settings) as engine:
        assert set(names) <= {account.name for account in Register(engine).all()}
