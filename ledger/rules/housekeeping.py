"""Redactions: words go by order, and it takes two people; place and hash of a fact always stay."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ledger.commands import RedactParts, Target
from ledger.errors import Conflict, Invalid
from ledger.facts.housekeeping import RedactionApplied
from ledger.rules.days import today

ERASABLE: Final = ("words", "attachment")
"""The parts that hold what people wrote; the third one, `facts`, is the structure."""

_AUTHORITY: Final = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9./:_-]{0,63}")


class AppliedAlready(Conflict):
    """The redaction was carried out already; propose a new one for further words."""


class ApprovedByItsProposer(Conflict):
    """A redaction takes two people; somebody other than its proposer has to approve it."""


class NotAnAuthority(Invalid):
    """An authority is the code of the order, such as court-12/2026, never the name of anybody."""


class NothingToRedact(Invalid):
    """A redaction names the parts that lose their words; name at least one."""


class NamedTwice(Invalid):
    """One part stands here twice; a part can lose its words once only."""


class StructureStays(Invalid):
    """Only words can be redacted; what a fact is about always stays, so that it can be checked."""


class Housekeeping(NamedTuple):
    """How many redactions the stream records."""

    redactions: int = 0


def decide(
    command: RedactParts, state: Housekeeping | None, now: datetime
) -> Sequence[RedactionApplied]:
    """A fact for each part, in their order; or a refusal, raised."""
    if state is not None:
        raise AppliedAlready(pointer="/id")
    if command.approved_by == command.proposed_by:
        raise ApprovedByItsProposer(pointer="/approved_by")
    if not _AUTHORITY.fullmatch(command.authority):
        raise NotAnAuthority(pointer="/authority")
    _check_targets(command.targets)
    return [_applied(command, target, now) for target in command.targets]


def _check_targets(targets: Sequence[Target]) -> None:
    if not targets:
        raise NothingToRedact(pointer="/targets")
    seen: set[tuple[int, str]] = set()
    for number, target in enumerate(targets):
        if target.part not in ERASABLE:
            raise StructureStays(pointer=f"/targets/{number}/part", allowed=ERASABLE)
        if (target.index, target.part) in seen:
            raise NamedTwice(pointer=f"/targets/{number}")
        seen.add((target.index, target.part))


def _applied(command: RedactParts, target: Target, now: datetime) -> RedactionApplied:
    return RedactionApplied(
        effective_on=today(now),
        index=target.index,
        part=target.part,
        c=target.c,
        basis=command.basis,
        authority=command.authority,
        proposed_by=command.proposed_by,
    )


def evolve(state: Housekeeping | None, _fact: RedactionApplied) -> Housekeeping:
    """One redaction more."""
    return Housekeeping(1 if state is None else state.redactions + 1)
