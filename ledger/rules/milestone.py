"""Milestones: steps on the way of a commitment, each reached once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, assert_never

from ledger.commands import ReachMilestone, SetMilestone
from ledger.dates import PartialDate
from ledger.errors import Conflict, Unknown
from ledger.facts.commitment import MilestoneReached, MilestoneSet
from ledger.facts.fact import MilestoneId
from ledger.rules.days import since
from ledger.rules.evidence import check_citations
from ledger.rules.promise import check_due
from ledger.rules.words import check_text


class MilestoneKnown(Conflict):
    """The commitment has a milestone with this id; take a new id for another one."""


class UnknownMilestone(Unknown):
    """The commitment has no milestone with this id; set it first."""


class AlreadyReached(Conflict):
    """The milestone was reached already; it is reached once."""


class Milestone(NamedTuple):
    """A step on the way."""

    set_on: PartialDate
    reached: bool = False


Milestones = Mapping[MilestoneId, Milestone]


def set_up(
    command: SetMilestone, milestones: Milestones, made_on: PartialDate, now: datetime
) -> Sequence[MilestoneSet]:
    """Raise a refusal, or set the milestone."""
    if command.milestone in milestones:
        raise MilestoneKnown(pointer="/milestone")
    check_text(command.text, "/text")
    if command.due is not None:
        check_due(command.due, made_on, "/due")
    return [
        MilestoneSet(
            effective_on=since(made_on, command.set_on, now, "/set_on"),
            milestone=command.milestone,
            text=command.text,
            due=command.due,
        )
    ]


def reach(
    command: ReachMilestone, milestones: Milestones, now: datetime
) -> Sequence[MilestoneReached]:
    """Raise a refusal, or say that the step was taken."""
    milestone = milestones.get(command.milestone)
    if milestone is None:
        raise UnknownMilestone(pointer="/milestone")
    if milestone.reached:
        raise AlreadyReached(pointer="/milestone")
    check_citations(command.citations, "/citations")
    return [
        MilestoneReached(
            effective_on=since(milestone.set_on, command.reached_on, now, "/reached_on"),
            milestone=command.milestone,
            citations=command.citations,
        )
    ]


def evolve(milestones: Milestones, fact: MilestoneSet | MilestoneReached) -> Milestones:
    """The milestones after one more, or after one was reached."""
    match fact:
        case MilestoneSet():
            changed = Milestone(fact.effective_on)
        case MilestoneReached():
            changed = milestones[fact.milestone]._replace(reached=True)
        case _:
            assert_never(fact)
    return {**milestones, fact.milestone: changed}
