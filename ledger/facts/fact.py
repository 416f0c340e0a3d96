"""What every fact has, and how a field says that it holds words and may be forgotten."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, NewType

from ledger.dates import PartialDate

StreamId = NewType("StreamId", str)
"""Opaque lower-case UUID in its 36-character form; so are the ids below."""
QuotationId = NewType("QuotationId", str)
MembershipId = NewType("MembershipId", str)
MilestoneId = NewType("MilestoneId", str)
AssessmentId = NewType("AssessmentId", str)
DisputeId = NewType("DisputeId", str)
ReplyId = NewType("ReplyId", str)
AccountId = NewType("AccountId", str)


class InWords:
    """Marks a field whose value is what people wrote: stored apart, salted, erasable."""


class InAttachment:
    """Marks a field that is stored as an attachment of its own: long, salted, erasable."""


Words = Annotated[str, InWords]
Attachment = Annotated[str, InAttachment]


class Withheld(str):
    """Words that were redacted: empty text that knows it. Folding a redacted fact goes on."""

    __slots__ = ()


WITHHELD: Final = Withheld()


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened. `effective_on` is the world's clock: when it was so.

    The ledger's own clock, and who recorded the fact, stand in the record around it
    (`ledger.store.port.StoredFact`), not in the fact.
    """

    TOPIC: ClassVar[str]
    effective_on: PartialDate
