"""Bad input on the public listener: a clear problem, nothing echoed, and everything still works."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import feedparser
import orjson
import pytest
import pytest_asyncio
from yarl import URL

from tests.integration.api.seed import CAST
from tests.integration.api.service import Service, seeded
from tests.scripts.conversation import Answer, ask

MARK: Final = "zqxj-echo"
"""Stands in every bad request where it can; no answer may repeat it."""


@dataclass(frozen=True)
class Bad:
    """`target` is asked for with GET; or `raw` is sent as it stands. `parameter` must be named."""

    name: str
    status: int
    kind: str
    target: str = ""
    headers: tuple[str, ...] = ()
    parameter: str | None = None
    method: str = "GET"
    body: bytes = b""
    raw: bytes | None = None

    def request(self, host: str) -> bytes:
        if self.raw is not None:
            return self.raw.replace(b"{host}", host.encode())
        hosts = (
            () if any(h.lower().startswith("host:") for h in self.headers) else (f"Host: {host}",)
        )
        length = (f"Content-Length: {len(self.body)}",) if self.body else ()
        lines = (f"{self.method} {self.target} HTTP/1.1", *hosts, *self.headers, *length)
        return "\r\n".join((*lines, "Connection: close", "", "")).encode() + self.body


def parameter(name: str, text: str, *, on: str = "/api/v1/commitments") -> Bad:
    return Bad(f"{on} {name}={text[:40]}", 400, "bad-parameter", f"{on}?{name}={text}", (), name)


ID: Final = CAST.commitment
CURSOR: Final = "WyJzb3VyY2VzIiwibmV3ZXN0IixudWxsLDFd"
NOBODY: Final = "00000000-0000-4000-8000-00000000dead"
ASKED: Final = b"GET / HTTP/1.1\r\nHost: {host}\r\n"
LONG: Final = "a" * 9000

CASES: Final = (
    # --- 400: the address
    Bad("unknown parameter", 400, "bad-parameter", f"/api/v1/commitments?{MARK}=1"),
    Bad("parameter twice", 400, "bad-parameter", "/commitments.json?limit=1&limit=2", (), "limit"),
    parameter("limit", "0"),
    parameter("limit", "201"),
    parameter("limit", "-1"),
    parameter("limit", "1e2"),
    parameter("limit", "%D9%A3"),
    parameter("order", MARK),
    parameter("as_of", MARK),
    parameter("as_of", "999999"),
    parameter("as_of", "9" * 400),
    parameter("as_of", "2022-02-30"),
    parameter("as_of", "2022-02-15T10:00:00"),
    parameter("as_of", "9999-12-31T23:59:59-23:59"),
    parameter("as_of", "0000-01-01"),
    parameter("as_of", "-1"),
    parameter("on", "2022-13-01"),
    parameter("on", "2022"),
    parameter("on", MARK),
    parameter("wait_for", "soon"),
    parameter("form", MARK),
    parameter("topic", "%00"),
    parameter("topic", "%0a"),
    parameter("topic", "%ff%fe"),
    parameter("text", "%ed%a0%80"),
    parameter("text", "a" * 600),
    parameter("promisor", MARK),
    parameter("q", "", on="/api/v1/search"),
    parameter("q", "%01", on="/api/v1/search"),
    parameter("after", MARK, on="/api/v1/stream"),
    parameter("since", MARK, on="/api/v1/facts"),
    Bad("bad cursor", 400, "bad-cursor", f"/api/v1/facts?cursor={MARK}", (), "cursor"),
    Bad("cursor of another list", 400, "bad-cursor", f"/facts.atom?cursor={CURSOR}", (), "cursor"),
    # --- 404, whatever stands there
    Bad("unknown page", 404, "not-found", f"/{MARK}"),
    Bad("unknown record", 404, "not-found", f"/api/v1/commitments/{NOBODY}"),
    Bad("no id", 404, "not-found", f"/api/v1/commitments/{MARK}"),
    Bad("NUL in an id", 404, "not-found", "/api/v1/commitments/%00"),
    Bad("upper-case id", 404, "not-found", f"/api/v1/commitments/{ID.upper()}"),
    Bad("another collection's id", 404, "not-found", f"/api/v1/meetings/{ID}"),
    Bad("another collection's history", 404, "not-found", f"/api/v1/meetings/{ID}/history"),
    Bad("not recorded then", 404, "not-found", f"/api/v1/commitments/{ID}?as_of=1"),
    Bad("fact 0", 404, "not-found", "/api/v1/facts/0"),
    Bad("fact of the future", 404, "not-found", "/api/v1/facts/999"),
    Bad("huge fact", 404, "not-found", f"/api/v1/facts/{'9' * 400}"),
    Bad("a way out of the folder", 404, "not-found", "/static/..%2f..%2fapp.py"),
    Bad("dots", 404, "not-found", "/static/../../etc/passwd"),
    Bad("percent nonsense", 404, "not-found", "/%zz"),
    Bad("bytes that are not UTF-8", 404, "not-found", "/%ff%fe"),
    Bad("no problem", 404, "not-found", f"/problems/{MARK}"),
    Bad("unknown ending", 404, "not-found", "/commitments.xml"),
    # --- 405 and 406
    Bad("POST to a page", 405, "method-not-allowed", "/commitments", method="POST", body=b"{}"),
    Bad("PUT", 405, "method-not-allowed", f"/api/v1/commitments/{ID}", method="PUT", body=b"{}"),
    Bad("TRACE", 405, "method-not-allowed", "/api/v1/facts", method="TRACE"),
    Bad("its own method", 400, "bad-request", "/api/v1/facts", method="ZQXJECHO"),
    Bad("no such form", 406, "not-acceptable", "/commitments.json", ("Accept: image/png",)),
    Bad("all forms refused", 406, "not-acceptable", "/commitments.json", ("Accept: */*;q=0",)),
    # --- 421
    Bad("foreign host", 421, "misdirected", "/", (f"Host: {MARK}.example",)),
    Bad("foreign host in the target", 421, "misdirected", f"http://{MARK}.example/healthz"),
    Bad("another foreign target", 421, "misdirected", f"HTTPS://{MARK}.example?"),
    Bad("our host, then another", 421, "misdirected", f"http://localhost@{MARK}.example/healthz"),
    Bad("two hosts", 400, "bad-request",
        raw=ASKED + b"Host: zqxj-echo.example\r\nConnection: close\r\n\r\n"),
    # --- 417
    Bad("a wish of its own", 417, "expectation-failed", "/healthz", (f"Expect: {MARK}",)),
    Bad("a wish for nothing there", 417, "expectation-failed", "/none", (f"Expect: {MARK}",)),
    Bad("a wish and a foreign host", 421, "misdirected", "/", (f"Expect: {MARK}", "Host: x.y")),
    Bad("no host", 400, "bad-request", raw=b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"),
    # --- below the middlewares
    Bad("long line", 431, "headers-too-large", f"/{LONG}{MARK}"),
    Bad("long header", 431, "headers-too-large", "/healthz", (f"X-Long: {LONG}{MARK}",)),
    Bad("a flood of headers", 431, "headers-too-large", "/healthz", tuple(
        f"X-{number}: {MARK}" for number in range(200))),
    Bad("no HTTP", 400, "bad-request", raw=f"{MARK}\r\n\r\n".encode()),
    Bad("TLS", 400, "bad-request", raw=b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    Bad("no version", 400, "bad-request", raw=f"GET /{MARK} HTTP/9.9.9\r\n\r\n".encode()),
    Bad("header with NUL", 400, "bad-request", raw=ASKED + b"X: a\0b\r\n\r\n"),
    Bad("bare header", 400, "bad-request", raw=ASKED + b"zqxj-echo\r\n\r\n"),
    Bad("two lengths", 400, "bad-request",
        raw=ASKED + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na"),
    Bad("length and chunks", 400, "bad-request",
        raw=b"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
)  # fmt: skip


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """One for all cases: what one of them broke, the next would show."""
    async with seeded(tmp_path_factory.mktemp("ledger")) as started:
        yield started


@pytest.fixture
def address(service: Service) -> URL:
    return URL(service.running.public_url)


async def sent(address: URL, raw: bytes) -> Answer:
    assert address.host is not None
    assert address.port is not None
    return await ask(address.host, address.port, raw)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_bad_input_gets_a_clear_problem_and_breaks_nothing(
    case: Bad, service: Service, address: URL
) -> None:
    answer = await sent(address, case.request(str(address.authority)))

    assert answer.status.split()[1] == str(case.status), answer
    assert answer.headers["content-type"] == "application/problem+json"
    problem = orjson.loads(answer.body)
    assert problem["type"] == f"/problems/{case.kind}"
    assert problem["status"] == case.status
    assert problem["detail"]
    assert MARK.encode() not in answer.body
    if case.parameter is not None:
        assert problem["errors"][0]["parameter"] == case.parameter
    await assert_alive(service)


async def assert_alive(service: Service) -> None:
    """The feed still parses, with everything in it, and the service is ready."""
    async with service.client.get(service.public("/facts.atom")) as response:
        parsed = feedparser.parse(await response.text())
    async with service.client.get(service.public("/readyz")) as response:
        ready = await response.json()

    assert not parsed.bozo
    assert len(parsed.entries) == 8
    assert ready["status"] == "ok"


async def test_a_target_in_absolute_form_with_our_own_host_is_answered(address: URL) -> None:
    raw = f"GET http://{address.authority}/healthz HTTP/1.1\r\nHost: {address.authority}\r\n"

    answer = await sent(address, f"{raw}Connection: close\r\n\r\n".encode())

    assert answer.status == "HTTP/1.1 200 OK"
