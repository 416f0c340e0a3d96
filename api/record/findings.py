"""What became of a record's quotations: whether each one stands in the archived text."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from api.record.plan import Step
from api.record.problems import Problem
from ledger.commands import TakeQuotation
from ledger.facts import AnyFact
from ledger.facts.fact import Withheld, Words
from ledger.facts.source import QuotationTaken
from ledger.service import Ledger
from ledger.store.port import Receipt
from ledger.vocabulary import QuotationCheck

LONGEST_EXCERPT: Final = 60

_DOUBTS: Final[Mapping[QuotationCheck, str]] = {
    QuotationCheck.NOT_FOUND: (
        "{words} is not found in the archived text of its source. The page says so beside the "
        "words, and a commitment or statement that cites them is marked “quote unverified”."
    ),
    QuotationCheck.AMBIGUOUS: (
        "{words} stands in the archived text of its source more than once, and the page says so: "
        "`prefix` or `suffix`, the words before or after, would tell which place is meant."
    ),
}


async def warnings_of(ledger: Ledger, receipt: Receipt, steps: Sequence[Step]) -> Sequence[Problem]:
    """The warnings of what is stored; a repeated request gets those of the first."""
    stored = await ledger.recorded(receipt, QuotationTaken.TOPIC)
    return warnings(steps, quotations(each.fact for each in stored))


def quotations(facts: Iterable[AnyFact]) -> Sequence[QuotationTaken]:
    """Those of the facts that took one."""
    return [fact for fact in facts if isinstance(fact, QuotationTaken)]


def warnings(steps: Iterable[Step], taken: Iterable[QuotationTaken]) -> Sequence[Problem]:
    """What readers will be told about quotations that the rules accept all the same."""
    found = {fact.quotation: fact for fact in taken}
    return [
        Problem(step.blame("/exact"), _DOUBTS[fact.check].format(words=_excerpt(fact.exact)))
        for step in steps
        if isinstance(step.command, TakeQuotation)
        and (fact := found.get(step.command.quotation)) is not None
        and fact.check in _DOUBTS
    ]


def tally(taken: Iterable[QuotationTaken]) -> Mapping[QuotationCheck, int]:
    """How many quotations came to each result; results that none came to are left out."""
    return Counter(fact.check for fact in taken)


def _excerpt(words: Words) -> str:
    if isinstance(words, Withheld):
        return "A quotation"
    line = " ".join(words.split())
    cut = line if len(line) <= LONGEST_EXCERPT else f"{line[: LONGEST_EXCERPT - 1].rstrip()}…"
    return f"“{cut}”"
