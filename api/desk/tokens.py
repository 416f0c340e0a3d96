"""Bearer tokens: 32 random bytes behind a prefix that scanners know; only a digest is kept."""

import hashlib
import re
import secrets
from typing import Final

PREFIX: Final = "clt_"
_SHAPE: Final = re.compile(r"clt_[A-Za-z0-9_-]{43}", re.ASCII)


def new_token() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored. The token has 256 random bits, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(token.encode()).digest()


def looks_right(token: str) -> bool:
    return _SHAPE.fullmatch(token) is not None
