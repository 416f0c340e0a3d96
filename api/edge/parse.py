"""What a reader asks for in the address: parameters known by name, moments, positions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from aiohttp import web

from api.edge.body import parse_json, read_body, read_json
from api.edge.problems import Fault, ProblemError, refuse
from api.parts import PARTS, Parts
from projections.port import Moment

__all__ = [
    "COMMON",
    "Asked",
    "bad_parameter",
    "moment",
    "parameters",
    "parse_json",
    "read_body",
    "read_json",
]

COMMON: Final = {
    "as_of": (
        "What the ledger knew: a position, a day (its end, UTC) or an RFC 3339 instant; "
        "left out, now."
    ),
    "on": "What was true in the world on that day (YYYY-MM-DD); left out, the latest known.",
    "wait_for": (
        "A position that the answer must have reached, from a receipt; waits briefly, else 503. "
        "The header X-Ledger-Position means the same."
    ),
}
"""Parameters of every read, with their sentences for the documentation."""

MAX_TEXT: Final = 500
EPOCH_YEAR: Final = 1970
"""No ledger knew anything before."""
LONGEST_NAME: Final = 64
"""An unknown parameter is named back only if it could be one."""
FILTER_OF: Final = {"progress": "status"}
"""What records call a member → the filter for it, where that has another name."""
_POSITION: Final = re.compile(r"\d{1,15}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[ +-]\d\d:\d\d)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The moment asked about, as resolved. `settled` says that this past cannot grow any more."""

    moment: Moment
    settled: bool


def bad_parameter(name: str, detail: str, allowed: Iterable[str] = ()) -> ProblemError:
    """400, naming the parameter."""
    fault = Fault(detail, parameter=name, allowed=tuple(allowed))
    return refuse("bad-parameter", detail, errors=(fault,))


def parameters(request: web.Request, known: Iterable[str] = ()) -> Mapping[str, str]:
    """Every query parameter once; unknown, repeated, overlong or unprintable ones are 400."""
    allowed = (*COMMON, *known)
    faults = [fault for name in request.query for fault in _faults(request, name, allowed)]
    if faults:
        raise refuse("bad-parameter", faults[0].detail, errors=faults)
    return dict(request.query)


def _faults(request: web.Request, name: str, allowed: tuple[str, ...]) -> Iterable[Fault]:
    if name not in allowed:
        named = name if name.isidentifier() and len(name) <= LONGEST_NAME else None
        yield Fault(_unknown(name, allowed), parameter=named, allowed=allowed)
        return
    values = request.query.getall(name)
    if len(values) > 1:
        yield Fault(f"`{name}` is given more than once.", parameter=name)
    if any(len(text) > MAX_TEXT or not _is_clean(text) for text in values):
        yield Fault(f"`{name}` is too long or holds control characters.", parameter=name)


def _unknown(name: str, allowed: tuple[str, ...]) -> str:
    detail = "There is no such query parameter here."
    meant = FILTER_OF.get(name)
    return f"{detail} What records call `{name}` is `{meant}`." if meant in allowed else detail


def _is_clean(text: str) -> bool:
    """U+FFFD stands where the bytes were no UTF-8."""
    return not any(
        char < " " or char in "\x7f\ufffd" or "\ud800" <= char <= "\udfff" for char in text
    )


async def moment(request: web.Request) -> Asked:
    """`as_of` and `on` of the request, after the position it insists on has been reached."""
    parts = request.app[PARTS]
    await _reach(request, parts)
    as_of, settled = await _as_of(request.query.get("as_of"), parts)
    return Asked(Moment(as_of=as_of, on=_on(request.query.get("on"))), settled)


async def _reach(request: web.Request, parts: Parts) -> None:
    """Read your writes: wait for the position that a receipt promised."""
    text = request.query.get("wait_for") or request.headers.get("X-Ledger-Position")
    if text is None:
        return
    if _POSITION.fullmatch(text) is None:
        raise bad_parameter("wait_for", "`wait_for` is a position: a whole number.")
    await _wait("wait_for", int(text), parts)


async def _wait(name: str, position: int, parts: Parts) -> None:
    """A position that the ledger has not reached was promised by no receipt."""
    if position <= await parts.read(parts.views.position):
        return
    if position > (await parts.ledger.head()).position:
        raise bad_parameter(name, "The ledger holds no such fact yet.")
    if not await parts.follower.wait(position, parts.settings.wait_seconds):
        raise refuse("not-there-yet", headers={"Retry-After": "1"})


async def _as_of(text: str | None, parts: Parts) -> tuple[int | None, bool]:
    if text is None:
        return None, False
    if _POSITION.fullmatch(text):
        await _wait("as_of", int(text), parts)
        return int(text), True
    instant = _instant(text)
    now = parts.clock()
    if instant.year < EPOCH_YEAR:
        return 0, True
    if instant >= now + timedelta(days=1):
        raise bad_parameter("as_of", "`as_of` lies in the future; nobody knows that yet.")
    return await parts.read(parts.views.position_at, instant), instant < now


def _instant(text: str) -> datetime:
    """A day means its last microsecond in UTC. A `+` that a form turned into a space counts."""
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.upper().replace(" ", "+")).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise bad_parameter(
        "as_of",
        "`as_of` is a position, a day that exists or an RFC 3339 instant with its offset.",
        ("15", "2022-02-15", "2022-02-15T09:30:00Z"),
    )


def _on(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise bad_parameter("on", "`on` is a day that exists, as YYYY-MM-DD.", ("2022-02-15",))
