"""What holds for any commands in any order."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from itertools import pairwise
from typing import get_type_hints

from hypothesis import given
from hypothesis import strategies as st

from ledger.commands import AssessProgress, Command
from ledger.dates import PartialDate
from ledger.errors import Refusal
from ledger.facts import AnyFact
from ledger.facts.fact import AssessmentId, StreamId
from ledger.facts.source import Citation
from ledger.rules.commitment import Commitment
from ledger.rules.registry import State, check, decide, evolve, references
from ledger.vocabulary import AssessorKind, Progress, ReopenReason
from tests.unit.ledger.generated import commands
from tests.unit.ledger.samples import COMMITMENT, HISTORIES, ORIGIN
from tests.unit.ledger.scenario import NOW, TODAY, WORLD, folded


class Attempt:
    """The world as it goes on while commands are tried, one after the other."""

    def __init__(self) -> None:
        self.states: dict[StreamId, State] = dict(WORLD)
        self.histories: dict[StreamId, list[AnyFact]] = defaultdict(
            list, {stream: list(facts) for stream, facts in HISTORIES.items()}
        )

    def take(self, command: Command) -> Sequence[AnyFact] | Refusal:
        try:
            check(command, self.states)
            facts = decide(command, self.states.get(command.id), NOW)
        except Refusal as refusal:
            return refusal
        for fact in facts:
            self.states[command.id] = evolve(self.states.get(command.id), fact)
            self.histories[command.id].append(fact)
        return facts


def member(value: object, pointer: str) -> object:
    """What an RFC 6901 pointer into a command points at."""
    for step in pointer.split("/")[1:]:
        match value:
            case Mapping():
                value = value[step]
            case tuple():
                value = value[int(step)]
            case _:
                value = getattr(value, step)
    return value


@given(st.lists(commands(), max_size=25))
def test_whatever_is_asked_the_ledger_goes_on(asked: Sequence[Command]) -> None:
    attempt = Attempt()

    answers = [(command, attempt.take(command)) for command in asked]

    for command, answer in answers:
        if isinstance(answer, Refusal):
            assert answer.detail
            member(command, answer.pointer)
        else:
            assert answer
            assert all(fact.effective_on.earliest.isoformat() <= TODAY for fact in answer)

    assert {
        stream: folded(history) for stream, history in attempt.histories.items() if history
    } == attempt.states


@given(commands())
def test_a_refused_command_is_refused_again(command: Command) -> None:
    assert _answer(command) == _answer(command)


def _answer(command: Command) -> object:
    answer = Attempt().take(command)
    if isinstance(answer, Refusal):
        return type(answer), answer.detail, answer.pointer, answer.allowed
    return answer


@given(commands())
def test_every_stream_that_a_command_names_is_a_reference(command: Command) -> None:
    named = {(pointer, stream) for pointer, stream in _streams(command, "") if pointer != "/id"}

    listed = {
        (reference.pointer, reference.stream)
        for reference in references(command)
        if reference.pointer != "/id"
    }

    assert listed == named


def _streams(value: object, pointer: str) -> Iterator[tuple[str, StreamId]]:
    """A citation counts as one: its source and its quotation are looked up together."""
    if isinstance(value, Citation):
        yield pointer, value.source
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from _streams(each, f"{pointer}/{index}")
    elif is_dataclass(value):
        for name, hint in get_type_hints(type(value)).items():
            yield from _of_member(hint, getattr(value, name), f"{pointer}/{name}")


def _of_member(hint: object, each: object, pointer: str) -> Iterator[tuple[str, StreamId]]:
    if hint in (StreamId, StreamId | None):
        if each is not None:
            yield pointer, StreamId(str(each))
    elif hint == tuple[StreamId, ...] and isinstance(each, tuple):
        for index, one in enumerate(each):
            yield f"{pointer}/{index}", one
    else:
        yield from _streams(each, pointer)


PROGRESS = st.sampled_from(
    [Progress.STALLED, Progress.NO_EVIDENCE, Progress.FULFILLED, Progress.ABANDONED]
)
DAYS = st.sampled_from(["2022-02-15", "2022-03", "2022-03-01", "2022-04-01", "2022-05-01"])
LOOKS = st.builds(
    AssessProgress,
    id=st.just(COMMITMENT),
    assessment=st.uuids().map(lambda chance: AssessmentId(str(chance))),
    assessed_on=DAYS.map(PartialDate),
    assessor_kind=st.sampled_from([AssessorKind.INDEPENDENT, AssessorKind.OFFICIAL]),
    progress=PROGRESS,
    reopen_reason=st.sampled_from([None, ReopenReason.NEW_EVIDENCE]),
    citations=st.just((ORIGIN,)),
    rubric=st.just("1"),
)


@given(st.lists(LOOKS, max_size=15))
def test_whatever_the_order_of_recording_no_end_reopens_in_silence(
    looks: Sequence[AssessProgress],
) -> None:
    attempt = Attempt()

    for look in looks:
        attempt.take(look)

    state = attempt.states[COMMITMENT]
    assert isinstance(state, Commitment)
    for kind in (AssessorKind.INDEPENDENT, AssessorKind.OFFICIAL):
        views = [view for view in state.views if view.assessor_kind is kind]
        in_time = sorted(views, key=lambda view: view.assessed_on.earliest)
        for before, after in pairwise(in_time):
            same = before.progress is after.progress
            assert not before.progress.ended or same or after.reopens
