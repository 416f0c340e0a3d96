"""A document sent to a desk, and its answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, cast

import aiohttp
import click
import orjson

from api.cli.answers import Recorded
from api.cli.settings import FAILED, fail
from api.desk.conditions import KEY
from api.desk.meeting_records import DRY_RUN, PATH, YAML
from api.desk.receipts import ReceiptDocument
from api.desk.rehearsals import RehearsalDocument
from api.edge.body import JSON
from api.record.problems import BadRecord, Problem

_SHUT_OUT: Final = (
    "A desk wants a token in LEDGER_TOKEN; `commitments accounts token ACCOUNT` makes one there."
)
_WHERE: Final = re.compile(r" \(line \d+, column \d+\)$", re.ASCII)
"""A desk says where in the document; here the mistake is shown at that place anyway."""
_PATIENCE: Final = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk and how to be let in; raises UsageError without a token."""

    url: str
    token: str | None

    async def record(self, key: str, raw: bytes) -> Recorded:
        """Raise BadRecord for what the desk refuses; end where the outcome is unknown."""
        unknown = "The desk did not answer; whether it was stored is unknown. Repeat it."
        status, body = await self._post(PATH, key, raw, unknown)
        receipt = cast("ReceiptDocument", _accepted(status, body))
        return Recorded(receipt, replayed=status == HTTPStatus.OK)

    async def rehearse(self, key: str, raw: bytes) -> RehearsalDocument:
        """What recording it would do. Raise BadRecord for what the desk would refuse."""
        silent = "The desk did not answer. Nothing was stored."
        return cast("RehearsalDocument", _accepted(*await self._post(DRY_RUN, key, raw, silent)))

    async def tell(self, path: str, key: str, value: object) -> object:
        """What the desk answers to a request in JSON; raise BadRecord for what it refuses."""
        unknown = "The desk did not answer; whether it was done is unknown. Repeat it."
        return _accepted(*await self._post(path, key, orjson.dumps(value), unknown))

    async def ask(self, path: str) -> object:
        """What stands there; raise BadRecord where the desk refuses to say."""
        return _accepted(*await self._send("GET", path, self._admission(), "The desk is silent."))

    async def _post(self, path: str, key: str, raw: bytes, silent: str) -> tuple[int, bytes]:
        media = JSON if raw.lstrip()[:1] == b"{" else YAML[0]
        headers = {**self._admission(), KEY: key, "Content-Type": media}
        return await self._send("POST", path, headers, silent, raw)

    async def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        silent: str,
        raw: bytes | None = None,
    ) -> tuple[int, bytes]:
        url = self.url.rstrip("/") + path
        try:
            async with (
                aiohttp.ClientSession(timeout=_PATIENCE) as client,
                client.request(method, url, data=raw, headers=headers) as response,
            ):
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError):
            fail(silent, FAILED)

    def _admission(self) -> dict[str, str]:
        if self.token is None:
            raise click.UsageError(_SHUT_OUT)
        return {"Authorization": f"Bearer {self.token}"}


def _accepted(status: int, body: bytes) -> object:
    if status in {HTTPStatus.OK, HTTPStatus.CREATED}:
        return orjson.loads(body)
    problem = _parsed(body)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or problem is None:
        fail(f"The desk answered {status}; repeat the command to find out.", FAILED)
    raise BadRecord(_problems(problem))


def _parsed(body: bytes) -> Mapping[str, object] | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _problems(problem: Mapping[str, object]) -> list[Problem]:
    """Each member of `errors`; without any, the problem itself."""
    errors = problem.get("errors")
    members = errors if isinstance(errors, list) and errors else [problem]
    return [_problem(member) for member in members if isinstance(member, dict)]


def _problem(member: Mapping[str, object]) -> Problem:
    allowed = member.get("allowed")
    return Problem(
        str(member.get("pointer") or ""),
        _WHERE.sub("", str(member.get("detail") or "The desk refused this.")),
        allowed=tuple(map(str, allowed)) if isinstance(allowed, list) else (),
    )
