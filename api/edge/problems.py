"""Every error that leaves this service, as an RFC 9457 problem: one table, one translation."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final

import orjson
from aiohttp import web

from api.edge.kinds import KINDS, Kind
from api.edge.negotiation import prefers_html
from ledger.errors import (
    Conflict,
    Invalid,
    QueueFullError,
    Refusal,
    StorageError,
    StorageFullError,
    Unknown,
)
from ledger.service import VersionMoved
from projections.port import BadCursor, BadFilter, ViewUnavailable

RETRY_SECONDS: Final = "1"
MEDIA: Final = "application/problem+json"


_BY_STATUS: Final = {
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "timeout",
    413: "too-large",
    415: "unsupported-media-type",
    417: "expectation-failed",
    421: "misdirected",
    428: "precondition-required",
    429: "too-many-requests",
    431: "headers-too-large",
    503: "busy",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in the body (`pointer`, RFC 6901), a `parameter` or a `header`."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    allowed: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """The member of `errors`, without what does not apply."""
        members = {
            "pointer": self.pointer,
            "parameter": self.parameter,
            "header": self.header,
            "detail": self.detail,
            "allowed": list(self.allowed) or None,
        }
        return {name: value for name, value in members.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` names the rule where a rule said no. Nothing here repeats bytes of the request.

    `links` lead on, by relation: to what the reader may have meant. `extra` holds members that only
    this type of problem has (RFC 9457, section 3.2).
    """

    kind: Kind
    detail: str
    errors: tuple[Fault, ...] = ()
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return self.kind.status

    def document(self, instance: str) -> dict[str, object]:
        """RFC 9457 members, `errors` as in its section 3."""
        members = {
            "type": f"/problems/{self.kind.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            "errors": [fault.document() for fault in self.errors] or None,
            "links": dict(self.links) or None,
            **self.extra,
        }
        return {name: value for name, value in members.items() if value is not None}


class ProblemError(Exception):
    """Raised by the edge where it is the one that says no."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def refuse(
    slug: str,
    detail: str = "",
    *,
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    extra: Mapping[str, object] | None = None,
) -> ProblemError:
    """Make what the caller raises, from a slug and, where it helps, a sentence of its own."""
    kind = KINDS[slug]
    said = detail or kind.meaning
    return ProblemError(
        Problem(kind, said, tuple(errors), None, headers or {}, links or {}, extra or {})
    )


Locate = Callable[[str], str]
LOCATE: Final[web.RequestKey[Locate]] = web.RequestKey("locate")
"""Set by a handler whose body is not the command itself: a ledger pointer → one into the body."""

ErrorPage = Callable[[web.Request, Problem], Awaitable[web.StreamResponse]]
ERROR_PAGE: Final[web.AppKey[ErrorPage]] = web.AppKey("error_page")
"""Renders a problem for people; where an application has none, everybody gets JSON."""

REQUEST_ID: Final = web.RequestKey("request_id", str)


def from_refusal(refusal: Refusal, request: web.Request) -> Problem:
    """A rule's no, in HTTP's words."""
    locate: Locate = request.get(LOCATE, _as_it_is)
    fault = Fault(refusal.detail, pointer=locate(refusal.pointer), allowed=refusal.allowed)
    kind = KINDS[_refusal_slug(refusal, request)]
    return Problem(kind, refusal.detail, (fault,), _kebab(type(refusal).__name__))


def _as_it_is(pointer: str) -> str:
    return pointer


def _refusal_slug(refusal: Refusal, request: web.Request) -> str:
    match refusal:
        case Unknown() if _path_names_it(refusal.pointer, request):
            return "not-found"
        case VersionMoved():
            return "version-moved"
        case Conflict():
            return "conflict"
        case Invalid() | _:
            return "invalid"


def _path_names_it(pointer: str, request: web.Request) -> bool:
    return "id" in request.match_info and re.fullmatch(r"(/\d+)?(/id)?", pointer) is not None


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def from_failure(failure: Exception, request: web.Request) -> Problem | None:
    """Every exception that has a meaning of its own; None for a mistake of ours."""
    match failure:
        case ProblemError():
            return failure.problem
        case Refusal():
            return from_refusal(failure, request)
        case BadFilter():
            detail = _sentence(str(failure))
            fault = Fault(detail, parameter=failure.name, allowed=failure.allowed)
            return Problem(KINDS["bad-parameter"], detail, (fault,))
        case BadCursor():
            kind = KINDS["bad-cursor"]
            return Problem(kind, kind.meaning, (Fault(kind.meaning, parameter="cursor"),))
        case web.HTTPException():
            return from_http(failure)
        case _:
            return from_technical(failure)


def _sentence(words: str) -> str:
    """What the views say in passing, as a sentence that can stand alone."""
    return f"{words[:1].upper()}{words[1:].removesuffix('.')}."


def from_technical(failure: Exception) -> Problem | None:
    """What the machine could not do, and what the client may do about it."""
    match failure:
        case QueueFullError():
            return _later("busy")
        case ViewUnavailable():
            return _later("not-there-yet")
        case StorageFullError():
            return _plain("storage-full")
        case StorageError():
            return _plain("outcome-unknown")
        case _:
            return None


def _plain(slug: str) -> Problem:
    return Problem(KINDS[slug], KINDS[slug].meaning)


def _later(slug: str) -> Problem:
    return replace(_plain(slug), headers={"Retry-After": RETRY_SECONDS})


def from_http(failure: web.HTTPException) -> Problem:
    """aiohttp's own errors; its texts are dropped, because they may repeat the request."""
    slug = _BY_STATUS.get(
        failure.status,
        "bad-request" if failure.status < HTTPStatus.INTERNAL_SERVER_ERROR else "failed",
    )
    kept = {
        name: failure.headers[name] for name in ("Allow", "Retry-After") if name in failure.headers
    }
    return replace(_plain(slug), headers=kept)


async def answer(request: web.Request, problem: Problem) -> web.StreamResponse:
    """A page for people who asked for one, problem+json for everybody else."""
    page = request.app.get(ERROR_PAGE)
    if page is not None and prefers_html(request.headers.get("Accept", "")):
        response = await page(request, problem)
        response.headers.update(problem.headers)
        return response
    return as_json(problem, request.get(REQUEST_ID, ""))


def as_json(problem: Problem, request_id: str) -> web.Response:
    """`instance` is the request's id, so that a reader can quote it to the operator."""
    body = orjson.dumps(problem.document(f"urn:request:{request_id}"))
    headers = {"Cache-Control": "no-store", **problem.headers}
    return web.Response(status=problem.status, body=body, content_type=MEDIA, headers=headers)
