"""How often one address may ask: a fixed window a minute, told in RateLimit headers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from aiohttp import web

from api.edge.problems import ProblemError, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.config import Settings

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


WINDOW_SECONDS: Final = 60


@dataclass(slots=True)
class Window:
    """What one address has spent until it ends; seconds since the epoch."""

    ends: float
    spent: int = 0


class Allowance:
    """Counts requests by address, in this process. An address's window opens with its request."""

    def __init__(self, settings: Settings) -> None:
        self._limit = settings.rate_limit
        self._windows: dict[str, Window] = {}
        self._swept = 0.0
        self._proxies = trusted(settings.trusted_proxies)

    def client(self, peer: str, forwarded: str) -> str:
        """Who asks, in the words of the peer if it is a trusted proxy."""
        return client_address(peer, forwarded, self._proxies)

    def take(self, address: str) -> bool:
        """Take one request off; False when none was left."""
        window = self._window(bucket(address))
        window.spent += 1
        return window.spent <= self._limit

    def _window(self, who: str) -> Window:
        now = time.time()
        window = self._windows.get(who)
        if window is None or window.ends <= now:
            self._sweep(now)
            window = self._windows[who] = Window(now + WINDOW_SECONDS)
        return window

    def _sweep(self, now: float) -> None:
        """Once a window's length, so that the addresses of one are all that is ever held."""
        if now >= self._swept + WINDOW_SECONDS:
            self._windows = {who: each for who, each in self._windows.items() if each.ends > now}
            self._swept = now

    def spend(self, request: web.Request) -> None:
        """429 with Retry-After when none was left."""
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
        address = self.client(request.remote or "", forwarded)
        if not self.take(address):
            raise self._used_up(bucket(address))

    def _used_up(self, who: str) -> ProblemError:
        wait = str(max(1, round(self._window(who).ends - time.time())))
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
