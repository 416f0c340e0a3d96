"""Refusals of redactions: who may order them, by what, and of what."""

from dataclasses import replace
from typing import Final

from ledger.commands import RedactParts, Target
from ledger.dates import PartialDate
from ledger.facts.fact import AccountId
from ledger.facts.housekeeping import RedactionApplied
from ledger.rules.housekeeping import (
    AppliedAlready,
    ApprovedByItsProposer,
    NamedTwice,
    NotAnAuthority,
    NothingToRedact,
    StructureStays,
)
from ledger.vocabulary import RedactionBasis
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import NEW

PROPOSER: Final = AccountId("00000000-0000-4000-8000-0000000000a1")
APPROVER: Final = AccountId("00000000-0000-4000-8000-0000000000a2")
WORDS: Final = Target(index=7, part="words", c="ab" * 32)
TEXT: Final = Target(index=7, part="attachment", c="cd" * 32)
ORDER: Final = RedactParts(
    id=NEW,
    targets=(WORDS, TEXT),
    basis=RedactionBasis.DATA_PROTECTION,
    authority="court-12/2026",
    proposed_by=PROPOSER,
    approved_by=APPROVER,
)
APPLIED: Final = RedactionApplied(
    effective_on=PartialDate("2022-06-30"),
    index=7,
    part="words",
    c="ab" * 32,
    basis=RedactionBasis.DATA_PROTECTION,
    authority="court-12/2026",
    proposed_by=PROPOSER,
)

REDACTIONS: Final = (
    Case(
        "nobody approves a redaction that they proposed",
        (),
        replace(ORDER, approved_by=PROPOSER),
        ApprovedByItsProposer,
        "/approved_by",
    ),
    Case("a redaction is carried out once", [APPLIED], ORDER, AppliedAlready, "/id"),
    Case(
        "an authority is no name",
        (),
        replace(ORDER, authority="Judge Amina Khan"),
        NotAnAuthority,
        "/authority",
    ),
    Case(
        "an authority has a number",
        (),
        replace(ORDER, authority="Khan"),
        NotAnAuthority,
        "/authority",
    ),
    Case("an authority is named", (), replace(ORDER, authority=""), NotAnAuthority, "/authority"),
    Case("a redaction of nothing", (), replace(ORDER, targets=()), NothingToRedact, "/targets"),
    Case(
        "a part cannot lose its words twice",
        (),
        replace(ORDER, targets=(WORDS, TEXT, WORDS)),
        NamedTwice,
        "/targets/2",
    ),
    Case(
        "the structure of a fact is not redacted",
        (),
        replace(ORDER, targets=(WORDS, replace(WORDS, part="facts"))),
        StructureStays,
        "/targets/1/part",
        ("words", "attachment"),
    ),
)
