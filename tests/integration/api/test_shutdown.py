"""Stopping: streams end, what was asked is answered, and nobody waits longer than promised."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Final

import orjson
import pytest
from aiohttp import ClientSession

from api.app import running
from tests.integration.api.service import settings_in

STREAMS: Final = 1000
PROMISED_SECONDS: Final = 10.0
SERVE: Final = (
    "import asyncio; from api.app import serve; from ledger.config import Settings; "
    "asyncio.run(serve(Settings()))"
)

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def open_stream(url: str) -> Stream:
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /api/v1/stream HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    await reader.readuntil(b"retry: 2000\n\n")
    return reader, writer


async def ends_of(streams: list[Stream]) -> list[bytes]:
    ends = await asyncio.gather(*(reader.read() for reader, _ in streams))
    for _, writer in streams:
        writer.close()
    return ends


async def test_a_thousand_open_streams_end_properly(tmp_path: Path) -> None:
    async with asyncio.timeout(60):
        async with running(settings_in(tmp_path, stream_limit=STREAMS)) as service:
            streams = [await open_stream(service.public_url) for _ in range(STREAMS)]

        ends = await ends_of(streams)

    assert all(end.endswith(b"0\r\n\r\n") for end in ends)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_the_service_within_the_promise_and_all_it_said_is_json(
    number: signal.Signals, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "LEDGER_DATA_DIR": str(tmp_path),
        "LEDGER_PUBLIC_PORT": "0",
        "LEDGER_DESK_PORT": "0",
        "LEDGER_SAMPLE": "false",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE, env=environment, stdout=PIPE, stderr=PIPE
    )
    try:
        assert process.stdout is not None
        public = (await process.stdout.readline()).decode().split()[-1]
        streams = [await open_stream(public) for _ in range(20)]
        async with ClientSession() as client:
            await client.get(
                f"{public}/facts.json?topic=meeting", headers={"X-Request-Id": "asked-by-me"}
            )

        process.send_signal(number)
        async with asyncio.timeout(PROMISED_SECONDS):
            _, written = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert process.returncode == 0, written.decode()
    assert all(end.endswith(b"0\r\n\r\n") for end in await ends_of(streams))
    events = [orjson.loads(line) for line in written.splitlines()]
    assert "service.stopping" in {event["event"] for event in events}
    (asked,) = (event for event in events if event.get("request_id") == "asked-by-me")
    assert (asked["event"], asked["path"], asked["status"]) == ("http.request", "/facts.json", 200)
    assert "meeting" not in str(asked)
