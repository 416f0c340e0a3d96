"""Statements: what a quotation says, by whom, to whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, assert_never

from ledger.commands import CorrectStatement, RecordStatement, VoidStatement
from ledger.dates import PartialDate
from ledger.errors import Invalid, Unknown
from ledger.facts.dispute import DisputeFact
from ledger.facts.statement import (
    StatementContent,
    StatementCorrected,
    StatementFact,
    StatementRecorded,
    StatementVoided,
)
from ledger.rules import dispute
from ledger.rules.days import past
from ledger.rules.dispute import DisputeCommand, Objections, Subject
from ledger.rules.evidence import check_citations
from ledger.rules.parties import check_side
from ledger.rules.record import refuse_taken, refuse_unchanged, refuse_voided
from ledger.rules.words import check_remark, check_text, check_topics

StatementCommand = RecordStatement | CorrectStatement | VoidStatement


class UnknownStatement(Unknown):
    """No statement has this id; record it first, or name one that is recorded."""


class NobodySpeaks(Invalid):
    """A statement is somebody's; name at least one speaker."""


class Statement(NamedTuple):
    """`began` is the day it was said."""

    began: PartialDate
    content: StatementContent
    objections: Objections = Objections()
    voided: bool = False


def decide(
    command: StatementCommand | DisputeCommand, state: Statement | None, now: datetime
) -> Sequence[StatementFact | DisputeFact]:
    """Raise a refusal, or say what happens."""
    if isinstance(command, RecordStatement):
        refuse_taken(state)
        return _recorded(command, now)
    if state is None:
        raise UnknownStatement(pointer="/id")
    refuse_voided(voided=state.voided)
    match command:
        case CorrectStatement():
            return _corrected(command, state)
        case VoidStatement():
            return [StatementVoided(effective_on=state.began, reason=command.reason)]
        case _:
            return dispute.decide(command, _subject(state), now)


def _recorded(command: RecordStatement, now: datetime) -> Sequence[StatementFact]:
    _check_content(command.content)
    said_on = past(command.said_on, now, "/said_on")
    return [StatementRecorded(effective_on=said_on, content=command.content)]


def _check_content(content: StatementContent) -> None:
    if not content.speakers:
        raise NobodySpeaks(pointer="/content/speakers")
    check_side(content.speakers, "/content/speakers")
    check_side(content.addressees, "/content/addressees")
    check_text(content.text, "/content/text")
    check_citations(content.citations, "/content/citations")
    check_topics(content.topics, "/content/topics")


def _corrected(command: CorrectStatement, state: Statement) -> Sequence[StatementFact]:
    _check_content(command.content)
    check_remark(command.noticed_by, "/noticed_by")
    refuse_unchanged(state.content, command.content, "/content")
    return [
        StatementCorrected(
            effective_on=state.began,
            content=command.content,
            reason=command.reason,
            noticed_by=command.noticed_by,
        )
    ]


def _subject(state: Statement) -> Subject:
    parties = {*state.content.speakers, *state.content.addressees}
    return Subject(state.began, parties, state.objections)


def evolve(state: Statement | None, fact: StatementFact | DisputeFact) -> Statement:
    """The statement after the fact; `decide` sees to it that the first one records it."""
    if isinstance(fact, StatementRecorded):
        return Statement(fact.effective_on, fact.content)
    if state is None:
        raise UnknownStatement
    if isinstance(fact, DisputeFact):
        return state._replace(objections=dispute.evolve(state.objections, fact))
    match fact:
        case StatementCorrected():
            return state._replace(content=fact.content)
        case StatementVoided():
            return state._replace(voided=True)
        case _:
            assert_never(fact)
