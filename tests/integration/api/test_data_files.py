"""`/data`: the whole ledger as files, fresh, resumable, and never with withheld words."""

import asyncio
import hashlib
import re
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
from aiohttp.test_utils import TestClient, TestServer

from api.app import desk_app, public_app
from api.desk.accounts import open_accounts
from api.edge.meters import Meters
from api.exporting.orders import Order
from api.exporting.schedule import Exporter, open_exporter
from projections.projector import Projector
from tests.integration.api.service import Service, seeded
from tests.integration.projections.test_redaction import redact

CSV = "/data/csv/commitments.csv"
FAILING = (sys.executable, "-c", "raise SystemExit(3)")


def exporter_of(service: Service, command: tuple[str, ...] | None = None) -> Exporter:
    parts = service.running.parts
    order = Order(parts.settings, parts.public_url)
    return Exporter(order, parts.views, *([command] if command else []))


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """Running, with a dataset of what is in it."""
    async with seeded(tmp_path) as started:
        await exporter_of(started).make()
        yield started


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    body: bytes


async def get(service: Service, path: str, **headers: str) -> Got:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    async with service.client.get(service.public(path), headers=named) as response:
        return Got(response.status, response.headers, await response.read())


async def listed(service: Service) -> Any:
    return orjson.loads((await get(service, "/data.json")).body)["data"]


async def test_every_file_that_is_listed_can_be_had_and_is_what_the_list_says(
    service: Service,
) -> None:
    told = await listed(service)
    page = (await get(service, "/data")).body.decode()

    assert told["position"] == service.running.parts.views.position()
    assert len(told["files"]) > 40
    for file in told["files"]:
        async with service.client.get(file["url"]) as response:
            body = await response.read()
            assert response.content_type == file["mediatype"]
            assert response.headers["X-Ledger-Position"] == str(told["position"])
        assert (len(body), hashlib.sha256(body).hexdigest()) == (file["bytes"], file["sha256"])
        assert file["sha256"] in page
        assert file["url"].removeprefix(service.running.public_url) in page


async def test_before_the_first_dataset_the_page_says_so(tmp_path: Path) -> None:
    async with seeded(tmp_path) as service:
        page, data = await get(service, "/data"), await get(service, "/data.json")
        file = await get(service, CSV)

    assert (page.status, b"makes no files" in page.body) == (200, True)
    assert orjson.loads(data.body) == {"data": None}
    assert file.status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/data/",
        "/data/csv",
        "/data/csv/none.csv",
        "/data/../ledger.db",
        "/data/%2e%2e/%2e%2e/ledger.db",
        "/data//etc/passwd",
        f"{CSV}?sha256=00",
    ],
)
async def test_what_is_not_in_the_dataset_is_not_found(service: Service, path: str) -> None:
    assert (await get(service, path)).status == 404


async def test_only_an_address_that_names_the_bytes_may_be_kept(service: Service) -> None:
    whole = await get(service, CSV)
    digest = hashlib.sha256(whole.body).hexdigest()

    named = await get(service, f"{CSV}?sha256={digest}")

    assert whole.headers["Cache-Control"] == "no-cache"
    assert named.headers["Cache-Control"] == "public, max-age=86400, immutable"
    assert named.body == whole.body


async def test_a_reader_who_has_the_file_is_told_so(service: Service) -> None:
    whole = await get(service, CSV)

    again = await get(service, CSV, If_None_Match=whole.headers["ETag"])
    other = await get(service, CSV, If_None_Match='"other"')
    failed = await get(service, CSV, If_Match='"other"')

    assert re.fullmatch(r'"[0-9a-f]{32}"', whole.headers["ETag"])
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", whole.headers["ETag"])
    assert (other.status, other.body) == (200, whole.body)
    assert failed.status == 412


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("0-9", 0, 10), ("5-", 5, None), ("-7", -7, None), ("10-999999", 10, None)],
)
async def test_a_download_can_be_resumed(
    service: Service, asked: str, start: int, stop: int | None
) -> None:
    whole = await get(service, CSV)

    part = await get(service, CSV, Range=f"bytes={asked}", If_Range=whole.headers["ETag"])

    expected = whole.body[start:stop]
    first = start % len(whole.body)
    last = first + len(expected) - 1
    assert (part.status, part.body) == (206, expected)
    assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole.body)}"


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=0-9", "If_Range": '"other"'},
        {"Range": "bytes=0-9", "If_Range": "Sat, 01 Jan 2050 00:00:00 GMT"},
        {"Range": "bytes=0-1,4-5"},
        {"Range": "lines=0-9"},
    ],
)
async def test_a_range_of_another_edition_or_of_no_meaning_is_the_whole(
    service: Service, headers: dict[str, str]
) -> None:
    whole = await get(service, CSV)

    found = await get(service, CSV, **headers)

    assert (found.status, found.body) == (200, whole.body)


