"""Whose signature counts, and whether a checkpoint bears it."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.auditing.lies import LieError
from ledger.auditing.places import POLICY, MissingError, Place, UnreachableError
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.notes import NoteError
from ledger.log.policies import Policy, PolicyError, parse_policy


@dataclass(frozen=True, slots=True)
class Trust:
    """`own_word` says that the ledger itself named the keys, so that they are worth its word."""

    policy: Policy
    own_word: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A checkpoint as it was read, whose signatures hold, and the witnesses that cosigned it."""

    text: bytes
    signed: Checkpoint
    trust: Trust
    witnesses: tuple[str, ...]


def trust_in(place: Place, policy: Policy | None) -> Trust:
    """The policy given, else the place's own; raise LieError, UnreachableError."""
    if policy is not None:
        return Trust(policy, own_word=False)
    return trust_of(policy_at(place), own_word=True)


def trust_of(policy: bytes, *, own_word: bool) -> Trust:
    """From the text of a policy; raise LieError."""
    try:
        return Trust(parse_policy(policy.decode()), own_word=own_word)
    except (PolicyError, UnicodeDecodeError) as error:
        raise LieError(f"the log's own policy cannot be read: {error}") from error


def policy_at(place: Place) -> bytes:
    """The text of a place's own policy; raise UnreachableError."""
    try:
        return place.read(POLICY)
    except MissingError as error:
        raise UnreachableError(
            f"the log names no key to check it with, and none was given: {error}"
        ) from error


def hold_checkpoint(text: bytes, trust: Trust) -> Held:
    """Raise LieError for a checkpoint that cannot be read, or that nobody trusted has signed."""
    try:
        note, signed = read_checkpoint(text)
        witnesses = tuple(trust.policy.require(note))
    except NoteError as error:
        raise LieError(f"the checkpoint cannot be trusted: {error}") from error
    return Held(text, signed, trust, witnesses)
