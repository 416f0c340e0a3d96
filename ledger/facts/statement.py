"""Facts about statements: what a quotation says, by whom, to whom."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.facts.fact import Fact, StreamId, Words
from ledger.facts.source import Citation
from ledger.vocabulary import CorrectionReason, StatementKind, VoidReason


@dataclass(frozen=True, kw_only=True)
class StatementContent:
    """`speakers` raise it, `addressees` hear it; `text` is the recorder's plain summary."""

    kind: StatementKind
    speakers: tuple[StreamId, ...]
    addressees: tuple[StreamId, ...] = ()
    text: Words
    citations: tuple[Citation, ...] = ()
    meeting: StreamId | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StatementRecorded(Fact):
    """`effective_on` is the day it was said."""

    TOPIC: ClassVar = "statement.recorded/1"
    content: StatementContent


@dataclass(frozen=True, kw_only=True)
class StatementCorrected(Fact):
    """The record was wrong from the start; this is the whole right one."""

    TOPIC: ClassVar = "statement.corrected/1"
    content: StatementContent
    reason: CorrectionReason
    noticed_by: Words = ""


@dataclass(frozen=True, kw_only=True)
class StatementVoided(Fact):
    """The record was wholly wrong: there is no such statement."""

    TOPIC: ClassVar = "statement.voided/1"
    reason: VoidReason


StatementFact = StatementRecorded | StatementCorrected | StatementVoided
