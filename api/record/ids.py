"""Ids for what a request puts on record: the same request, tried again, gets the same ids."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

from ledger.facts.fact import AccountId

Ids = Callable[[str], str]
"""A name that is unique within the request → a UUID that no other request has."""


def ids_of(account: AccountId, key: str) -> Ids:
    """Made from the account and its idempotency key, so that a replay can be answered in full."""
    space = _space(account)

    def ident(name: str) -> str:
        return _uuid5(space, f"{key}\0{name}")

    return ident


@lru_cache(maxsize=1024)
def _space(account: AccountId) -> bytes:
    return UUID(account).bytes


def _uuid5(space: bytes, name: str) -> str:
    """RFC 9562, section 5.5, as text; `uuid.uuid5` makes two objects on the way there."""
    text = hashlib.sha1(space + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(text[16], 16) % 4]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"
