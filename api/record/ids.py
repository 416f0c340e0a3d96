"""Ids for what a request puts on record: the same request, tried again, gets the same ids."""

from collections.abc import Callable
from uuid import UUID, uuid5

from ledger.facts.fact import AccountId

Ids = Callable[[str], str]
"""A name that is unique within the request → a UUID that no other request has."""


def ids_of(account: AccountId, key: str) -> Ids:
    """Made from the account and its idempotency key, so that a replay can be answered in full."""
    space = UUID(account)

    def ident(name: str) -> str:
        return str(uuid5(space, f"{key}\0{name}"))

    return ident
