"""How often one address may ask: a fixed window a minute, told in RateLimit headers."""

from __future__ import annotations

import time
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from aiohttp import web
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from api.edge.problems import ProblemError, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.config import Settings

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


class Allowance:
    """Counts requests by address, in this process."""

    def __init__(self, settings: Settings) -> None:
        self._item = RateLimitItemPerMinute(settings.rate_limit)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._proxies = trusted(settings.trusted_proxies)

    def client(self, peer: str, forwarded: str) -> str:
        """Who asks, in the words of the peer if it is a trusted proxy."""
        return client_address(peer, forwarded, self._proxies)

    def asker(self, request: web.Request) -> str:
        """The address that the request comes from."""
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
        return self.client(request.remote or "", forwarded)

    def take(self, address: str) -> bool:
        """Take one request off; False when none was left."""
        return self._limiter.hit(self._item, bucket(address))

    def spend(self, request: web.Request) -> None:
        """429 with Retry-After when none was left."""
        asker = self.asker(request)
        if not self.take(asker):
            raise self._used_up(bucket(asker))

    def _used_up(self, who: str) -> ProblemError:
        reset = self._limiter.get_window_stats(self._item, who).reset_time
        wait = str(max(1, round(reset - time.time())))
        told = {"Retry-After": wait, "RateLimit": f'"address";r=0;t={wait}'}
        return refuse("too-many-requests", headers=told)


ALLOWANCE: Final = web.AppKey("allowance", Allowance)


def policy(settings: Settings) -> str:
    """The RateLimit-Policy header: how much in how many seconds."""
    return f'"address";q={settings.rate_limit};w=60'


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
