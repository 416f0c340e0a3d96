"""Every type of problem: the table that answers, documentation and OpenAPI are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of problem: `meaning` is what the documentation says about it."""

    slug: str
    status: int
    title: str
    meaning: str


def _kinds(*kinds: Kind) -> Mapping[str, Kind]:
    return {kind.slug: kind for kind in kinds}


KINDS: Final = _kinds(
    Kind(
        "bad-request", 400, "Not understood", "The request could not be read as HTTP or as asked."
    ),
    Kind("bad-parameter", 400, "Bad query", "A query parameter is unknown or means nothing."),
    Kind("bad-cursor", 400, "Bad cursor", "The cursor was not handed out by this collection."),
    Kind("bad-json", 400, "Not JSON", "The body is not one well-formed JSON text in UTF-8."),
    Kind("unauthorized", 401, "Log in", "A valid bearer token is needed here."),
    Kind("forbidden", 403, "Not allowed", "The account may not do this."),
    Kind("not-found", 404, "Not found", "There is nothing at this address, now or then."),
    Kind("method-not-allowed", 405, "Not possible here", "The address exists; Allow lists how."),
    Kind("not-acceptable", 406, "No such format", "The address has no form that Accept admits."),
    Kind("timeout", 408, "Too slow", "The request did not arrive completely in time."),
    Kind("conflict", 409, "Conflict", "The request does not fit what the ledger holds now."),
    Kind("gone", 410, "Redacted", "The words that were here were taken away by order."),
    Kind("version-moved", 412, "Changed since", "Somebody changed the record; read it again."),
    Kind("too-large", 413, "Too large", "The body is longer than 1 MiB, packed or unpacked."),
    Kind("unsupported-media-type", 415, "Wrong format", "Send application/json in UTF-8."),
    Kind("expectation-failed", 417, "Not expected", "Expect may be 100-continue, or left out."),
    Kind("misdirected", 421, "Wrong host", "This server does not answer for that host name."),
    Kind("invalid", 422, "Not accepted", "The request is readable; its content breaks a rule."),
    Kind("precondition-required", 428, "Header missing", "A header that makes it safe is needed."),
    Kind("too-many-requests", 429, "Slow down", "This address asks too often; see Retry-After."),
    Kind(
        "headers-too-large", 431, "Headers too large", "The request line or headers are too long."
    ),
    Kind("failed", 500, "Failed", "A mistake of ours; it was logged under the request id."),
    Kind(
        "outcome-unknown",
        500,
        "Outcome unknown",
        "The database failed: repeat the request with the same Idempotency-Key to find out.",
    ),
    Kind("busy", 503, "Busy", "More waits than is accepted at once; see Retry-After."),
    Kind("not-there-yet", 503, "Not there yet", "The views have not caught up; see Retry-After."),
    Kind("storage-full", 507, "Storage full", "Nothing new is recorded; reading goes on."),
)
"""Slug → kind. A slug that was ever served is never renamed: clients match on it."""
