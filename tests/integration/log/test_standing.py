"""How the log is, as operators see it: `/readyz`, `/metrics`, `commitments doctor`."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession
from click.testing import CliRunner
from pydantic import SecretStr

from api.app import Running, running
from api.cli import main
from ledger.config import Settings
from ledger.log.checkpoints import Checkpoint
from ledger.publishing.beginning import begin_log
from ledger.publishing.signing import log_folder
from ledger.store.opening import open_store
from tests.integration.log.desk import ORIGIN, open_desk
from tests.integration.log.operator import Operator
from tests.integration.log.waiting import until
from tests.integration.store.units import stored, unit


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        log_dir=tmp_path / "log",
        public_port=0,
        desk_port=0,
        views_worker="thread",
        export_seconds=0,
        sample=False,
        disk_reserve_percent=0,
    )


@pytest.fixture
def begun(settings: Settings) -> Settings:
    settings.data_dir.mkdir()
    begin_log(settings, ORIGIN)
    return settings


async def answered(address: str) -> tuple[dict[str, object], str]:
    async with ClientSession() as client, client.get(address) as answer:
        return (await answer.json() if "readyz" in address else {}), await answer.text()


async def record(service: Running, count: int) -> None:
    store = service.parts.ledger.store
    receipts = await asyncio.to_thread(lambda: stored(store, *[unit() for _ in range(count)]))
    assert service.parts.log is not None
    assert await service.parts.log.reach(receipts[-1].position, 20)


async def test_a_service_without_a_log_tells_none(settings: Settings) -> None:
    settings.data_dir.mkdir()
    async with running(settings) as service:
        ready, _ = await answered(f"{service.public_url}/readyz")
        _, figures = await answered(f"{service.desk_url}/metrics")

    assert (ready["status"], ready["log"]) == ("ok", None)
    assert "ledger_log" not in figures


async def test_a_log_that_is_well_tells_its_size_and_what_was_read_again(begun: Settings) -> None:
    async with running(begun) as service:
        await record(service, 3)
        log = service.parts.log
        assert log is not None
        await until(lambda: log.scrubbed >= 3)
        ready, _ = await answered(f"{service.public_url}/readyz")
        _, figures = await answered(f"{service.desk_url}/metrics")

    assert ready["log"] == {
        "size": 3,
        "behind": 0,
        "trouble": None,
        "quorum": None,
        "evidence": 0,
        "stopped": False,
    }
    assert ready["status"] == "ok"
    assert "\nledger_log_size 3.0\n" in figures
    assert '\nledger_log_trouble{kind="stopped"} 0.0\n' in figures
    assert "\nledger_log_scrubbed 0.0\n" not in figures


async def test_a_log_that_stopped_tells_the_kind_and_no_words(begun: Settings) -> None:
    async with running(begun) as service:
        await record(service, 3)
        Operator(begun, service.parts.ledger.store).edit(3, hash_too=True)
        log = service.parts.log
        assert log is not None
        await until(lambda: log.stopped)
        ready, told = await answered(f"{service.public_url}/readyz")
        _, figures = await answered(f"{service.desk_url}/metrics")

    assert ready["log"] == {
        "size": 3,
        "behind": 0,
        "trouble": "stopped",
        "quorum": None,
        "evidence": 0,
        "stopped": True,
    }
    assert ready["status"] == "degraded"
    assert "fact 3" not in told
    assert '\nledger_log_trouble{kind="stopped"} 1.0\n' in figures


# --- the doctor


@pytest.fixture
def desk(place: Settings) -> Settings:
    """On each database, with a log, open for nobody."""
    place.data_dir.mkdir()
    begin_log(place, ORIGIN)
    return place


def examined(settings: Settings, passphrase: str = "") -> str:
    """What the doctor says, unwrapped."""
    environment = {
        "LEDGER_DATA_DIR": str(settings.data_dir),
        "LEDGER_LOG_DIR": str(log_folder(settings)),
        "LEDGER_URL": settings.url,
        "LEDGER_LOG_PASSPHRASE": passphrase,
        "COLUMNS": "400",
    }
    return CliRunner(env=environment).invoke(main, ["doctor"]).stdout


def filled(settings: Settings, count: int) -> None:
    with open_desk(settings) as desk:
        desk.record(count)
        desk.publish()


def test_the_doctor_tells_that_no_log_was_begun(settings: Settings) -> None:
    settings.data_dir.mkdir()
    open_store(settings).close()

    assert "none: `commitments init` begins one" in examined(settings)


def test_the_doctor_finds_a_log_that_is_well(desk: Settings) -> None:
    filled(desk, 3)

    said = examined(desk)

    assert f"of {ORIGIN}, in the clear: key.pem" in said
    assert "signs 3 facts" in said
    assert "up to date" in said


def test_the_doctor_finds_a_key_that_does_not_open(place: Settings) -> None:
    place.data_dir.mkdir()
    protected = place.model_copy(update={"log_passphrase": SecretStr("right")})
    begin_log(protected, ORIGIN)
    open_store(place).close()

    assert "under its passphrase" in examined(place, passphrase="right")
    assert "nothing can be signed" in examined(place, passphrase="wrong")


def test_the_doctor_finds_a_key_that_others_may_read(desk: Settings) -> None:
    filled(desk, 3)
    (log_folder(desk) / "key.pem").chmod(0o644)

    assert "chmod 600" in examined(desk)


def test_the_doctor_finds_a_head_that_is_gone(desk: Settings) -> None:
    filled(desk, 3)
    (log_folder(desk) / "head").unlink()

    said = examined(desk)

    expected = "published by another machine" if desk.on_postgres else "does not hold its head"
    assert expected in said


def test_the_doctor_finds_a_ledger_that_was_put_back(desk: Settings) -> None:
    filled(desk, 3)
    with open_desk(desk) as opened:
        Operator(desk, opened.store).cut(2)

    assert "signs 3 facts, and the ledger has 2" in examined(desk)


def test_the_doctor_finds_an_older_head(desk: Settings) -> None:
    filled(desk, 3)
    with open_desk(desk) as opened:
        older = opened.signer.sign(Checkpoint(ORIGIN, 1, bytes(32)))
        opened.head.swap(opened.head.note(), str(older))

    assert "signs 1 facts, and readers were shown 3" in examined(desk)


def test_the_doctor_finds_facts_that_nobody_signs(desk: Settings) -> None:
    filled(desk, 3)
    with open_desk(desk) as opened:
        opened.record(2)

    assert "late: 2 facts are not signed" in examined(desk)
