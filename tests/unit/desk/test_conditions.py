"""The digest of a request, which is stored with its key for ever."""

import hashlib
from collections.abc import Mapping

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from api.desk.conditions import expected_version, fingerprint, idempotency_key
from api.edge.problems import ProblemError


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


def test_a_key_given_twice_is_none() -> None:
    headers = CIMultiDict([("Idempotency-Key", "a"), ("Idempotency-Key", "b")])

    with pytest.raises(ProblemError) as refused:
        idempotency_key(make_mocked_request("POST", "/", headers=headers))

    assert refused.value.problem.status == 400


def test_two_versions_match_nothing() -> None:
    headers = CIMultiDict([("If-Match", '"1"'), ("If-Match", '"2"')])

    with pytest.raises(ProblemError) as refused:
        expected_version(make_mocked_request("POST", "/", headers=headers), required=True)

    assert refused.value.problem.status == 412
