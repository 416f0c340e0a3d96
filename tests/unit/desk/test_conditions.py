"""The digest of a request, which is stored with its key for ever."""

import hashlib
from collections.abc import Mapping

import pytest
from aiohttp.test_utils import make_mocked_request

from api.desk.conditions import fingerprint


def digest(target: str = "/api/v1/people", headers: Mapping[str, str] | None = None) -> bytes:
    return fingerprint(make_mocked_request("POST", target, headers=headers), b"{}")


def test_a_plain_request_has_the_digest_that_older_ledgers_hold() -> None:
    assert digest() == hashlib.sha256(b"POST /api/v1/people\0{}").digest()


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/api/v1/people?x=1", {}),
        ("/api/v1/people?x=2", {}),
        ("/api/v1/people", {"If-Match": '"1"'}),
        ("/api/v1/people", {"If-Match": '"2"'}),
        ("/api/v1/people?x=1", {"If-Match": '"1"'}),
    ],
)
def test_a_query_and_a_condition_count(target: str, headers: Mapping[str, str]) -> None:
    assert digest(target, headers) != digest()
    assert digest(target, headers) == digest(target, headers)
