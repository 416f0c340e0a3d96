"""The log's keys and names, in one stream of the ledger: each is announced once, and for good."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple, assert_never

from ledger.commands import ContinueLog, RotateKey
from ledger.errors import Conflict, Invalid
from ledger.facts.fact import StreamId
from ledger.facts.keys import KeyFact, KeyRotated, LogContinued
from ledger.log.notes import ED25519, NoteError, parse_key, valid_name
from ledger.rules.days import today

LOG: Final = StreamId("6c6f6700-0000-4000-8000-6b6579730000")
"""The stream, the same in every ledger: the letters of log and keys."""
_ROOT: Final = re.compile("[0-9a-f]{64}")
_LARGEST: Final = 2**53 - 1

KeyCommand = RotateKey | ContinueLog


class NotALogKey(Invalid):
    """A log's key is an Ed25519 verifier key: its name, its id and base64, with plus signs."""


class NotALogName(Invalid):
    """A log's name is not empty and holds neither spaces nor plus signs."""


class NotATree(Invalid):
    """A tree is a number of facts and a root of 64 hexadecimal digits."""


class KeyOfAnotherLog(Invalid):
    """A log changes its key, never its name; a new name is for a log that was lost."""


class KeyUsedBefore(Conflict):
    """The key was announced before; no key comes back."""


class SameName(Invalid):
    """A log that was lost goes on under another name."""


class Keys(NamedTuple):
    """Every key that was announced, oldest first, as text."""

    announced: tuple[str, ...] = ()


def decide(command: KeyCommand, state: Keys | None, now: datetime) -> Sequence[KeyFact]:
    """Raise a refusal, or announce the key."""
    name = _name_of(command.key, "/key")
    if state is not None and command.key in state.announced:
        raise KeyUsedBefore(pointer="/key")
    match command:
        case RotateKey():
            if _name_of(command.before, "/before") != name or command.before == command.key:
                raise KeyOfAnotherLog(pointer="/before")
            fact: KeyFact = KeyRotated(
                effective_on=today(now), key=command.key, before=command.before
            )
        case ContinueLog():
            fact = _continued(command, name, now)
        case _:
            assert_never(command)
    return [fact]


def _continued(command: ContinueLog, name: str, now: datetime) -> LogContinued:
    try:
        valid_name(command.before)
    except NoteError as error:
        raise NotALogName(pointer="/before") from error
    if command.before == name:
        raise SameName(pointer="/before")
    if not 0 <= command.size <= _LARGEST or not _ROOT.fullmatch(command.root):
        raise NotATree(pointer="/root")
    return LogContinued(
        effective_on=today(now),
        key=command.key,
        before=command.before,
        size=command.size,
        root=command.root,
    )


def _name_of(key: str, pointer: str) -> str:
    try:
        return parse_key(key, (ED25519,)).name
    except NoteError as error:
        raise NotALogKey(pointer=pointer) from error


def evolve(state: Keys | None, fact: KeyFact) -> Keys:
    """One key more."""
    return Keys((*(state or Keys()).announced, fact.key))
