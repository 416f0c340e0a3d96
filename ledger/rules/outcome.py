"""Outcomes: something happened, with evidence, and it bears on commitments or concerns."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, assert_never

from ledger.commands import CorrectOutcome, RecordOutcome, VoidOutcome
from ledger.dates import PartialDate
from ledger.errors import Invalid, Unknown
from ledger.facts.assessment import (
    Bearing,
    OutcomeContent,
    OutcomeCorrected,
    OutcomeFact,
    OutcomeRecorded,
    OutcomeVoided,
)
from ledger.facts.fact import StreamId
from ledger.rules.days import past
from ledger.rules.evidence import check_citations
from ledger.rules.record import refuse_taken, refuse_unchanged, refuse_voided
from ledger.rules.words import check_remark, check_text

OutcomeCommand = RecordOutcome | CorrectOutcome | VoidOutcome


class UnknownOutcome(Unknown):
    """No outcome has this id; record it first, or name one that is recorded."""


class BearsOnNothing(Invalid):
    """An outcome matters because of something said; name a commitment or statement it bears on."""


class BearsOnItTwice(Invalid):
    """The outcome bears on this record twice; say once which effect it has."""


class Outcome(NamedTuple):
    """`happened_on` moves when a correction says that the day was wrong."""

    began: PartialDate
    happened_on: PartialDate
    content: OutcomeContent
    voided: bool = False


def decide(command: OutcomeCommand, state: Outcome | None, now: datetime) -> Sequence[OutcomeFact]:
    """Raise a refusal, or say what happens."""
    if isinstance(command, RecordOutcome):
        refuse_taken(state)
        return _recorded(command, now)
    if state is None:
        raise UnknownOutcome(pointer="/id")
    refuse_voided(voided=state.voided)
    match command:
        case CorrectOutcome():
            return _corrected(command, state, now)
        case VoidOutcome():
            return [OutcomeVoided(effective_on=state.began, reason=command.reason)]
        case _:
            assert_never(command)


def _recorded(command: RecordOutcome, now: datetime) -> Sequence[OutcomeFact]:
    _check_content(command.content)
    happened_on = past(command.happened_on, now, "/happened_on")
    return [OutcomeRecorded(effective_on=happened_on, content=command.content)]


def _check_content(content: OutcomeContent) -> None:
    check_text(content.text, "/content/text")
    check_citations(content.citations, "/content/citations")
    _check_bearings(content.bears_on)


def _check_bearings(bearings: Sequence[Bearing]) -> None:
    if not bearings:
        raise BearsOnNothing(pointer="/content/bears_on")
    seen: set[StreamId] = set()
    for index, bearing in enumerate(bearings):
        if bearing.subject in seen:
            raise BearsOnItTwice(pointer=f"/content/bears_on/{index}/subject")
        seen.add(bearing.subject)


def _corrected(command: CorrectOutcome, state: Outcome, now: datetime) -> Sequence[OutcomeFact]:
    """The one correction whose day is its own: the fact has no other place for the right day."""
    _check_content(command.content)
    check_remark(command.noticed_by, "/noticed_by")
    refuse_unchanged(
        (state.content, state.happened_on), (command.content, command.happened_on), "/content"
    )
    return [
        OutcomeCorrected(
            effective_on=past(command.happened_on, now, "/happened_on"),
            content=command.content,
            reason=command.reason,
            noticed_by=command.noticed_by,
        )
    ]


def evolve(state: Outcome | None, fact: OutcomeFact) -> Outcome:
    """The outcome after the fact; `decide` sees to it that the first one records it."""
    if isinstance(fact, OutcomeRecorded):
        return Outcome(fact.effective_on, fact.effective_on, fact.content)
    if state is None:
        raise UnknownOutcome
    match fact:
        case OutcomeCorrected():
            return state._replace(content=fact.content, happened_on=fact.effective_on)
        case OutcomeVoided():
            return state._replace(voided=True)
        case _:
            assert_never(fact)
