"""Refusals of lists that are too long, whatever stands in them."""

from dataclasses import replace
from typing import Final

from ledger.commands import AssessProgress, CorrectCommitment, RecordCommitment
from ledger.facts.source import Citation
from ledger.rules.amounts import TooMany
from ledger.vocabulary import AssessorKind, CorrectionReason, Progress
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    ASSESSMENT,
    COMMITMENT,
    COMMITMENT_CONTENT,
    HISTORIES,
    MET_ON,
    NEW,
    NOBODY,
    QUOTE,
)

TOPICS: Final = tuple(f"topic-{number}" for number in range(51))

AMOUNTS: Final = (
    Case(
        "more topics than anybody reads",
        (),
        RecordCommitment(id=NEW, content=replace(COMMITMENT_CONTENT, topics=TOPICS)),
        TooMany,
        "/content/topics",
    ),
    Case(
        "more promisees than anybody knows",
        HISTORIES[COMMITMENT],
        CorrectCommitment(
            id=COMMITMENT,
            content=replace(COMMITMENT_CONTENT, promisees=(NOBODY,) * 201),
            reason=CorrectionReason.MISREADING,
        ),
        TooMany,
        "/content/promisees",
    ),
    Case(
        "more citations than anybody checks",
        HISTORIES[COMMITMENT],
        AssessProgress(
            id=COMMITMENT,
            assessment=ASSESSMENT,
            assessed_on=MET_ON,
            assessor_kind=AssessorKind.OFFICIAL,
            progress=Progress.IN_PROGRESS,
            citations=(Citation(source=NOBODY, quotation=QUOTE),) * 201,
            rubric="1",
        ),
        TooMany,
        "/citations",
    ),
)
