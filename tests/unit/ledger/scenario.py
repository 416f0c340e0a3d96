"""given(facts).when(command).then(facts) | .refused(Error): the rules as the writer asks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import pytest

from ledger.commands import Command
from ledger.errors import Refusal
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId
from ledger.rules.registry import State, check, decide, evolve
from tests.unit.ledger.samples import HISTORIES

NOW: Final = datetime(2022, 6, 30, 9, 59, tzinfo=UTC)
"""A minute before 1 July begins on the easternmost islands."""
TODAY: Final = "2022-06-30"
TOMORROW: Final = "2022-07-01"


def folded(facts: Sequence[AnyFact]) -> State | None:
    state = None
    for fact in facts:
        state = evolve(state, fact)
    return state


WORLD: Final[Mapping[StreamId, State]] = {
    stream: state for stream, facts in HISTORIES.items() if (state := folded(facts)) is not None
}
"""What else the ledger knows while a command is decided."""


@dataclass(frozen=True)
class Given:
    """The history of the command's own stream, and of others where they differ from the world."""

    facts: Sequence[AnyFact]
    others: Mapping[StreamId, Sequence[AnyFact]] = field(default_factory=dict)

    def knowing(self, stream: StreamId, *facts: AnyFact) -> "Given":
        return Given(self.facts, {**self.others, stream: facts})

    def when(self, command: Command, now: datetime = NOW) -> "When":
        return When(self, command, now)


@dataclass(frozen=True)
class When:
    """A command, on its way to the rules."""

    given: Given
    command: Command
    now: datetime

    def facts(self) -> Sequence[AnyFact]:
        """What the rules answer: first the other streams are checked, then the own is decided."""
        own = folded(self.given.facts)
        states = {**WORLD, **self._others()}
        states.pop(self.command.id, None)
        if own is not None:
            states[self.command.id] = own
        check(self.command, states)
        return list(decide(self.command, own, self.now))

    def _others(self) -> Mapping[StreamId, State]:
        found = {stream: folded(facts) for stream, facts in self.given.others.items()}
        return {stream: state for stream, state in found.items() if state is not None}

    def then(self, *facts: AnyFact) -> None:
        assert self.facts() == list(facts)

    def accepted(self) -> None:
        assert self.facts()

    def refused(
        self, refusal: type[Refusal], pointer: str | None = None, allowed: Sequence[str] = ()
    ) -> Refusal:
        with pytest.raises(Refusal) as caught:
            self.facts()
        raised = caught.value
        assert type(raised) is refusal
        assert pointer is None or raised.pointer == pointer
        assert raised.allowed == tuple(allowed)
        return raised


def given(*facts: AnyFact) -> Given:
    return Given(facts)
