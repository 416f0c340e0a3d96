"""Refusals about sources, archived texts and quotations."""

from dataclasses import replace
from hashlib import sha256
from typing import Final

from ledger.commands import ArchiveText, TakeQuotation
from ledger.dates import PartialDate
from ledger.facts.fact import QuotationId
from ledger.facts.source import TextArchived
from ledger.rules.days import InTheFuture
from ledger.rules.source import (
    AlreadyArchived,
    AnotherTextArchived,
    QuotationKnown,
    QuotedTwice,
)
from ledger.rules.stakeholder import MergedParty, UnknownParty
from ledger.rules.words import NoWords
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    DOUBLE,
    MET_ON,
    NOBODY,
    QUOTE,
    QUOTED,
    SOURCE,
    SOURCE_REGISTERED,
    ident,
)
from tests.unit.ledger.scenario import TOMORROW

TEXT: Final = "They will share a plan."
ARCHIVED: Final = TextArchived(
    effective_on=SOURCE_REGISTERED.effective_on,
    text=TEXT,
    sha256=sha256(TEXT.encode()).hexdigest(),
    retrieved_on=MET_ON,
)
TAKE: Final = TakeQuotation(
    id=SOURCE,
    quotation=QuotationId(ident("another")),
    exact=QUOTED.exact,
    prefix=QUOTED.prefix,
)
ARCHIVE: Final = ArchiveText(id=SOURCE, text=TEXT, retrieved_on=MET_ON)

SOURCES: Final = (
    Case(
        "the same text is archived once",
        [SOURCE_REGISTERED, ARCHIVED],
        ARCHIVE,
        AlreadyArchived,
        "/text",
    ),
    Case(
        "a source has one text",
        [SOURCE_REGISTERED, ARCHIVED],
        replace(ARCHIVE, text="They may."),
        AnotherTextArchived,
        "/text",
    ),
    Case(
        "an archived text has words",
        [SOURCE_REGISTERED],
        replace(ARCHIVE, text="\n"),
        NoWords,
        "/text",
    ),
    Case(
        "a text is not retrieved in the future",
        [SOURCE_REGISTERED],
        replace(ARCHIVE, retrieved_on=PartialDate(TOMORROW)),
        InTheFuture,
        "/retrieved_on",
    ),
    Case(
        "a quotation has words",
        [SOURCE_REGISTERED],
        replace(TAKE, exact=" "),
        NoWords,
        "/exact",
    ),
    Case(
        "a quotation id is used once",
        [SOURCE_REGISTERED, QUOTED],
        replace(TAKE, quotation=QUOTE, exact="other words"),
        QuotationKnown,
        "/quotation",
    ),
    Case(
        "the same words are quoted once",
        [SOURCE_REGISTERED, QUOTED],
        TAKE,
        QuotedTwice,
        "/exact",
    ),
    Case(
        "a speaker is registered",
        [SOURCE_REGISTERED],
        replace(TAKE, speaker=NOBODY),
        UnknownParty,
        "/speaker",
    ),
    Case(
        "a speaker is not a duplicate",
        [SOURCE_REGISTERED],
        replace(TAKE, speaker=DOUBLE),
        MergedParty,
        "/speaker",
    ),
)
