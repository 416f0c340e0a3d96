"""A running service with accounts, and what officials send to its desk."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, Final

import orjson
from aiohttp import ClientResponse, ClientSession

from api.app import Running, running
from api.desk.opening import desk_database
from api.desk.register import Register
from api.desk.roles import Role
from ledger.config import Settings
from ledger.facts.fact import StreamId

Values = dict[str, Any]
_KEYS: Final = count()
EVERY_ROLE: Final = tuple(Role)
ABSENT: Final = "00000000-0000-4000-8000-00000000dead"
"""The id of nothing."""


@dataclass(frozen=True)
class Reply:
    """An answer read to its end."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def document(self) -> Values:
        found: Values = orjson.loads(self.raw)
        return found

    @property
    def pointers(self) -> list[str | None]:
        """Where the problem's errors point."""
        return [each.get("pointer") for each in self.document.get("errors", [])]


@dataclass(frozen=True)
class Office:
    """`token` belongs to an account with every role."""

    running: Running
    client: ClientSession
    settings: Settings
    token: str

    def new_token(
        self, name: str, roles: tuple[Role, ...], organization: StreamId | None = None
    ) -> str:
        with desk_database(self.settings) as engine:
            register = Register(engine)
            return register.issue(register.add(name, roles, organization), "test", 1)

    async def post(self, path: str, value: object, **headers: str) -> Reply:
        """Send it as JSON, with a key of its own unless one is given."""
        return await self.send(path, orjson.dumps(value), **headers)

    async def send(self, path: str, raw: bytes, **headers: str) -> Reply:
        """`If_Match` in the arguments is the header If-Match; an empty one is left out."""
        given = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": f"test-{next(_KEYS)}",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        sent = {name: text for name, text in given.items() if text}
        url = f"{self.running.desk_url}{path}"
        async with self.client.post(url, data=BytesIO(raw), headers=sent) as response:
            return await _read(response)

    async def made(self, collection: str, value: Values) -> str:
        """Record something new, and give its id."""
        reply = await self.post(f"/api/v1/{collection}", value)
        assert reply.status == 201, reply.raw
        ident: str = reply.document["ids"]["id"]
        return ident

    async def read(self, path: str, position: int | None = None) -> Values:
        """A record as the public API tells it, as of the position of a receipt."""
        envelope: dict[str, Values] = await self.read_envelope(path, position)
        return envelope["data"]

    async def read_page(self, path: str, position: int | None = None) -> list[Values]:
        """The records of a page."""
        envelope: dict[str, list[Values]] = await self.read_envelope(path, position)
        return envelope["data"]

    async def read_envelope(self, path: str, position: int | None = None) -> dict[str, Any]:
        """The whole answer of the public API."""
        headers = {} if position is None else {"X-Ledger-Position": str(position)}
        url = f"{self.running.public_url}{path}"
        async with self.client.get(url, headers=headers) as response:
            assert response.status == 200, await response.text()
            envelope: dict[str, Any] = await response.json()
            return envelope

    async def head(self) -> int:
        return (await self.running.parts.ledger.head()).position


async def _read(response: ClientResponse) -> Reply:
    return Reply(response.status, response.headers, await response.read())


@asynccontextmanager
async def open_office(folder: Path, **changed: object) -> AsyncIterator[Office]:
    given = {
        "data_dir": folder,
        "public_port": 0,
        "desk_port": 0,
        "sample": False,
        "rate_limit": 1_000_000,
        "disk_reserve_percent": 0,
        **changed,
    }
    settings = Settings.model_validate(given)
    with desk_database(settings) as engine:
        register = Register(engine)
        token = register.issue(register.add("Chief", EVERY_ROLE), "test", 1)
    async with running(settings) as service, ClientSession() as client:
        yield Office(service, client, settings, token)


def organization(name: str) -> Values:
    return {"profile": {"name": name, "classification": "government"}}


def source(text: str = "A source") -> Values:
    return {"profile": {"publisher": "Gazette", "title": text, "basis": "on_record"}}


def promise(promisor: str, text: str = "Build a jetty.", **more: object) -> Values:
    content = {
        "promisors": [promisor],
        "text": text,
        "made_on": "2024-05-01",
        "strength": {"form": "commits", "content": "specific_action"},
        **more,
    }
    return {"content": content}
