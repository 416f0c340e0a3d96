"""Headers that every response carries, and the host names that this server answers to."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from api.edge.limits import policy
from api.edge.problems import REQUEST_ID, Fault, refuse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from aiohttp.typedefs import Handler
    from multidict import CIMultiDictProxy

    from ledger.config import Settings

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Nothing inline and nothing from elsewhere; `data:` only for pictures inside our own styles."""

SERVER: Final = "commitment-ledger"
"""Without versions: nobody outside needs them."""

_ALWAYS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ANY_ADDRESS: Final = frozenset({str(IPv4Address(0)), str(IPv6Address(0)), ""})


def fixed_headers(settings: Settings, *, public: bool) -> Mapping[str, str]:
    """HSTS only where readers use TLS; any site may read the public listener."""
    headers = {**_ALWAYS, "RateLimit-Policy": policy(settings)}
    if settings.public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if public:
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = (
            "Accept-Ranges, Content-Range, ETag, Link, Repr-Digest, Retry-After, RateLimit, "
            "RateLimit-Policy, X-Ledger-Epoch, X-Ledger-Position, X-Request-Id"
        )
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return headers


def dresser(
    settings: Settings, *, public: bool
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """The signal handler that puts them on; what a handler set itself stays."""
    fixed = tuple(fixed_headers(settings, public=public).items())

    async def dress(request: web.Request, response: web.StreamResponse) -> None:
        headers = response.headers
        for name, value in fixed:
            headers.setdefault(name, value)
        headers["Server"] = SERVER
        headers["X-Request-Id"] = request.get(REQUEST_ID, "-")

    return dress


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Names in lower case, without ports."""
    named = {name.strip().lower() for name in settings.allowed_hosts.split(",")}
    bound = {settings.public_host.lower(), settings.desk_host.lower()}
    site = {urlsplit(settings.public_url).hostname or ""}
    return frozenset((named | bound | site | _LOOPBACK) - _ANY_ADDRESS)


_SITE: Final = "Sec-Fetch-Site"
_OWN_SITES: Final = frozenset({"same-origin", "none"})
"""`none` is a person at the address bar."""
_ABSOLUTE: Final = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)", re.ASCII | re.IGNORECASE)
_HOST: Final = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::\d{1,5})?")


def check_host(request: web.Request, allowed: frozenset[str]) -> None:
    """421 unless every host that is named is ours: a page rebound to us must get nothing.

    A target in absolute form names one besides the header (RFC 9112, 3.2.2); two headers are two.
    """
    target = _ABSOLUTE.match(request.raw_path)
    named = (*request.headers.getall("Host", ("",)), *(target.groups() if target else ()))
    if not all(_host_name(host) in allowed for host in named):
        raise refuse("misdirected")


@web.middleware
async def own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """403 for what another site's page makes a browser send, whatever token it carries.

    Following a link to the desk is no such thing. A program that is no browser says nothing of
    where it comes from, and need not.
    """
    if not (_comes_from_us(request.headers) or _follows_link(request)):
        detail = "A page of another site asks for this; the desk answers its own pages only."
        raise refuse("forbidden", detail, errors=[Fault(detail, header=_told_by(request.headers))])
    return await handler(request)


def _comes_from_us(headers: CIMultiDictProxy[str]) -> bool:
    """Sec-Fetch-Site, which no page can forge; browsers without it send Origin."""
    if sites := headers.getall(_SITE, ()):
        return _OWN_SITES.issuperset(sites)
    host = headers.get("Host", "").lower()
    ours = {f"http://{host}", f"https://{host}"}
    return ours.issuperset(origin.lower() for origin in headers.getall("Origin", ()))


def _follows_link(request: web.Request) -> bool:
    reads = request.method in {"GET", "HEAD"}
    return reads and request.headers.getall("Sec-Fetch-Mode", ()) == ["navigate"]


def _told_by(headers: CIMultiDictProxy[str]) -> str:
    return _SITE if _SITE in headers else "Origin"


def _host_name(host: str) -> str:
    """`[::1]:80` → `::1`, `name.:80` → `name`."""
    found = _HOST.fullmatch(host.lower())
    return (found["six"] or found["name"]).removesuffix(".") if found else ""
