"""Whose request it is, and which host it was meant for."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from api.edge.limits import bucket, client_address, trusted
from api.edge.problems import ProblemError
from api.edge.security import allowed_hosts, check_host, fixed_headers
from ledger.config import Settings

SITE = Settings(
    data_dir=Path("unused"), public_url="https://ledger.example", allowed_hosts="A.example, b.test"
)


def asked(peer: str, headers: Mapping[str, str]) -> web.Request:
    request = make_mocked_request("GET", "/", headers=CIMultiDict(headers))
    return request.clone(remote=peer)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_a_trusted_proxy_may_say_whose_request_it_is(
    peer: str, forwarded: str, client: str
) -> None:
    proxies = trusted("10.0.0.0/8, 2001:db8::1")

    assert client_address(peer, forwarded, proxies) == client


@pytest.mark.parametrize(
    ("address", "shared"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("nonsense", "unknown"),
    ],
)
def test_one_customer_has_one_allowance_however_many_addresses(address: str, shared: str) -> None:
    assert bucket(address) == shared


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8080",
        "127.0.0.1",
        "[::1]:80",
        "LEDGER.example",
        "a.example:1",
        "b.test.",
    ],
)
def test_our_own_names_are_answered(host: str) -> None:
    check_host(asked("127.0.0.1", {"Host": host}), allowed_hosts(SITE))


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "ledger.example.evil.example",
        "[::2]",
        "b.test..",
        "a.example:1@evil.example",
        "a.example:",
    ],
)
def test_other_names_are_misdirected(host: str) -> None:
    with pytest.raises(ProblemError) as refused:
        check_host(asked("127.0.0.1", {"Host": host}), allowed_hosts(SITE))

    assert refused.value.problem.status == 421


def test_strict_transport_is_promised_only_where_readers_use_it() -> None:
    plain = SITE.model_copy(update={"public_url": "http://ledger.example"})

    assert "Strict-Transport-Security" in fixed_headers(SITE, public=True)
    assert "Strict-Transport-Security" not in fixed_headers(plain, public=True)


def test_other_sites_may_read_what_is_public_and_never_the_desk() -> None:
    assert fixed_headers(SITE, public=True)["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in fixed_headers(SITE, public=False)


def test_nothing_inline_is_allowed_to_run() -> None:
    assert "unsafe" not in fixed_headers(SITE, public=True)["Content-Security-Policy"]
