"""What statements can do, replies and disputes included."""

from dataclasses import replace

import pytest

from ledger.commands import (
    CorrectStatement,
    OpenDispute,
    PublishReply,
    RecordStatement,
    ResolveDispute,
    VoidStatement,
)
from ledger.dates import PartialDate
from ledger.facts.dispute import DisputeOpened, DisputeResolved, ReplyPublished
from ledger.facts.fact import DisputeId, ReplyId, StreamId
from ledger.facts.statement import StatementCorrected, StatementRecorded, StatementVoided
from ledger.vocabulary import (
    CorrectionReason,
    DisputeGround,
    DisputeResolution,
    VoidReason,
)
from tests.unit.ledger.samples import (
    CLERK,
    COMMITMENT,
    COMPANY,
    CONCERN_CONTENT,
    DISPUTE,
    DISPUTED,
    DOUBLE,
    JUDGE,
    MET_ON,
    MINISTRY,
    NEW,
    PROMISED,
    REPLY,
    STATED,
    UNDERTAKING,
    UNDERTAKING_CONTENT,
    UNIVERSITY,
    ident,
)
from tests.unit.ledger.scenario import given

MARCH = PartialDate("2022-03-10")


def test_a_statement_is_true_from_the_day_on_which_it_was_said() -> None:
    command = RecordStatement(id=NEW, content=UNDERTAKING_CONTENT, said_on=MET_ON)

    given().when(command).then(StatementRecorded(effective_on=MET_ON, content=UNDERTAKING_CONTENT))


def test_somebody_may_speak_and_be_addressed() -> None:
    both = (COMPANY, MINISTRY)
    content = replace(CONCERN_CONTENT, speakers=both, addressees=both)

    given().when(RecordStatement(id=NEW, content=content, said_on=MET_ON)).accepted()


def test_a_correction_of_a_statement_is_true_from_the_start() -> None:
    command = CorrectStatement(
        id=UNDERTAKING,
        content=CONCERN_CONTENT,
        reason=CorrectionReason.MISREADING,
        noticed_by="Ada",
    )

    given(STATED).when(command).then(
        StatementCorrected(
            effective_on=MET_ON,
            content=CONCERN_CONTENT,
            reason=CorrectionReason.MISREADING,
            noticed_by="Ada",
        )
    )


def test_a_voided_statement_was_never_right() -> None:
    given(STATED).when(VoidStatement(id=UNDERTAKING, reason=VoidReason.NOT_SAID)).then(
        StatementVoided(effective_on=MET_ON, reason=VoidReason.NOT_SAID)
    )


@pytest.mark.parametrize("party", [COMPANY, MINISTRY])
def test_speakers_and_addressees_of_a_statement_may_reply(party: StreamId) -> None:
    command = PublishReply(
        id=UNDERTAKING, reply=REPLY, party=party, text="We said so.", replied_on=MET_ON
    )

    given(STATED).when(command).then(
        ReplyPublished(effective_on=MET_ON, reply=REPLY, party=party, text="We said so.")
    )


@pytest.mark.parametrize("party", [COMPANY, MINISTRY, UNIVERSITY])
def test_everybody_named_in_a_commitment_may_reply(party: StreamId) -> None:
    command = PublishReply(
        id=COMMITMENT, reply=REPLY, party=party, text="We meant it.", replied_on=MARCH
    )

    given(PROMISED).when(command).accepted()


def test_a_party_that_was_merged_since_may_still_reply() -> None:
    stated = replace(STATED, content=replace(UNDERTAKING_CONTENT, speakers=(DOUBLE,)))
    command = PublishReply(
        id=UNDERTAKING, reply=REPLY, party=DOUBLE, text="We said so.", replied_on=MARCH
    )

    given(stated).when(command).accepted()


def test_a_party_may_reply_twice() -> None:
    first = ReplyPublished(effective_on=MARCH, reply=REPLY, party=COMPANY, text="Yes.")
    command = PublishReply(
        id=UNDERTAKING,
        reply=ReplyId(ident("second")),
        party=COMPANY,
        text="Yes, yes.",
        replied_on=MARCH,
    )

    given(STATED, first).when(command).accepted()


def test_anybody_may_open_a_dispute() -> None:
    command = OpenDispute(
        id=UNDERTAKING,
        dispute=DISPUTE,
        ground=DisputeGround.WRONG_PARTY,
        opened_by=CLERK,
        text="It was somebody else.",
        opened_on=MET_ON,
    )

    given(STATED).when(command).then(
        DisputeOpened(
            effective_on=MET_ON,
            dispute=DISPUTE,
            ground=DisputeGround.WRONG_PARTY,
            opened_by=CLERK,
            text="It was somebody else.",
        )
    )


@pytest.mark.parametrize(("record", "about"), [(STATED, UNDERTAKING), (PROMISED, COMMITMENT)])
def test_somebody_else_resolves_a_dispute(record: StatementRecorded, about: StreamId) -> None:
    command = ResolveDispute(
        id=about,
        dispute=DISPUTE,
        resolution=DisputeResolution.PARTLY_UPHELD,
        resolved_by=JUDGE,
        text="In part.",
        resolved_on=MARCH,
    )

    given(record, DISPUTED).when(command).then(
        DisputeResolved(
            effective_on=MARCH,
            dispute=DISPUTE,
            resolution=DisputeResolution.PARTLY_UPHELD,
            resolved_by=JUDGE,
            text="In part.",
        )
    )


def test_two_disputes_are_resolved_apart() -> None:
    second = replace(DISPUTED, dispute=DisputeId(ident("second")))
    resolved = DisputeResolved(
        effective_on=MARCH,
        dispute=DISPUTE,
        resolution=DisputeResolution.REJECTED,
        resolved_by=JUDGE,
        text="No.",
    )
    command = ResolveDispute(
        id=UNDERTAKING,
        dispute=second.dispute,
        resolution=DisputeResolution.UPHELD,
        resolved_by=JUDGE,
        text="Yes.",
        resolved_on=MARCH,
    )

    given(STATED, DISPUTED, second, resolved).when(command).accepted()
