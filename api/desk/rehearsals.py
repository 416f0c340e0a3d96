"""A rehearsal: what a meeting record would put on record if it were recorded now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypedDict

from api.desk.receipts import ReceiptDocument, WarningLine, document, warning_line
from api.record.checking import Checked, placed
from api.record.findings import quotations, tally, warnings, warnings_of
from api.record.plan import Step
from api.record.problems import Place
from ledger.deciding import Context
from ledger.facts import AnyFact
from ledger.facts.stakeholder import OrganizationRegistered, PersonRegistered
from ledger.service import Ledger
from ledger.store.port import Receipt


class RehearsalDocument(TypedDict):
    """Either `recorded`, the receipt of an earlier recording with this key, or what is new.

    `facts` counts by type what would be stored, `names` are new to the ledger, `quotations`
    counts by what the search in the archived texts came to, `ids` tells the id behind each label.
    """

    recorded: ReceiptDocument | None
    facts: dict[str, int]
    ids: dict[str, str]
    names: list[str]
    quotations: dict[str, int]
    warnings: list[WarningLine]


async def rehearsed(
    ledger: Ledger,
    checked: Checked,
    steps: Sequence[Step],
    context: Context,
    places: Mapping[str, Place],
) -> RehearsalDocument:
    """Ask every rule and store nothing. Raise what recording it would raise."""
    outcome = await ledger.rehearse([step.command for step in steps], context)
    if isinstance(outcome, Receipt):
        doubts = placed(await warnings_of(ledger, outcome, steps), places)
        return _recorded(document(outcome, checked.named, doubts))
    taken = quotations(outcome)
    return {
        "recorded": None,
        "facts": Counter(fact.TOPIC for fact in outcome),
        "ids": dict(checked.named),
        "names": _names(outcome),
        "quotations": {check.value: count for check, count in tally(taken).items()},
        "warnings": [warning_line(each) for each in placed(warnings(steps, taken), places)],
    }


def _recorded(receipt: ReceiptDocument) -> RehearsalDocument:
    """Nothing would be stored a second time."""
    return {
        "recorded": receipt,
        "facts": {},
        "ids": receipt["ids"],
        "names": [],
        "quotations": {},
        "warnings": receipt["warnings"],
    }


def _names(facts: Sequence[AnyFact]) -> list[str]:
    return [
        fact.profile.name
        for fact in facts
        if isinstance(fact, OrganizationRegistered | PersonRegistered)
    ]
