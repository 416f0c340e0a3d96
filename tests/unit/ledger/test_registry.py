"""The one door: every command and every fact has its place, and nothing strange gets in."""

from dataclasses import dataclass
from typing import get_args

import pytest

from ledger.commands import Command
from ledger.dates import PartialDate
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId
from ledger.facts.housekeeping import RedactionApplied
from ledger.rules.housekeeping import Housekeeping
from ledger.rules.record import OfAnotherKind
from ledger.rules.registry import decide, evolve, references
from ledger.rules.streams import AnyCommand, State
from ledger.vocabulary import RedactionBasis
from tests.unit.ledger.samples import (
    DISPUTED,
    HISTORIES,
    MEETING_RECORDED,
    NEW,
    PROMISED,
    QUOTED,
)
from tests.unit.ledger.scenario import NOW, WORLD

REDACTED = RedactionApplied(
    effective_on=PartialDate("2022-06-01"),
    index=7,
    part="words",
    c="00" * 32,
    basis=RedactionBasis.SAFETY,
    authority="order-1",
)


def test_every_command_has_rules() -> None:
    assert set(get_args(AnyCommand)) == set(Command.__subclasses__()) - {Unruled}


@dataclass(frozen=True, kw_only=True)
class Unruled(Command):
    """A command that somebody forgot to give rules."""


def test_a_command_without_rules_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="no rules for Unruled"):
        decide(Unruled(id=NEW), None, NOW)
    with pytest.raises(TypeError):
        references(Unruled(id=NEW))


def test_every_kind_of_state_is_in_the_world_but_housekeeping() -> None:
    assert {type(state) for state in WORLD.values()} == set(get_args(State)) - {Housekeeping}


@pytest.mark.parametrize("strange", [PROMISED, QUOTED, DISPUTED])
def test_a_fact_of_another_kind_never_enters_a_stream(strange: AnyFact) -> None:
    with pytest.raises(OfAnotherKind):
        evolve(evolve(None, MEETING_RECORDED), strange)


def test_redactions_are_counted_in_a_stream_of_their_own() -> None:
    assert evolve(evolve(None, REDACTED), REDACTED) == Housekeeping(2)


@pytest.mark.parametrize("stream", HISTORIES)
def test_a_redaction_in_a_record_changes_nothing_that_a_rule_asks(stream: StreamId) -> None:
    assert evolve(WORLD[stream], REDACTED) == WORLD[stream]
