"""A repeated request is answered from memory: with the same answer, and never with an old one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from yarl import URL

from tests.integration.api import seed
from tests.integration.api.service import Service, seeded
from tests.scripts.conversation import Answer, parsed


@dataclass(frozen=True)
class Line:
    """One connection that stays open."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    def request(self, path: str, *headers: str) -> bytes:
        return "\r\n".join(
            (f"GET {path} HTTP/1.1", f"Host: {self.host}", *headers, "", "")
        ).encode()

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    async def answer(self) -> Answer:
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 10)
        answer = parsed(head)
        body = await self.reader.readexactly(int(answer.headers.get("content-length", "0")))
        return Answer(answer.status, answer.headers, body)

    async def ask(self, path: str, *headers: str) -> Answer:
        await self.send(self.request(path, *headers))
        return await self.answer()


@asynccontextmanager
async def line_to(service: Service) -> AsyncIterator[Line]:
    url = URL(service.running.public_url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    yield Line(reader, writer, str(url.authority))
    writer.close()


def lasting(answer: Answer) -> tuple[str, dict[str, str], bytes]:
    """What may not differ between two answers to the same request."""
    headers = {k: v for k, v in answer.headers.items() if k not in ("date", "x-request-id")}
    return answer.status, headers, answer.body


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/commitments.json", ()),
        ("/facts.atom", ("Accept-Encoding: gzip",)),
        ("/commitments", ("Accept: text/html",)),
        ("/api/v1/openapi.json", ()),
        ("/api/v1/commitments?as_of=7", ()),
    ],
)
async def test_a_repetition_gets_the_same_answer_under_another_id(
    path: str, headers: tuple[str, ...], service: Service
) -> None:
    async with line_to(service) as line:
        first, second, third = [await line.ask(path, *headers) for _ in range(3)]

    assert lasting(first) == lasting(second) == lasting(third)
    assert len({answer.headers["x-request-id"] for answer in (first, second, third)}) == 3


async def test_a_304_is_repeated_as_a_304(service: Service) -> None:
    async with line_to(service) as line:
        tag = f"If-None-Match: {(await line.ask('/facts.rss')).headers['etag']}"
        first, second = [await line.ask("/facts.rss", tag) for _ in range(2)]

    assert lasting(first) == lasting(second)
    assert first.status == "HTTP/1.1 304 Not Modified"


async def test_a_new_fact_is_in_the_next_answer(service: Service) -> None:
    async with line_to(service) as line:
        before = [await line.ask("/commitments.json") for _ in range(3)]
        receipt = await seed.record(service.ledger, "more", seed.promise("another"))
        await service.seen(receipt)
        after = await line.ask("/commitments.json")

    assert {answer.headers["x-ledger-position"] for answer in before} == {"8"}
    assert after.headers["x-ledger-position"] == "9"
    assert b"another" not in after.body
    assert after.body.count(b'"text":"Open a lab"') == 2


async def test_requests_in_one_piece_or_in_many_get_one_answer_each(service: Service) -> None:
    async with line_to(service) as line:
        wanted = line.request("/statistics.json")
        expected = lasting(await line.ask("/statistics.json"))
        await line.send(wanted * 3)
        piped = [lasting(await line.answer()) for _ in range(3)]
        await line.send(wanted[:20])
        await asyncio.sleep(0.05)
        await line.send(wanted[20:] + wanted[:7])
        split = lasting(await line.answer())
        await asyncio.sleep(0.05)
        await line.send(wanted[7:])
        last = lasting(await line.answer())

    assert piped == [expected] * 3
    assert (split, last) == (expected, expected)


async def test_a_known_request_with_the_beginning_of_another_loses_nothing(
    service: Service,
) -> None:
    async with line_to(service) as line:
        wanted = line.request("/statistics.json")
        for _ in range(3):
            await line.send(wanted + wanted[:7])
            first = await line.answer()
            await line.send(wanted[7:])
            second = await line.answer()

            assert lasting(first) == lasting(second)
            assert first.status == "HTTP/1.1 200 OK"


async def test_nobody_can_put_another_answer_under_somebody_elses_request(
    service: Service,
) -> None:
    """A packet that continues one request looks, on its own, like another one."""
    async with line_to(service) as attacker, line_to(service) as reader:
        honest = reader.request("/matrix.json")
        opening = attacker.request("/statistics.json")
        await attacker.send(opening + b"GET /facts.json HTTP/1.1\r\nX-Swallow: ")
        await attacker.answer()
        await attacker.send(honest)
        swallowed = await attacker.answer()
        await reader.send(honest)
        answer = await reader.answer()

    assert b'"topic"' in swallowed.body
    assert b'"promisor"' in answer.body


async def test_what_looks_like_a_known_request_inside_a_body_is_a_body(service: Service) -> None:
    """Otherwise one client could make a proxy mix up the answers of two others."""
    for _ in range(2):
        async with line_to(service) as line:
            known = line.request("/statistics.json")
            await line.ask("/statistics.json")
            await line.send(line.request("/facts.json", f"Content-Length: {len(known)}"))
            await asyncio.sleep(0.05)
            await line.send(known)
            first = await line.answer()
            second = await line.ask("/matrix.json")

            assert b'"topic"' in first.body
            assert b'"promisor"' in second.body


async def test_repetitions_count_against_the_allowance(tmp_path: Path) -> None:
    async with seeded(tmp_path, rate_limit=5) as service, line_to(service) as line:
        answers = [await line.ask("/facts.json") for _ in range(6)]

    assert [answer.status.split()[1] for answer in answers] == ["200"] * 5 + ["429"]
    assert int(answers[-1].headers["retry-after"]) in range(1, 61)
    assert answers[-1].headers["ratelimit-policy"] == '"address";q=5;w=60'


async def test_repetitions_are_counted_in_the_figures(service: Service) -> None:
    async with line_to(service) as line:
        for _ in range(4):
            await line.ask("/facts.json")
    async with service.client.get(service.desk("/metrics")) as response:
        figures = await response.text()

    wanted = 'ledger_http_request_seconds_count{method="GET",route="/facts.json",status="200"} 4.0'
    assert wanted in figures
