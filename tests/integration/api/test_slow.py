"""Clients that drip: told 408, and gone."""

import asyncio
from pathlib import Path

from yarl import URL

from tests.integration.desk.office import open_office


async def drip(address: str, first: bytes) -> bytes:
    """Send the beginning of a request, then a byte a second until the server ends it."""
    url = URL(address)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(first)
    answer = asyncio.create_task(reader.read())
    for _ in range(30):
        done, _ = await asyncio.wait({answer}, timeout=1)
        if done:
            break
        writer.write(b"x")
    writer.close()
    return await answer


async def test_headers_and_bodies_that_never_end_get_408(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        body = (
            "POST /api/v1/sources HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
            "Content-Type: application/json\r\nIdempotency-Key: slow\r\n"
            f"Authorization: Bearer {office.token}\r\n\r\n"
        )
        headers = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
        answers = await asyncio.gather(
            drip(office.running.public_url, b"GET /"),
            drip(office.running.public_url, headers.encode()),
            drip(office.running.desk_url, body.encode()),
        )

    for answer in answers:
        assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert b'"type":"/problems/timeout"' in answer
