"""Facts about the log that the ledger is published as: its keys and its names. No personal data."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.facts.fact import Fact


@dataclass(frozen=True, kw_only=True)
class KeyRotated(Fact):
    """The log signs with a further key, until an older one is retired.

    `key` is the new one and `before` the one that announces it, both C2SP verifier keys.
    """

    TOPIC: ClassVar = "key.rotated/1"
    key: str
    before: str


@dataclass(frozen=True, kw_only=True)
class LogContinued(Fact):
    """The key or the head was lost: from here on the facts are published under a new name.

    `key` is the new log's verifier key. `before` is the name of the lost log, whose last known
    checkpoint had `size` facts and, in hex, this `root`.
    """

    TOPIC: ClassVar = "log.continued/1"
    key: str
    before: str
    size: int
    root: str


KeyFact = KeyRotated | LogContinued
