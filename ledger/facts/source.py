"""Facts about sources: where something was said, the archived text, and quotations from it."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.dates import PartialDate
from ledger.facts.fact import Attachment, Fact, QuotationId, StreamId, Words
from ledger.vocabulary import (
    Basis,
    CorrectionReason,
    QuotationCheck,
    QuotationRole,
    VoidReason,
)


@dataclass(frozen=True, kw_only=True)
class SourceProfile:
    """`claimed_on` is the date the source prints on itself, right or not; `language` is BCP 47."""

    publisher: Words
    title: Words
    url: Words = ""
    claimed_on: PartialDate | None = None
    language: str = "und"
    basis: Basis


@dataclass(frozen=True, kw_only=True)
class SourceRegistered(Fact):
    """Something was published; its text may be archived later."""

    TOPIC: ClassVar = "source.registered/1"
    profile: SourceProfile


@dataclass(frozen=True, kw_only=True)
class SourceCorrected(Fact):
    """The profile was wrong from the start; this is the whole right one."""

    TOPIC: ClassVar = "source.corrected/1"
    profile: SourceProfile
    reason: CorrectionReason
    noticed_by: Words = ""


@dataclass(frozen=True, kw_only=True)
class SourceVoided(Fact):
    """The record was wholly wrong: there is no such source."""

    TOPIC: ClassVar = "source.voided/1"
    reason: VoidReason


@dataclass(frozen=True, kw_only=True)
class TextArchived(Fact):
    """`sha256` is of the text in UTF-8, lower-case hex; `retrieved_on` is the day of retrieval."""

    TOPIC: ClassVar = "source.text_archived/1"
    text: Attachment
    sha256: Words
    retrieved_on: PartialDate


@dataclass(frozen=True, kw_only=True)
class QuotationTaken(Fact):
    """W3C Web Annotation TextQuoteSelector: `exact`, with `prefix` and `suffix` around it.

    `start` is a 0-based index in code points of the archived text, None unless found.
    `attributed_to` repeats the source's own words for who spoke; `speaker` is who that is.
    """

    TOPIC: ClassVar = "quotation.taken/1"
    quotation: QuotationId
    exact: Words
    prefix: Words = ""
    suffix: Words = ""
    in_heading: bool = False
    attributed_to: Words = ""
    speaker: StreamId | None = None
    check: QuotationCheck
    start: int | None = None


@dataclass(frozen=True, kw_only=True)
class QuotationRechecked(Fact):
    """A text was archived later, so an earlier quotation was looked for again."""

    TOPIC: ClassVar = "quotation.rechecked/1"
    quotation: QuotationId
    check: QuotationCheck
    start: int | None = None


@dataclass(frozen=True, kw_only=True)
class Citation:
    """Points from another stream to a quotation in a source's stream."""

    source: StreamId
    quotation: QuotationId
    role: QuotationRole = QuotationRole.ORIGIN


SourceFact = (
    SourceRegistered
    | SourceCorrected
    | SourceVoided
    | TextArchived
    | QuotationTaken
    | QuotationRechecked
)
