"""Citations: which quotations a record rests on, each once in each role."""

from collections.abc import Sequence

from ledger.errors import Invalid
from ledger.facts.source import Citation
from ledger.vocabulary import QuotationRole


class CitedTwice(Invalid):
    """The quotation is cited twice in the same role; cite it once."""


def check_citations(citations: Sequence[Citation], pointer: str) -> None:
    seen: set[Citation] = set()
    for index, citation in enumerate(citations):
        if citation in seen:
            raise CitedTwice(pointer=f"{pointer}/{index}")
        seen.add(citation)


def cites(citations: Sequence[Citation], role: QuotationRole) -> bool:
    return any(citation.role is role for citation in citations)
