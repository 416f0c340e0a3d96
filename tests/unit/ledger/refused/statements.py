"""Refusals about statements."""

from dataclasses import replace
from typing import Final

from ledger.commands import CorrectStatement, RecordStatement
from ledger.dates import PartialDate
from ledger.facts.fact import QuotationId
from ledger.facts.meeting import MeetingVoided
from ledger.facts.source import Citation
from ledger.facts.statement import StatementContent
from ledger.rules.between import VoidedReference
from ledger.rules.days import InTheFuture
from ledger.rules.evidence import CitedTwice
from ledger.rules.meeting import UnknownMeeting
from ledger.rules.parties import PartyTwice
from ledger.rules.source import UnknownQuotation, UnknownSource
from ledger.rules.stakeholder import MergedParty, UnknownParty
from ledger.rules.statement import NobodySpeaks
from ledger.vocabulary import CorrectionReason, VoidReason
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    BAD_SOURCE,
    COMPANY,
    CONCERN,
    DOUBLE,
    MEETING,
    MEETING_RECORDED,
    MET_ON,
    MINISTRY,
    NEW,
    NOBODY,
    ORIGIN,
    QUOTE,
    SOURCE,
    STATED,
    UNDERTAKING,
    UNDERTAKING_CONTENT,
    ident,
)
from tests.unit.ledger.scenario import TOMORROW


def recording(content: StatementContent) -> RecordStatement:
    return RecordStatement(id=NEW, content=content, said_on=MET_ON)


def citing(*citations: Citation) -> RecordStatement:
    return recording(replace(UNDERTAKING_CONTENT, citations=citations))


STATEMENTS: Final = (
    Case(
        "a statement has a speaker",
        [],
        recording(replace(UNDERTAKING_CONTENT, speakers=())),
        NobodySpeaks,
        "/content/speakers",
    ),
    Case(
        "a speaker is named once",
        [],
        recording(replace(UNDERTAKING_CONTENT, speakers=(COMPANY, MINISTRY, COMPANY))),
        PartyTwice,
        "/content/speakers/2",
    ),
    Case(
        "an addressee is named once",
        [],
        recording(replace(UNDERTAKING_CONTENT, addressees=(MINISTRY, MINISTRY))),
        PartyTwice,
        "/content/addressees/1",
    ),
    Case(
        "who speaks is registered",
        [],
        recording(replace(UNDERTAKING_CONTENT, speakers=(NOBODY,))),
        UnknownParty,
        "/content/speakers/0",
    ),
    Case(
        "who is addressed is registered",
        [],
        recording(replace(UNDERTAKING_CONTENT, addressees=(MINISTRY, SOURCE))),
        UnknownParty,
        "/content/addressees/1",
    ),
    Case(
        "who is addressed is not a duplicate",
        [],
        recording(replace(UNDERTAKING_CONTENT, addressees=(DOUBLE,))),
        MergedParty,
        "/content/addressees/0",
    ),
    Case(
        "nothing is said in the future",
        [],
        RecordStatement(id=NEW, content=UNDERTAKING_CONTENT, said_on=PartialDate(TOMORROW)),
        InTheFuture,
        "/said_on",
    ),
    Case(
        "a quotation is cited once in a role",
        [],
        citing(ORIGIN, ORIGIN),
        CitedTwice,
        "/content/citations/1",
    ),
    Case(
        "a cited source is registered",
        [],
        citing(Citation(source=NOBODY, quotation=QUOTE)),
        UnknownSource,
        "/content/citations/0/source",
    ),
    Case(
        "a cited source is a source",
        [],
        citing(Citation(source=CONCERN, quotation=QUOTE)),
        UnknownSource,
        "/content/citations/0/source",
    ),
    Case(
        "a cited source is not voided",
        [],
        citing(Citation(source=BAD_SOURCE, quotation=QUOTE)),
        VoidedReference,
        "/content/citations/0/source",
    ),
    Case(
        "a cited quotation was taken from its source",
        [],
        citing(ORIGIN, Citation(source=SOURCE, quotation=QuotationId(ident("no quotation")))),
        UnknownQuotation,
        "/content/citations/1/quotation",
    ),
    Case(
        "the meeting of a statement is on record",
        [],
        recording(replace(UNDERTAKING_CONTENT, meeting=NOBODY)),
        UnknownMeeting,
        "/content/meeting",
    ),
    Case(
        "the meeting of a statement is not voided",
        [],
        recording(UNDERTAKING_CONTENT),
        VoidedReference,
        "/content/meeting",
        knowing={
            MEETING: [
                MEETING_RECORDED,
                MeetingVoided(effective_on=MET_ON, reason=VoidReason.TEST),
            ]
        },
    ),
    Case(
        "a corrected statement has a speaker",
        [STATED],
        CorrectStatement(
            id=UNDERTAKING,
            content=replace(UNDERTAKING_CONTENT, speakers=()),
            reason=CorrectionReason.MISATTRIBUTION,
        ),
        NobodySpeaks,
        "/content/speakers",
    ),
    Case(
        "a corrected speaker is registered",
        [STATED],
        CorrectStatement(
            id=UNDERTAKING,
            content=replace(UNDERTAKING_CONTENT, speakers=(NOBODY,)),
            reason=CorrectionReason.MISATTRIBUTION,
        ),
        UnknownParty,
        "/content/speakers/0",
    ),
)
