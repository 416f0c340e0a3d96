"""Refusals about outcomes."""

from dataclasses import replace
from typing import Final

from ledger.commands import CorrectOutcome, RecordOutcome
from ledger.dates import PartialDate
from ledger.facts.assessment import Bearing
from ledger.facts.commitment import CommitmentVoided
from ledger.facts.fact import StreamId
from ledger.facts.source import Citation
from ledger.rules.between import NothingToAddress, NothingWasPromised, VoidedReference
from ledger.rules.days import InTheFuture
from ledger.rules.dispute import UnknownSubject
from ledger.rules.evidence import CitedTwice
from ledger.rules.outcome import BearsOnItTwice, BearsOnNothing
from ledger.rules.source import UnknownSource
from ledger.vocabulary import CorrectionReason, Effect, VoidReason
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    BAD_STATEMENT,
    COMMITMENT,
    CONCERN,
    HAPPENED,
    MET_ON,
    NEW,
    NOBODY,
    ORIGIN,
    OUTCOME,
    OUTCOME_CONTENT,
    PROMISED,
    QUOTE,
    SOURCE,
    UNDERTAKING,
)
from tests.unit.ledger.scenario import TOMORROW

MAY: Final = PartialDate("2022-05-09")


def bearing(*bearings: tuple[StreamId, Effect]) -> RecordOutcome:
    bears_on = tuple(Bearing(subject=subject, effect=effect) for subject, effect in bearings)
    content = replace(OUTCOME_CONTENT, bears_on=bears_on)
    return RecordOutcome(id=NEW, content=content, happened_on=MAY)


def citing(*citations: Citation) -> RecordOutcome:
    content = replace(OUTCOME_CONTENT, citations=citations)
    return RecordOutcome(id=NEW, content=content, happened_on=MAY)


OUTCOMES: Final = (
    Case(
        "an outcome bears on something",
        [],
        bearing(),
        BearsOnNothing,
        "/content/bears_on",
    ),
    Case(
        "an outcome bears on a record once",
        [],
        bearing((CONCERN, Effect.ADDRESSES), (CONCERN, Effect.BEARS_ON)),
        BearsOnItTwice,
        "/content/bears_on/1/subject",
    ),
    Case(
        "an outcome bears on what is on record",
        [],
        bearing((CONCERN, Effect.ADDRESSES), (NOBODY, Effect.BEARS_ON)),
        UnknownSubject,
        "/content/bears_on/1/subject",
    ),
    Case(
        "an outcome bears on no source",
        [],
        bearing((SOURCE, Effect.BEARS_ON)),
        UnknownSubject,
        "/content/bears_on/0/subject",
    ),
    Case(
        "an outcome bears on no voided statement",
        [],
        bearing((BAD_STATEMENT, Effect.BEARS_ON)),
        VoidedReference,
        "/content/bears_on/0/subject",
    ),
    Case(
        "an outcome bears on no voided commitment",
        [],
        bearing((COMMITMENT, Effect.FULFILS)),
        VoidedReference,
        "/content/bears_on/0/subject",
        knowing={
            COMMITMENT: [
                PROMISED,
                CommitmentVoided(effective_on=MET_ON, reason=VoidReason.TEST),
            ]
        },
    ),
    Case(
        "a commitment is not addressed",
        [],
        bearing((CONCERN, Effect.ADDRESSES), (COMMITMENT, Effect.ADDRESSES)),
        NothingToAddress,
        "/content/bears_on/1/effect",
    ),
    Case(
        "an undertaking is not addressed",
        [],
        bearing((UNDERTAKING, Effect.ADDRESSES)),
        NothingToAddress,
        "/content/bears_on/0/effect",
    ),
    Case(
        "a concern is not fulfilled",
        [],
        bearing((CONCERN, Effect.FULFILS)),
        NothingWasPromised,
        "/content/bears_on/0/effect",
    ),
    Case(
        "an undertaking is advanced through its commitment",
        [],
        bearing((UNDERTAKING, Effect.ADVANCES)),
        NothingWasPromised,
        "/content/bears_on/0/effect",
    ),
    Case(
        "nothing happens in the future",
        [],
        RecordOutcome(id=NEW, content=OUTCOME_CONTENT, happened_on=PartialDate(TOMORROW)),
        InTheFuture,
        "/happened_on",
    ),
    Case(
        "nothing is corrected into the future",
        [HAPPENED],
        CorrectOutcome(
            id=OUTCOME,
            content=OUTCOME_CONTENT,
            happened_on=PartialDate(TOMORROW),
            reason=CorrectionReason.TRANSCRIPTION,
        ),
        InTheFuture,
        "/happened_on",
    ),
    Case(
        "a corrected outcome bears on something",
        [HAPPENED],
        CorrectOutcome(
            id=OUTCOME,
            content=replace(OUTCOME_CONTENT, bears_on=()),
            happened_on=MAY,
            reason=CorrectionReason.TRANSCRIPTION,
        ),
        BearsOnNothing,
        "/content/bears_on",
    ),
    Case(
        "a corrected outcome does not fulfil a concern",
        [HAPPENED],
        CorrectOutcome(
            id=OUTCOME,
            content=bearing((CONCERN, Effect.FULFILS)).content,
            happened_on=MAY,
            reason=CorrectionReason.TRANSCRIPTION,
        ),
        NothingWasPromised,
        "/content/bears_on/0/effect",
    ),
    Case(
        "an outcome cites a quotation once in a role",
        [],
        citing(ORIGIN, ORIGIN),
        CitedTwice,
        "/content/citations/1",
    ),
    Case(
        "an outcome cites what is on record",
        [],
        citing(Citation(source=NOBODY, quotation=QUOTE)),
        UnknownSource,
        "/content/citations/0/source",
    ),
)
