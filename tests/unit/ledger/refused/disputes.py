"""Refusals about replies and disputes."""

from dataclasses import replace
from typing import Final

from ledger.commands import OpenDispute, PublishReply, ResolveDispute
from ledger.dates import PartialDate
from ledger.facts.dispute import DisputeResolved, ReplyPublished
from ledger.rules.days import BeforeItBegan, InTheFuture
from ledger.rules.dispute import (
    AlreadyResolved,
    DisputeKnown,
    NotAParty,
    ReplyKnown,
    ResolvedByItsOpener,
    UnknownDispute,
)
from ledger.rules.stakeholder import MergedParty, UnknownParty
from ledger.rules.words import NoWords
from ledger.vocabulary import DisputeGround, DisputeResolution
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    CLERK,
    COMMITMENT,
    COMPANY,
    DISPUTE,
    DISPUTED,
    DOUBLE,
    JUDGE,
    NOBODY,
    PERSON,
    PROMISED,
    REPLY,
    STATED,
    UNDERTAKING,
    UNIVERSITY,
)
from tests.unit.ledger.scenario import TOMORROW

AHEAD: Final = PartialDate(TOMORROW)
BEFORE: Final = PartialDate("2022-02-14")
MARCH: Final = PartialDate("2022-03-10")
ANSWER: Final = PublishReply(
    id=COMMITMENT, reply=REPLY, party=COMPANY, text="We meant it.", replied_on=MARCH
)
OPEN: Final = OpenDispute(
    id=COMMITMENT,
    dispute=DISPUTE,
    ground=DisputeGround.NOT_SAID,
    party=COMPANY,
    opened_by=CLERK,
    text="Nobody said so.",
    opened_on=MARCH,
)
RESOLVE: Final = ResolveDispute(
    id=COMMITMENT,
    dispute=DISPUTE,
    resolution=DisputeResolution.REJECTED,
    resolved_by=JUDGE,
    text="They did.",
    resolved_on=MARCH,
)
RESOLVED: Final = DisputeResolved(
    effective_on=MARCH,
    dispute=DISPUTE,
    resolution=DisputeResolution.UPHELD,
    resolved_by=JUDGE,
    text="They did not.",
)
ANSWERED: Final = ReplyPublished(
    effective_on=MARCH, reply=REPLY, party=COMPANY, text="We meant it."
)

DISPUTES: Final = (
    Case("a reply has words", [PROMISED], replace(ANSWER, text=" "), NoWords, "/text"),
    Case("a reply id is used once", [PROMISED, ANSWERED], ANSWER, ReplyKnown, "/reply"),
    Case(
        "only a party of a commitment replies",
        [PROMISED],
        replace(ANSWER, party=PERSON),
        NotAParty,
        "/party",
    ),
    Case(
        "only a party of a statement replies",
        [STATED],
        replace(ANSWER, id=UNDERTAKING, party=UNIVERSITY),
        NotAParty,
        "/party",
    ),
    Case(
        "who replies is registered",
        [PROMISED],
        replace(ANSWER, party=NOBODY),
        UnknownParty,
        "/party",
    ),
    Case(
        "nobody replies in the future",
        [PROMISED],
        replace(ANSWER, replied_on=AHEAD),
        InTheFuture,
        "/replied_on",
    ),
    Case(
        "nobody replies before the promise",
        [PROMISED],
        replace(ANSWER, replied_on=BEFORE),
        BeforeItBegan,
        "/replied_on",
    ),
    Case("a dispute id is used once", [PROMISED, DISPUTED], OPEN, DisputeKnown, "/dispute"),
    Case(
        "who disputes is registered",
        [PROMISED],
        replace(OPEN, party=NOBODY),
        UnknownParty,
        "/party",
    ),
    Case(
        "who disputes is not a duplicate",
        [PROMISED],
        replace(OPEN, party=DOUBLE),
        MergedParty,
        "/party",
    ),
    Case(
        "nothing is disputed in the future",
        [PROMISED],
        replace(OPEN, opened_on=AHEAD),
        InTheFuture,
        "/opened_on",
    ),
    Case(
        "nothing is disputed before it was said",
        [STATED],
        replace(OPEN, id=UNDERTAKING, opened_on=BEFORE),
        BeforeItBegan,
        "/opened_on",
    ),
    Case("a dispute that is resolved was opened", [PROMISED], RESOLVE, UnknownDispute, "/dispute"),
    Case(
        "a dispute is resolved once",
        [PROMISED, DISPUTED, RESOLVED],
        RESOLVE,
        AlreadyResolved,
        "/dispute",
    ),
    Case(
        "a dispute is resolved by somebody else",
        [PROMISED, DISPUTED],
        replace(RESOLVE, resolved_by=CLERK),
        ResolvedByItsOpener,
        "/resolved_by",
    ),
    Case(
        "a dispute is not resolved before it was opened",
        [PROMISED, DISPUTED],
        replace(RESOLVE, resolved_on=PartialDate("2022-03-09")),
        BeforeItBegan,
        "/resolved_on",
    ),
    Case(
        "a dispute is not resolved in the future",
        [PROMISED, DISPUTED],
        replace(RESOLVE, resolved_on=AHEAD),
        InTheFuture,
        "/resolved_on",
    ),
)
