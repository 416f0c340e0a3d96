"""The answer to a request that was recorded: where each fact stands, and what was named how."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypedDict

import orjson
from aiohttp import hdrs, web

from api.parts import Parts
from api.record.problems import Problem
from ledger.log.receipts import TlogProof
from ledger.store.port import Placed, Receipt

POSITION: Final = "X-Ledger-Position"
REPLAYED: Final = "Idempotent-Replayed"


class PlacedFact(TypedDict):
    """One fact: its position in the ledger, its stream and its version there, its leaf's hash.

    `tlog_proof` shows that it is in the log, as text to keep (C2SP tlog-proof); null where there is
    no log, or it signs late: then GET /facts/POSITION.tlog-proof has it soon.
    """

    position: int
    id: str
    type: str
    stream: str
    version: int
    leaf_hash: str
    recorded_at: str
    tlog_proof: str | None


class WarningLine(TypedDict):
    """Something that was accepted and is worth a second look; `pointer` is into the body.

    `line` and `column` count from 1; null where the body is JSON.
    """

    pointer: str
    line: int | None
    column: int | None
    detail: str


class ReceiptDocument(TypedDict):
    """`position` is the last one taken; `ids` tells the id behind each label or new member.

    `warnings` are about quotations that do not stand in the archived text as they are given.
    """

    position: int
    facts: list[PlacedFact]
    ids: dict[str, str]
    warnings: list[WarningLine]


def document(
    receipt: Receipt,
    ids: Mapping[str, str],
    warnings: Sequence[Problem] = (),
    proofs: Mapping[int, TlogProof] | None = None,
) -> ReceiptDocument:
    """`proofs` by position."""
    return {
        "position": receipt.position,
        "facts": [_line(placed, (proofs or {}).get(placed.position)) for placed in receipt.facts],
        "ids": dict(ids),
        "warnings": [warning_line(each) for each in warnings],
    }


def warning_line(warning: Problem) -> WarningLine:
    place = warning.place
    return {
        "pointer": warning.pointer,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "detail": warning.detail,
    }


async def proofs_of(parts: Parts, receipt: Receipt) -> Mapping[int, TlogProof]:
    """By position, once the log has signed that far; empty where it does not soon."""
    log = parts.log
    if log is None or not await log.reach(receipt.position, parts.settings.wait_seconds):
        return {}
    positions = [placed.position for placed in receipt.facts]
    if receipt.replayed:
        proofs = await asyncio.to_thread(log.prove, positions)
    else:
        # The newest tiles are at hand: a thread would cost more than the hashing.
        proofs = log.prove(positions)
    return dict(zip(positions, proofs, strict=True))


async def answer(
    parts: Parts,
    receipt: Receipt,
    ids: Mapping[str, str],
    location: str,
    warnings: Sequence[Problem] = (),
) -> web.Response:
    """201, or 200 for a request that an earlier try recorded; what it recorded is the same."""
    proofs = await proofs_of(parts, receipt)
    headers = {
        hdrs.LOCATION: location,
        hdrs.CACHE_CONTROL: "no-store",
        POSITION: str(receipt.position),
        hdrs.ETAG: f'"{receipt.facts[-1].version}"',
    }
    if receipt.replayed:
        headers[REPLAYED] = "true"
    return web.Response(
        status=200 if receipt.replayed else 201,
        body=orjson.dumps(document(receipt, ids, warnings, proofs)),
        content_type="application/json",
        headers=headers,
    )


def _line(placed: Placed, proof: TlogProof | None) -> PlacedFact:
    return {
        "position": placed.position,
        "id": placed.fact_id,
        "type": placed.topic,
        "stream": placed.stream,
        "version": placed.version,
        "leaf_hash": placed.leaf_hash.hex(),
        "recorded_at": instant(placed.at),
        "tlog_proof": None if proof is None else str(proof),
    }


@lru_cache(maxsize=64)
def instant(at: int) -> str:
    """RFC 3339 in UTC, to the millisecond that was recorded."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
