"""Who cosigned what: the witnesses of the log for readers, for operators, and for a page."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypedDict

import orjson
from aiohttp import hdrs, web

from api.edge import parse
from api.edge.problems import refuse
from api.parts import PARTS
from ledger.log.checkpoints import parse_checkpoint
from ledger.log.policies import NONE, Witness
from ledger.publishing.signing import log_folder
from ledger.witnessing.evidence import kept_evidence
from ledger.witnessing.record import Cosigner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.parts import Parts
    from ledger.publishing.log import Log

MOVING: Final = "public, max-age=1"
NO_LOG: Final = "This ledger has no log: its operator has not begun one."
NEVER: Final = "No checkpoint was cosigned by as many witnesses as the log's policy asks for."


class WitnessRow(TypedDict):
    """One witness. Sizes count facts; times are by its own clock, RFC 3339.

    `size` and `cosigned_at` are null before its first cosignature. `behind` counts facts of the
    newest checkpoint that it has not cosigned. `counts` says whether the quorum asks about it.
    """

    name: str
    key: str
    url: str
    size: int | None
    cosigned_at: str | None
    first_size: int | None
    first_cosigned_at: str | None
    behind: int
    counts: bool
    trouble: str


class Quorum(TypedDict):
    """`name` is that in the policy; `met` is about the newest checkpoint, null where none is asked.

    `size` is that of the newest checkpoint that met it, null before the first.
    """

    name: str
    met: bool | None
    size: int | None


class WitnessesDocument(TypedDict):
    """`size` is that of the newest checkpoint."""

    size: int
    quorum: Quorum
    witnesses: list[WitnessRow]


def routes() -> Sequence[web.AbstractRouteDef]:
    return (
        web.get("/log/witnesses.json", send_witnesses),
        web.get("/log/witnessed", show_witnessed),
    )


def _log(request: web.Request) -> Log:
    parse.parameters(request)
    log = request.app[PARTS].log
    if log is None:
        raise refuse("not-found", NO_LOG)
    return log


async def send_witnesses(request: web.Request) -> web.Response:
    """Every witness of the policy: what it cosigned last, and whether that is enough."""
    body = orjson.dumps(await asyncio.to_thread(witnesses_of, _log(request)))
    headers = {hdrs.CACHE_CONTROL: MOVING}
    return web.Response(body=body, content_type="application/json", headers=headers)


async def show_witnessed(request: web.Request) -> web.Response:
    """The newest checkpoint that as many witnesses cosigned as the log's policy asks for."""
    log = _log(request)
    note = await asyncio.to_thread(log.record.witnessed, log.origin)
    if note is None:
        raise refuse("not-found", NEVER)
    headers = {hdrs.CACHE_CONTROL: MOVING}
    return web.Response(text=str(note), content_type="text/plain", charset="utf-8", headers=headers)


def witnesses_of(log: Log) -> WitnessesDocument:
    """What a page or a program needs to know; blocking, raise StorageError."""
    known, policy = log.record.cosigners(), log.policy
    witnessed = log.record.witnessed(log.origin) if policy.quorum != NONE else None
    return {
        "size": log.size,
        "quorum": {
            "name": policy.quorum,
            "met": log.quorum,
            "size": None if witnessed is None else parse_checkpoint(witnessed.text).size,
        },
        "witnesses": [
            _row(name, each, known.get(str(each.key)), log.size, counts=name in policy.counted)
            for name, each in policy.witnesses.items()
        ],
    }


def _row(
    name: str, witness: Witness, known: Cosigner | None, size: int, *, counts: bool
) -> WitnessRow:
    cosigner = known or Cosigner(str(witness.key))
    began = bool(cosigner.at)
    return {
        "name": name,
        "key": str(witness.key),
        "url": witness.url,
        "size": cosigner.size if began else None,
        "cosigned_at": _instant(cosigner.at) if began else None,
        "first_size": cosigner.first_size if began else None,
        "first_cosigned_at": _instant(cosigner.first_at) if began else None,
        "behind": max(0, size - cosigner.size),
        "counts": counts,
        "trouble": cosigner.trouble,
    }


def _instant(seconds: int) -> str | None:
    """None for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return None


class Standing(TypedDict):
    """`quorum` as in WitnessesDocument; `evidence` counts files that say the log forked."""

    size: int
    quorum: bool | None
    evidence: int
    stopped: bool


def standing(parts: Parts) -> Standing | None:
    """How the log is, in a few words that anybody may hear; None where there is none. Blocking."""
    log = parts.log
    if log is None:
        return None
    return {
        "size": log.size,
        "quorum": log.quorum,
        "evidence": len(kept_evidence(log_folder(parts.settings))),
        "stopped": log.trouble is not None,
    }


def is_well(told: Standing | None) -> bool:
    """Whether nobody has to look."""
    return told is None or not (told["stopped"] or told["evidence"] or told["quorum"] is False)


def behind(log: Log) -> Mapping[str, int]:
    """Witness → facts of the newest checkpoint that it has not cosigned; blocking."""
    return {row["name"]: row["behind"] for row in witnesses_of(log)["witnesses"]}