async def test_a_range_past_the_end_is_refused_with_the_size(service: Service) -> None:
    whole = await get(service, CSV)

    nothing = await get(service, CSV, Range="bytes=-0")
    past = await get(service, CSV, Range="bytes=9999999-")

    assert (nothing.status, past.status) == (416, 416)
    assert past.headers["Content-Range"] == f"bytes */{len(whole.body)}"


async def test_redacted_words_are_not_handed_out_and_a_new_dataset_is_due_at_once(
    service: Service,
) -> None:
    exporter = exporter_of(service)
    before = exporter.due()
    position = await redact_something(service)

    withheld = await get(service, CSV)
    due = exporter.due()
    await exporter.make()
    again = await get(service, CSV)

    assert (before, due) == (False, True)
    assert (withheld.status, withheld.headers["Retry-After"]) == (503, "60")
    assert (again.status, again.headers["X-Ledger-Position"]) == (200, str(position))
    assert exporter.due() is False
    names = [each.name for each in (service.running.parts.settings.data_dir / "datasets").iterdir()]
    assert names == [f"{position:012}"]


async def redact_something(service: Service) -> int:
    """The words of the first fact; the position of the redaction, seen by every view."""
    parts = service.running.parts
    await asyncio.to_thread(redact, parts.settings, parts.ledger.store, 1)
    position = parts.ledger.store.head().position
    assert isinstance(parts.follower, Projector)
    parts.follower.wake()
    assert await parts.follower.wait(position, 10)
    return position


async def test_a_failure_is_trouble_until_a_dataset_is_made(tmp_path: Path) -> None:
    async with seeded(tmp_path, export_seconds=3600) as service:
        exporter = exporter_of(service, FAILING)
        parts = service.running.parts
        async with open_accounts(parts.settings) as accounts:
            desk = desk_app(parts, Meters(), exporter, accounts)
            async with (
                TestClient(TestServer(public_app(parts, Meters(), exporter))) as public,
                TestClient(TestServer(desk)) as office,
            ):
                before = await (await public.get("/readyz")).json()
                await exporter.make()
                after = await (await public.get("/readyz")).json()
                metrics = await (await office.get("/metrics")).text()
                due = exporter.due()

    assert (before["status"], after["status"]) == ("ok", "degraded")
    assert exporter.trouble == "the process that makes the dataset ended with 3"
    assert "ledger_dataset_failed 1.0" in metrics
    assert "ledger_dataset_position 0.0" in metrics
    assert due is False


async def test_readiness_tells_anybody_the_kind_of_trouble_and_not_its_words(
    service: Service,
) -> None:
    follower = service.running.parts.follower
    assert isinstance(follower, Projector)
    follower.trouble = "OperationalError: no password for user clerk at db.internal"

    body = (await get(service, "/readyz")).body

    assert {view["error"] for view in orjson.loads(body)["views"]} == {"OperationalError"}
    assert b"db.internal" not in body


async def test_datasets_are_made_by_the_clock_and_only_if_facts_have_come(tmp_path: Path) -> None:
    async with seeded(tmp_path, export_seconds=0.2) as service:
        exporter = exporter_of(service)
        keeping = asyncio.create_task(exporter.keep(first_pause=0))
        try:
            async with asyncio.timeout(30):
                while exporter.shelf.newest() is None:
                    await asyncio.sleep(0.05)
            first = exporter.shelf.newest()
            await asyncio.sleep(1)
            second = exporter.shelf.newest()
        finally:
            keeping.cancel()

    assert first is not None
    assert second is first


async def test_a_service_that_stops_ends_the_process_that_makes_its_dataset(
    tmp_path: Path,
) -> None:
    async with seeded(tmp_path, export_seconds=3600) as service:
        parts = service.running.parts
        waiting = tmp_path / "pid"
        program = (
            f"import os, time; open({str(waiting)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
        )
        order = Order(parts.settings, parts.public_url)
        async with open_exporter(order, parts.views, (sys.executable, "-c", program)) as exporter:
            making = asyncio.create_task(exporter.make())
            async with asyncio.timeout(30):
                while not (pid := await asyncio.to_thread(read, waiting)):
                    await asyncio.sleep(0.05)
            making.cancel()
            await asyncio.wait([making])

    assert not psutil.pid_exists(int(pid))


def read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
