"""What outcomes can do: happen, bear on records, be corrected, be voided."""

from dataclasses import replace

import pytest

from ledger.commands import CorrectOutcome, RecordOutcome, VoidOutcome
from ledger.dates import PartialDate
from ledger.facts.assessment import (
    Bearing,
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeVoided,
)
from ledger.facts.fact import StreamId
from ledger.rules.record import NothingCorrected
from ledger.vocabulary import CorrectionReason, Effect, StatementKind, VoidReason
from tests.unit.ledger.samples import (
    COMMITMENT,
    CONCERN,
    CONCERN_CONTENT,
    HAPPENED,
    NEW,
    OUTCOME,
    OUTCOME_CONTENT,
    UNDERTAKING,
    WORRIED,
)
from tests.unit.ledger.scenario import given

MAY = PartialDate("2022-05-09")


def test_an_outcome_is_true_from_the_day_on_which_it_happened() -> None:
    command = RecordOutcome(id=NEW, content=OUTCOME_CONTENT, happened_on=MAY)

    given().when(command).then(OutcomeRecorded(effective_on=MAY, content=OUTCOME_CONTENT))


@pytest.mark.parametrize(
    ("subject", "effect"),
    [
        (COMMITMENT, Effect.ADVANCES),
        (COMMITMENT, Effect.FULFILS),
        (COMMITMENT, Effect.CONTRADICTS),
        (COMMITMENT, Effect.BEARS_ON),
        (CONCERN, Effect.ADDRESSES),
        (CONCERN, Effect.CONTRADICTS),
        (UNDERTAKING, Effect.BEARS_ON),
    ],
)
def test_an_outcome_bears_on_a_record(subject: StreamId, effect: Effect) -> None:
    bearing = Bearing(subject=subject, effect=effect)
    content = replace(OUTCOME_CONTENT, bears_on=(bearing,))

    given().when(RecordOutcome(id=NEW, content=content, happened_on=MAY)).accepted()


def test_a_request_can_be_addressed() -> None:
    request = replace(WORRIED, content=replace(CONCERN_CONTENT, kind=StatementKind.REQUEST))
    command = RecordOutcome(id=NEW, content=OUTCOME_CONTENT, happened_on=MAY)

    given().knowing(CONCERN, request).when(command).accepted()


def test_a_corrected_outcome_happened_on_the_corrected_day() -> None:
    command = CorrectOutcome(
        id=OUTCOME,
        content=OUTCOME_CONTENT,
        happened_on=PartialDate("2022-05-08"),
        reason=CorrectionReason.TRANSCRIPTION,
        noticed_by="Ada",
    )

    given(HAPPENED).when(command).then(
        OutcomeCorrected(
            effective_on=PartialDate("2022-05-08"),
            content=OUTCOME_CONTENT,
            reason=CorrectionReason.TRANSCRIPTION,
            noticed_by="Ada",
        )
    )


def test_a_corrected_day_is_not_corrected_to_itself() -> None:
    corrected = OutcomeCorrected(
        effective_on=PartialDate("2022-05-08"),
        content=OUTCOME_CONTENT,
        reason=CorrectionReason.TRANSCRIPTION,
    )
    command = CorrectOutcome(
        id=OUTCOME,
        content=OUTCOME_CONTENT,
        happened_on=PartialDate("2022-05-08"),
        reason=CorrectionReason.TRANSCRIPTION,
    )

    given(HAPPENED, corrected).when(command).refused(NothingCorrected, "/content")


def test_the_content_alone_may_be_corrected() -> None:
    command = CorrectOutcome(
        id=OUTCOME,
        content=replace(OUTCOME_CONTENT, text="Some wires became faster."),
        happened_on=MAY,
        reason=CorrectionReason.MISREADING,
    )

    given(HAPPENED).when(command).accepted()


def test_a_voided_outcome_never_happened() -> None:
    given(HAPPENED).when(VoidOutcome(id=OUTCOME, reason=VoidReason.NOT_SAID)).then(
        OutcomeVoided(effective_on=MAY, reason=VoidReason.NOT_SAID)
    )
