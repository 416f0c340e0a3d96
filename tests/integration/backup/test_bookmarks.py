"""Whoever kept a place in a ledger that was lost is told so, in every form there is of a place."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from yarl import URL

from tests.integration.api import seed
from tests.integration.api.seed import CAST
from tests.integration.api.service import Service, seeded, serving, settings_in
from tests.integration.backup.places import run

BACKED_UP = 8
"""Facts of the seed, all in the backup; two more were recorded after it and are lost."""
PAGE = "/api/v1/facts?limit=3"


@dataclass(frozen=True)
class Before:
    """What readers had of the ledger before it was restored."""

    epoch: str
    tag: str
    cursor: str
    backup: Path


@pytest.fixture
async def before(tmp_path: Path) -> Before:
    """A ledger that was backed up, went on for two facts, and was lost."""
    async with seeded(tmp_path / "lost") as service:
        ended = run(service.running.parts.settings, "backup", tmp_path / "backup.zip")
        assert ended.code == 0, ended.err
        await seed.record(service.ledger, "lost one", seed.promise("lost one"))
        receipt = await seed.record(service.ledger, "lost two", seed.promise("lost two"))
        await service.seen(receipt)
        async with service.client.get(service.public(PAGE)) as response:
            cursor = URL(str(response.links["next"]["url"])).query["cursor"]
            tag = response.headers["ETag"]
            return Before(service.ledger.epoch, tag, cursor, tmp_path / "backup.zip")


@pytest.fixture
async def restored(before: Before, tmp_path: Path) -> AsyncIterator[Service]:
    """What came back, with two other facts since: every view stands where it stood before."""
    settings = settings_in(tmp_path / "back")
    ended = run(settings, "restore", before.backup)
    assert ended.code == 0, ended.err
    async with serving(settings) as service:
        await seed.record(service.ledger, "other one", seed.promise("other one"))
        await service.seen(await seed.record(service.ledger, "two", seed.void(CAST.commitment)))
        yield service


async def begun(service: Service, last: str) -> tuple[dict[str, str], int]:
    """The first event for a reader that shows its last id, and the position of the first fact."""
    url = service.public("/api/v1/stream")
    async with service.client.get(url, headers={"Last-Event-ID": last}) as response:
        assert response.status == 200
        events: list[dict[str, str]] = []
        await response.content.readuntil(b"\n\n")
        while not events or events[-1]["event"] != "fact":
            lines = (await response.content.readuntil(b"\n\n")).decode().strip().splitlines()
            events.append(dict(line.split(": ", 1) for line in lines))
    return events[0], orjson.loads(events[-1]["data"])["position"]


async def test_a_stream_takes_a_reader_back_to_what_both_epochs_share(
    before: Before, restored: Service
) -> None:
    epoch = restored.ledger.epoch

    first, fact = await begun(restored, f"{before.epoch}-{BACKED_UP + 2}")

    assert first == {
        "id": f"{epoch}-{BACKED_UP}",
        "event": "reset",
        "data": f'{{"epoch":"{epoch}","position":{BACKED_UP}}}',
    }
    assert fact == BACKED_UP + 1


async def test_a_stream_goes_on_for_a_reader_who_has_nothing_that_was_lost(
    before: Before, restored: Service
) -> None:
    first, fact = await begun(restored, f"{before.epoch}-{BACKED_UP - 2}")

    assert (first["event"], fact) == ("fact", BACKED_UP - 1)


async def test_a_stream_begins_anew_for_a_reader_of_another_ledger(restored: Service) -> None:
    first, fact = await begun(restored, f"{'d' * 16}-3")

    assert orjson.loads(first["data"]) == {"epoch": restored.ledger.epoch, "position": 0}
    assert (first["event"], fact) == ("reset", 1)


async def test_a_stream_gives_a_bookmark_before_the_first_fact(restored: Service) -> None:
    async with restored.client.get(restored.public("/api/v1/stream")) as response:
        hello = await response.content.readuntil(b"\n\n")

    assert hello.startswith(f"id: {restored.ledger.epoch}-{BACKED_UP + 2}\n".encode())


async def test_a_cursor_of_another_epoch_is_refused_with_the_reason(
    before: Before, restored: Service
) -> None:
    url = restored.public(PAGE)
    async with restored.client.get(url, params={"cursor": before.cursor}) as response:
        problem = await response.json()

    assert response.status == 400
    assert problem["type"] == "/problems/bad-cursor"
    assert "restored from a backup" in problem["detail"]
    assert problem["errors"][0]["parameter"] == "cursor"


async def test_pages_for_people_turn_with_cursors_of_their_epoch(
    before: Before, restored: Service
) -> None:
    async with restored.client.get(restored.public("/facts?limit=3")) as response:
        page = await response.text()
    old = restored.public(f"/facts?limit=3&cursor={before.cursor}")
    async with restored.client.get(old, headers={"Accept": "text/html"}) as response:
        refused = await response.text()

    assert f"cursor={restored.ledger.epoch}." in page
    assert response.status == 400
    assert "restored from a backup" in refused


async def test_a_tag_of_another_epoch_never_matches(before: Before, restored: Service) -> None:
    """Though every view is at the position that it was at, on the same day."""
    headers = {"If-None-Match": before.tag}
    async with restored.client.get(restored.public(PAGE), headers=headers) as response:
        assert response.status == 200
        assert response.headers["ETag"] != before.tag
        headers = {"If-None-Match": response.headers["ETag"]}
    async with restored.client.get(restored.public(PAGE), headers=headers) as response:
        assert response.status == 304


@pytest.mark.parametrize("path", [PAGE, "/facts", "/facts.atom", "/facts.csv", "/api/v1/stream"])
async def test_every_answer_says_of_which_epoch_it_is(path: str, restored: Service) -> None:
    for _ in range(3):
        async with restored.client.get(restored.public(path)) as response:
            assert response.headers["X-Ledger-Epoch"] == restored.ledger.epoch


async def test_readiness_and_the_doctor_tell_the_epoch(restored: Service) -> None:
    epoch = restored.ledger.epoch
    async with restored.client.get(restored.public("/readyz")) as response:
        ready = await response.json()
    doctor = run(restored.running.parts.settings, "doctor")

    assert ready["epoch"] == {"id": epoch, "begins_after": BACKED_UP}
    assert f"{epoch}, restored once, with {BACKED_UP} facts" in doctor.out
