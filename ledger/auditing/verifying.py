"""What `verify` does with a published log: which checkpoint, whose word, and all that it covers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ledger.auditing.audit import Audited, audit
from ledger.auditing.places import Place, opened
from ledger.auditing.trust import Held, hold_checkpoint, trust_in
from ledger.log.checkpoints import Checkpoint
from ledger.log.policies import Policy

LOOKS: Final = 10
LOOK_SECONDS: Final = 0.5
"""A checkpoint is a second behind the fact that it covers, so this is long enough to see one."""

Told = Callable[[int, int], None]
"""Hears the position that has been reached, and the last."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What held, in sentences; `notes` are those that a reader must know beside that."""

    held: Held
    audited: Audited
    claims: tuple[str, ...]
    notes: tuple[str, ...] = ()


def whole(facts: int, origin: str) -> tuple[str, ...]:
    """What is claimed of a history without a gap."""
    return (
        f"True: {facts} facts of {origin}, from the first to the last.",
        "Every fact is in its place, every stream is complete, no time goes back.",
    )


def verify_log(
    place: Place,
    policy: Policy | None,
    since: Checkpoint | None,
    told: Callable[[int, int], None],
    *,
    moves: bool,
) -> Verified:
    """Audit all of a published log; raise LieError, MissingError, UnreachableError.

    A log that `moves` is waited for, where a newer checkpoint may explain what is gone.
    """
    newest = _Newest(place, policy, moves=moves)
    signed = newest.held.signed
    audited = audit(
        place, signed, since, lambda position: told(position, signed.size), newest.after
    )
    return Verified(newest.held, audited, whole(audited.facts, signed.origin))


class _Newest:
    """The checkpoint that was read last."""

    def __init__(self, place: Place, policy: Policy | None, *, moves: bool) -> None:
        self._place, self._looks = place, LOOKS if moves else 1
        text = opened(place)
        self._trust = trust_in(place, policy)
        self.held = hold_checkpoint(text, self._trust)

    def after(self, signed: Checkpoint) -> Checkpoint:
        """A newer one, if there is one soon."""
        for look in range(self._looks):
            found = hold_checkpoint(opened(self._place), self._trust)
            if found.signed.size != signed.size:
                self.held = found
                break
            if look + 1 < self._looks:
                time.sleep(LOOK_SECONDS)
        return self.held.signed
