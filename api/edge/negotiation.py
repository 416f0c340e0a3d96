"""What the client can read: RFC 9110 section 12.5, the part of it that clients use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache


def prefers_html(accept: str) -> bool:
    """Whether somebody looks at it: a browser names text/html before it admits anything."""
    return choose(accept, ("application/json", "text/html")) == "text/html"


@lru_cache(maxsize=256)
def choose(accept: str, offers: Sequence[str]) -> str | None:
    """The offer that the client likes best, the first of equals; None if it admits none."""
    if not accept.strip():
        return offers[0]
    ranges = [_media_range(part) for part in accept.split(",")[:32]]
    best = max(offers, key=lambda offer: _quality(offer, ranges))
    return best if _quality(best, ranges) > 0 else None


def admits_gzip(accept_encoding: str) -> bool:
    """Whether gzip is named with a quality above 0."""
    for part in accept_encoding.split(","):
        name, quality = _media_range(part)
        if name == "gzip":
            return quality > 0
    return False


def _media_range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return name, min(max(float(quality), 0.0), 1.0)
    except ValueError:
        return name, 0.0


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    found = [(_weight(name, offer), quality) for name, quality in ranges]
    weight, quality = max(found)
    return quality if weight else 0.0


def _weight(name: str, offer: str) -> int:
    """How exactly a range names the offer: a full name beats `text/*` beats `*/*`."""
    if name == offer:
        return 3
    if name == f"{offer.partition('/')[0]}/*":
        return 2
    return 1 if name == "*/*" else 0
