"""An outside authority stamps checkpoints; one that is down or lies means no stamp, and no more."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.clock import utc_now
from ledger.config import Settings
from ledger.errors import UnsafeSettingError
from ledger.publishing.beginning import begin_log
from ledger.publishing.log import Log
from ledger.stamping import stamper
from ledger.stamping.authority import Authority, NoStampError, authority_of
from ledger.vocabulary import Classification
from tests.integration.api.seed import organization, record
from tests.integration.api.service import Service, serving, settings_in
from tests.support.authority import StampAuthority, authority_in, authority_serving

TEXT = b"ledger.example/tests\n1\nroot\n"


@pytest.fixture
def authority(tmp_path: Path) -> StampAuthority:
    return authority_in(tmp_path / "authority")


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamper, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(stamper, "RETRY_SECONDS", 0.02)


def stamped_settings(folder: Path, authority: StampAuthority, url: str, minutes: float) -> Settings:
    chosen = settings_in(
        folder / "home", tsa_url=url, tsa_certificates=authority.root, tsa_minutes=minutes
    )
    chosen.data_dir.mkdir()
    begin_log(chosen, "ledger.example/tests")
    return chosen


def log_of(service: Service) -> Log:
    log = service.running.parts.log
    assert log is not None
    return log


async def until(said: Callable[[], object]) -> None:
    """Look again until it is so; the test's own time limit ends it otherwise."""
    while not await asyncio.to_thread(said):
        await asyncio.sleep(0.02)


async def recorded(service: Service, name: str) -> int:
    receipt = await record(service.ledger, name, organization(name, Classification.GOVERNMENT))
    assert await log_of(service).reach(receipt.position, 10)
    return receipt.position


async def listed(service: Service) -> Any:
    return await (await service.client.get(service.public("/log/stamps"))).json()


async def test_a_stranger_checks_the_stamp_of_a_checkpoint_with_openssl(
    authority: StampAuthority, tmp_path: Path
) -> None:
    async with (
        authority_serving(authority) as url,
        serving(stamped_settings(tmp_path, authority, url, 60)) as service,
    ):
        assert await listed(service) == {"stamps": [], "trouble": ""}
        size = await recorded(service, "first")
        await until(lambda: log_of(service).stamps.newest(1))

        (line,) = (await listed(service))["stamps"]
        answer = await service.client.get(service.public(line["response"]))
        missing = await service.client.get(service.public("/log/stamps/99.tsr"))

        assert (line["size"], answer.content_type) == (size, "application/timestamp-reply")
        assert missing.status == 404
        text = line["checkpoint"].encode()
        assert text.startswith(b"ledger.example/tests\n1\n")
        await asyncio.to_thread(authority.verify, text, await answer.read())


async def test_stamps_are_as_far_apart_as_the_setting_says(
    authority: StampAuthority, tmp_path: Path
) -> None:
    async with authority_serving(authority) as url:
        settings = stamped_settings(tmp_path, authority, url, 60)
        async with serving(settings) as service:
            await recorded(service, "first")
            await until(lambda: log_of(service).stamps.newest(1))
            await recorded(service, "second")
            (stamp,) = log_of(service).stamps.newest(9)
            assert stamp.size == 1
        async with serving(settings.model_copy(update={"tsa_minutes": 0.0})) as service:
            await until(lambda: len(log_of(service).stamps.newest(9)) == 2)

    assert authority.asked == 2


async def test_an_authority_that_is_down_stops_nothing(
    authority: StampAuthority, tmp_path: Path
) -> None:
    async with authority_serving(authority) as url:
        pass
    async with serving(stamped_settings(tmp_path, authority, url, 0)) as service:
        await recorded(service, "first")
        await until(lambda: log_of(service).stamps.trouble)

        told = await listed(service)

    assert told["stamps"] == []
    assert "cannot be reached" in told["trouble"]


@pytest.mark.parametrize("lie", ["another text", "nonsense", "an older answer", "a stranger's"])
async def test_a_stamp_that_does_not_hold_is_none(
    authority: StampAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lie: str
) -> None:
    honest, older = authority.answer, list[bytes]()
    stranger = authority_in(tmp_path / "stranger")

    def answer(query: bytes) -> bytes:
        match lie:
            case "another text":
                return honest(query.replace(sha256(TEXT).digest(), sha256(b"other").digest()))
            case "nonsense":
                return b"\x30\x03\x02\x01\x00"
            case "a stranger's":
                return stranger.answer(query)
            case _:
                older.append(honest(query))
                return older[0]

    monkeypatch.setattr(authority, "answer", answer)
    async with authority_serving(authority) as url:
        chosen = settings_in(tmp_path, tsa_url=url, tsa_certificates=authority.root)
        found = authority_of(chosen)
        assert found is not None
        if lie == "an older answer":
            await asyncio.to_thread(found.stamp, TEXT, utc_now())
        with pytest.raises(NoStampError):
            await asyncio.to_thread(found.stamp, TEXT, utc_now())


async def test_a_stamp_with_a_time_far_from_ours_is_none(
    authority: StampAuthority, tmp_path: Path
) -> None:
    async with authority_serving(authority) as url:
        found = authority_of(settings_in(tmp_path, tsa_url=url, tsa_certificates=authority.root))
        assert isinstance(found, Authority)
        for apart in (timedelta(hours=1), timedelta(hours=-1)):
            with pytest.raises(NoStampError, match="far from ours"):
                await asyncio.to_thread(found.stamp, TEXT, utc_now() + apart)


def test_an_authority_without_its_root_is_refused(
    authority: StampAuthority, tmp_path: Path
) -> None:
    for certificates in (None, tmp_path / "missing", authority.folder / "signer.pem"):
        chosen = settings_in(
            tmp_path, tsa_url="https://stamps.example", tsa_certificates=certificates
        )
        with pytest.raises(UnsafeSettingError, match="LEDGER_TSA_CERTIFICATES"):
            authority_of(chosen)
    assert authority_of(settings_in(tmp_path)) is None
