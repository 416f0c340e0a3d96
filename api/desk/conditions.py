"""The headers that make recording safe: Idempotency-Key on every request, If-Match on edits."""

import hashlib
import re
from typing import Final

import orjson
from aiohttp import hdrs, web

from api.edge.operation import Parameter
from api.edge.problems import Fault, ProblemError, refuse

KEY: Final = "Idempotency-Key"
HEADERS: Final = (
    Parameter(
        KEY,
        "header",
        "1 to 255 visible ASCII characters of your own choosing; again for a repetition.",
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
        required=True,
    ),
)
VERSION: Final = Parameter(
    hdrs.IF_MATCH,
    "header",
    "The version of the record that you have read, in quotes.",
    {"type": "string", "pattern": '^"[0-9]+"$'},
    required=True,
)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
_STRONG: Final = re.compile(r'"(\d{1,9})"', re.ASCII)


def idempotency_key(request: web.Request) -> str:
    """428 without one, 400 with one that is no key, or with two."""
    keys = request.headers.getall(KEY, ())
    if not keys:
        detail = "Send a key of your own choosing, so that a repeated request is stored once."
        raise _refused("precondition-required", KEY, detail)
    if len(keys) > 1 or _KEY.fullmatch(keys[0]) is None:
        detail = "A key is 1 to 255 visible ASCII characters without spaces, given once."
        raise _refused("bad-request", KEY, detail)
    return keys[0]


def expected_version(request: web.Request, *, required: bool) -> int | None:
    """The version in If-Match; 428 where one is required, 412 for a tag that can never match."""
    tags = request.headers.getall(hdrs.IF_MATCH, ())
    if not tags and required:
        detail = 'Send the version that you have read, as If-Match: "3".'
        raise _refused("precondition-required", hdrs.IF_MATCH, detail)
    if not tags:
        return None
    found = _STRONG.fullmatch(",".join(tags).strip())
    if found is None:
        detail = 'Nothing matches this; the tag of a record is its version in quotes: "3".'
        raise _refused("version-moved", hdrs.IF_MATCH, detail)
    return int(found[1])


def fingerprint(request: web.Request, body: bytes, path: str = "") -> bytes:
    """A digest of what is asked: two requests that differ in anything that counts differ in it.

    `path` stands in for the request's own, where it rehearses what is recorded at another.
    """
    head = f"{request.method} {path or request.path}\0".encode()
    return hashlib.sha256(_narrowed(request) + head + body).digest()


def _narrowed(request: web.Request) -> bytes:
    """Nothing for a request without query and condition, whose digests are stored for ever."""
    query = request.rel_url.raw_query_string
    conditions = request.headers.getall(hdrs.IF_MATCH, [])
    return orjson.dumps([query, *conditions]) if query or conditions else b""


def _refused(slug: str, header: str, detail: str) -> ProblemError:
    return refuse(slug, detail, errors=[Fault(detail, header=header)])
