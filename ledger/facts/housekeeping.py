"""Facts about the ledger itself."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.facts.fact import AccountId, Fact
from ledger.vocabulary import RedactionBasis


@dataclass(frozen=True, kw_only=True)
class RedactionApplied(Fact):
    """The words of one part are gone; its place and its hash stay.

    `index` is the 0-based leaf index, `part` the part's name, `c` its commitment in hex.
    `authority` is an opaque code of the order, never a name. Whoever recorded this approved what
    `proposed_by` asked for; None in facts from before that was kept.
    """

    TOPIC: ClassVar = "redaction.applied/1"
    index: int
    part: str
    c: str
    basis: RedactionBasis
    authority: str
    proposed_by: AccountId | None = None
