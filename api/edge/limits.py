"""How often one address may ask: a fixed window a minute, told in RateLimit headers."""

from __future__ import annotations

import time
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from aiohttp import web

from api.edge.problems import ProblemError, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ledger.config import Settings

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


WINDOW_SECONDS: Final = 60


class Allowance:
    """Counts requests by address, in this process; one minute is the same for all addresses."""

    def __init__(self, settings: Settings, seconds: Callable[[], float] = time.monotonic) -> None:
        self._limit = settings.rate_limit
        self._seconds = seconds
        self._ends = float("-inf")
        self._taken: dict[str, int] = {}
        self._proxies = trusted(settings.trusted_proxies)

    def client(self, peer: str, forwarded: str) -> str:
        """Who asks, in the words of the peer if it is a trusted proxy."""
        return client_address(peer, forwarded, self._proxies)

    def asker(self, request: web.Request) -> str:
        """The address that the request comes from."""
        peer = request.remote or ""
        if not self._proxies:
            return peer
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
        return self.client(peer, forwarded)

    def take(self, address: str) -> bool:
        """Take one request off; False when none was left."""
        now = self._seconds()
        if now >= self._ends:
            self._ends = now + WINDOW_SECONDS
            self._taken.clear()
        who = bucket(address)
        taken = self._taken.get(who, 0)
        if taken >= self._limit:
            return False
        self._taken[who] = taken + 1
        return True

    def spend(self, request: web.Request) -> None:
        """429 with Retry-After when none was left."""
        if not self.take(self.asker(request)):
            raise self._used_up()

    def _used_up(self) -> ProblemError:
        wait = str(max(1, round(self._ends - self._seconds())))
        told = {"Retry-After": wait, "RateLimit": f'"address";r=0;t={wait}'}
        return refuse("too-many-requests", headers=told)


ALLOWANCE: Final = web.AppKey("allowance", Allowance)


def policy(settings: Settings) -> str:
    """The RateLimit-Policy header: how much in how many seconds."""
    return f'"address";q={settings.rate_limit};w={WINDOW_SECONDS}'


def trusted(text: str) -> tuple[Network, ...]:
    """Addresses or networks, by commas."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def client_address(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """The peer; behind trusted proxies, the last forwarded address that is none of them.

    Earlier ones are whatever the client wrote, so they count for nothing.
    """
    if not proxies or not _within(peer, proxies):
        return peer
    for address in (part.strip() for part in reversed(forwarded.split(","))):
        if address and not _within(address, proxies):
            return address
    return peer


def _within(text: str, networks: Iterable[Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in networks)


def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def bucket(text: str) -> str:
    """Who shares an allowance: one IPv4 address, or one IPv6 network of a single customer."""
    address = _address(text)
    if isinstance(address, IPv6Address):
        return str(ip_network(f"{address}/64", strict=False))
    return str(address) if address else "unknown"
