"""A document sent to a desk, and its answer."""

from http import HTTPStatus
from typing import Final, cast

import aiohttp
import click
import orjson

from api.cli.settings import FAILED, fail
from api.desk.conditions import KEY
from api.desk.meeting_records import PATH, YAML
from api.desk.receipts import ReceiptDocument
from api.edge.body import JSON
from api.record.problems import BadRecord, Problem

_PATIENCE: Final = aiohttp.ClientTimeout(total=60)


async def send(url: str, token: str | None, key: str, raw: bytes) -> ReceiptDocument:
    """Raise BadRecord for what the desk refuses; end the command where the outcome is unknown."""
    if token is None:
        raise click.UsageError("A desk wants a token: set LEDGER_TOKEN.")
    media = JSON if raw.lstrip()[:1] == b"{" else YAML[0]
    headers = {"Authorization": f"Bearer {token}", KEY: key, "Content-Type": media}
    try:
        status, body = await _post(url.rstrip("/") + PATH, headers, raw)
    except (aiohttp.ClientError, TimeoutError):
        fail("The desk did not answer; whether it was stored is unknown. Repeat it.", FAILED)
    return _answer(status, body)


async def _post(url: str, headers: dict[str, str], raw: bytes) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession(timeout=_PATIENCE) as client,
        client.post(url, data=raw, headers=headers) as response,
    ):
        return response.status, await response.read()


def _answer(status: int, body: bytes) -> ReceiptDocument:
    if status in {HTTPStatus.OK, HTTPStatus.CREATED}:
        return cast("ReceiptDocument", orjson.loads(body))
    problem = _parsed(body)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or problem is None:
        fail(f"The desk answered {status}; repeat the command to find out.", FAILED)
    raise BadRecord(_problems(problem))


def _parsed(body: bytes) -> dict[str, object] | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _problems(problem: dict[str, object]) -> list[Problem]:
    """Each member of `errors`; without any, the problem itself."""
    errors = problem.get("errors")
    members = errors if isinstance(errors, list) and errors else [problem]
    return [_problem(member) for member in members if isinstance(member, dict)]


def _problem(member: dict[str, object]) -> Problem:
    allowed = member.get("allowed")
    return Problem(
        str(member.get("pointer") or ""),
        str(member.get("detail") or "The desk refused this."),
        allowed=tuple(map(str, allowed)) if isinstance(allowed, list) else (),
    )
