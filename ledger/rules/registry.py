"""The one door to the rules: any command, any fact, any state. Exhaustive at type level."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar, assert_never

from ledger.commands import Command, PublishRubric, RedactParts
from ledger.facts import AnyFact
from ledger.facts.assessment import AssessmentFact, OutcomeFact, RubricPublished
from ledger.facts.commitment import CommitmentFact
from ledger.facts.dispute import DisputeFact
from ledger.facts.fact import StreamId
from ledger.facts.housekeeping import RedactionApplied
from ledger.facts.keys import KeyFact
from ledger.facts.meeting import MeetingFact
from ledger.facts.source import SourceFact
from ledger.facts.stakeholder import StakeholderFact
from ledger.facts.statement import StatementFact
from ledger.rules import (
    commitment,
    housekeeping,
    keys,
    meeting,
    naming,
    outcome,
    rubric,
    source,
    stakeholder,
    statement,
)
from ledger.rules.assessment import AssessmentCommand
from ledger.rules.between import check
from ledger.rules.commitment import Commitment, CommitmentCommand
from ledger.rules.dispute import DisputeCommand, UnknownSubject
from ledger.rules.housekeeping import Housekeeping
from ledger.rules.keys import KeyCommand, Keys
from ledger.rules.meeting import Meeting, MeetingCommand
from ledger.rules.naming import Naming, look_alike
from ledger.rules.outcome import Outcome, OutcomeCommand
from ledger.rules.record import OfAnotherKind
from ledger.rules.references import Reference, Wanted, references
from ledger.rules.rubric import Rubric
from ledger.rules.source import Source, SourceCommand
from ledger.rules.stakeholder import Stakeholder, StakeholderCommand
from ledger.rules.statement import Statement, StatementCommand
from ledger.rules.streams import AnyCommand, State, known

__all__ = [
    "AnyCommand",
    "Reference",
    "State",
    "Wanted",
    "check",
    "claimed_names",
    "decide",
    "evolve",
    "look_alike",
    "references",
]

Kind = TypeVar("Kind", bound=State)


def decide(command: Command, state: State | None, now: datetime) -> Sequence[AnyFact]:
    """The facts that the command makes of its own stream, never none; or a refusal, raised."""
    return _decide(known(command), state, now)


def _decide(command: AnyCommand, state: State | None, now: datetime) -> Sequence[AnyFact]:
    if isinstance(command, StakeholderCommand):
        return stakeholder.decide(command, _of(Stakeholder, state), now)
    if isinstance(command, SourceCommand):
        return source.decide(command, _of(Source, state), now)
    if isinstance(command, MeetingCommand):
        return meeting.decide(command, _of(Meeting, state), now)
    if isinstance(command, StatementCommand):
        return statement.decide(command, _of(Statement, state), now)
    if isinstance(command, CommitmentCommand | AssessmentCommand):
        return commitment.decide(command, _of(Commitment, state), now)
    if isinstance(command, OutcomeCommand):
        return outcome.decide(command, _of(Outcome, state), now)
    if isinstance(command, PublishRubric):
        return rubric.decide(command, _of(Rubric, state), now)
    if isinstance(command, KeyCommand):
        return keys.decide(command, _of(Keys, state), now)
    if isinstance(command, DisputeCommand):
        return _decide_objection(command, state, now)
    if isinstance(command, RedactParts):
        return housekeeping.decide(command, _of(Housekeeping, state), now)
    assert_never(command)


def _decide_objection(
    command: DisputeCommand, state: State | None, now: datetime
) -> Sequence[AnyFact]:
    if state is None:
        raise UnknownSubject(pointer="/id")
    if isinstance(state, Statement):
        return statement.decide(command, state, now)
    return commitment.decide(command, _of(Commitment, state), now)


def evolve(state: State | None, fact: AnyFact) -> State:
    """The state of a stream after one more fact; `state` is None before the first."""
    if isinstance(fact, CommitmentFact | AssessmentFact):
        return commitment.evolve(_of(Commitment, state), fact)
    if isinstance(fact, SourceFact):
        return source.evolve(_of(Source, state), fact)
    if isinstance(fact, StatementFact):
        return statement.evolve(_of(Statement, state), fact)
    if isinstance(fact, StakeholderFact):
        return stakeholder.evolve(_of(Stakeholder, state), fact)
    if isinstance(fact, OutcomeFact):
        return outcome.evolve(_of(Outcome, state), fact)
    if isinstance(fact, MeetingFact):
        return meeting.evolve(_of(Meeting, state), fact)
    if isinstance(fact, DisputeFact):
        return _evolve_objection(state, fact)
    if isinstance(fact, RubricPublished):
        return rubric.evolve(_of(Rubric, state), fact)
    if isinstance(fact, KeyFact):
        return keys.evolve(_of(Keys, state), fact)
    if isinstance(fact, RedactionApplied):
        return _evolve_redaction(state, fact)
    assert_never(fact)


def _evolve_objection(state: State | None, fact: DisputeFact) -> State:
    if isinstance(state, Statement):
        return statement.evolve(state, fact)
    return commitment.evolve(_of(Commitment, state), fact)


def _evolve_redaction(state: State | None, fact: RedactionApplied) -> State:
    """Wherever it stands: the words of a record are gone, what the rules know of it stays."""
    if state is None or isinstance(state, Housekeeping):
        return housekeeping.evolve(state, fact)
    return state


def _of(kind: type[Kind], state: State | None) -> Kind | None:
    if state is None or isinstance(state, kind):
        return state
    raise OfAnotherKind(pointer="/id")


def claimed_names(command: Command, states: Mapping[StreamId, State]) -> Sequence[str]:
    """The skeletons that the command claims for its stream; most commands claim none.

    `states` are those of the streams that it names and its own, from before it.
    """
    if isinstance(command, Naming):
        return naming.claimed_names(command, states)
    return ()
