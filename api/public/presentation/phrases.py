"""Sentences and titles that the pages say about records."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.core import UnknownLocaleError

from api.public.presentation.calendar import deadline, spoken
from api.public.presentation.terms import definition, label
from ledger.dates import PartialDate
from projections.documents import (
    AssessmentView,
    CitationView,
    Commitment,
    DueView,
    FactView,
    RedactionView,
    StrengthView,
)

WITHHELD: Final = "words withheld"

WITHHELD_REASON: Final = (
    "These words are withheld. They were removed because a law or somebody’s safety asks for it; "
    "their place in the ledger, their hash and the reason stay on record."
)

_PARTS: Final[Mapping[str, str]] = {"words": "Words", "attachment": "The long text"}


def withheld_by(redaction: RedactionView) -> str:
    """What went, why and by whose order; the fact that says so stands beside it as a link."""
    part = _PARTS.get(redaction["part"], "Words")
    reason = label(redaction["basis"])
    return f"{part} withheld: {reason}, by order {redaction['authority']}"


def redactions_of(facts: Sequence[FactView]) -> list[tuple[FactView, RedactionView]]:
    """Each redaction of a record, beside the fact that lost words."""
    return [(fact, redaction) for fact in facts for redaction in fact["redactions"]]


_CHECKS: Final[Mapping[str, str]] = {
    "found": "found in the text",
    "not_found": "not found in the text",
    "ambiguous": "found more than once",
    "not_checkable": "not yet checkable",
}

_SPEAKING: Final[Mapping[str, tuple[str, str]]] = {
    "concern": ("Raised by", "Raised with"),
    "request": ("Asked by", "Asked of"),
    "refusal": ("Refused by", "Refused to"),
    "appreciation": ("Said by", "About or to"),
}


_ASSESSORS: Final[Mapping[str, str]] = {
    "self": "the promisor itself",
    "official": "an official body",
    "independent": "an independent assessor",
    "promisee": "the promisee",
}

_ELEMENTS: Final[Mapping[str, str]] = {
    "deliverable": "what is to be delivered",
    "measure": "how much of it",
    "time": "by when",
    "owner": "who is to do it",
}

_TONES: Final[Mapping[str, str]] = {
    "fulfilled": "good",
    "addresses": "good",
    "fulfils": "good",
    "found": "good",
    "finalised": "good",
    "partly_fulfilled": "going",
    "in_progress": "going",
    "advances": "going",
    "not_fulfilled": "bad",
    "abandoned": "bad",
    "contradicts": "bad",
    "contradiction": "bad",
    "not_found": "bad",
    "voided": "bad",
    "overdue": "bad",
    "stalled": "doubt",
    "not_started": "doubt",
    "disputed": "doubt",
    "ambiguous": "doubt",
    "late": "doubt",
    "stale": "doubt",
    "review_due": "doubt",
    "quote_unverified": "doubt",
    "self_reported_only": "doubt",
}


def tone(code: str) -> str:
    """The colour family of a code. Colour only repeats what the words beside it say."""
    return _TONES.get(code, "still")


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words as a list in a sentence: "a", "a and b", "a, b and c"."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def joint(index: int, count: int) -> str:
    """What stands before the member at `index` (from 0) of a list in a sentence."""
    if index == 0:
        return ""
    return " and " if index == count - 1 else ", "


def counted(number: int, one: str, many: str = "") -> str:
    """How many: "1 meeting", "2 meetings"; `many` where an s is not enough."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def capital(sentence: str) -> str:
    """With its first letter large and the rest as it was."""
    return sentence[:1].upper() + sentence[1:]


def due_words(due: DueView) -> str:
    """When it is due: "between 22 and 27 February 2022"."""
    return deadline(due["earliest"], due["latest"])


def assessor_words(assessor_kind: str) -> str:
    """Who assessed, where no name is on record: "an independent assessor"."""
    return _ASSESSORS.get(assessor_kind, assessor_kind)


def element_words(element: str) -> str:
    """One of the four things that make words checkable, in plain words."""
    return _ELEMENTS.get(element, element)


def checkable(strength: StrengthView) -> str:
    """Why the words can or cannot be checked, named by the elements they hold."""
    held = [element_words(name) for name, there in strength["elements"].items() if there]
    if strength["verifiable"]:
        return f"Can be checked: the words say {listed(held)}."
    if not held:
        return (
            "Cannot be checked: the words say neither what is to be delivered nor anything to "
            "measure it by."
        )
    if strength["elements"].get("deliverable"):
        return f"Cannot be checked: the words say {listed(held)}, and nothing to hold it to."
    return f"Cannot be checked: the words say {listed(held)}, but not what is to be delivered."


def differing_attribution(citations: Sequence[CitationView]) -> bool:
    """Whether sources that give the origin of the words name different speakers."""
    return len(_attributions(citations)) > 1


def _attributions(citations: Sequence[CitationView]) -> set[str]:
    """Who spoke, as each source puts it. A contradicting heading attributes nothing."""
    quotations = [each["quotation"] for each in citations if each["role"] != "fulfilment"]
    return {quotation["attributed_to"] for quotation in quotations if quotation["attributed_to"]}


def latest_by_assessor(assessments: Sequence[AssessmentView]) -> list[AssessmentView]:
    """Each assessor's newest assessment, in the order given (newest first): what they hold now."""
    newest: dict[tuple[str, str], AssessmentView] = {}
    for each in assessments:
        assessor = each["assessor"]
        newest.setdefault((each["assessor_kind"], assessor["id"] if assessor else ""), each)
    return list(newest.values())


def unassessed(commitment: Commitment) -> str:
    """What to say beside the status while outcomes are on record and nobody has judged them.

    Empty otherwise. It takes no side: an outcome bears on a commitment, people assess it.
    """
    count = len({bearing["outcome"]["id"] for bearing in commitment["outcomes"]})
    if commitment["assessments"] or not count:
        return ""
    bearing = "An outcome that bears" if count == 1 else f"{count} outcomes that bear"
    return f"{bearing} on it {'is' if count == 1 else 'are'} on record; nobody has assessed it yet."


def flag_reason(flag: str, commitment: Commitment) -> str:
    """The rule that derived the flag, and what it met in this commitment."""
    return " ".join(filter(None, (definition("flag", flag), _instance(flag, commitment))))


def _instance(flag: str, commitment: Commitment) -> str:
    due, review_on = commitment["due"], commitment["review_on"]
    match flag:
        case "overdue" if due and unassessed(commitment):
            return (
                f"{_latest(due)} An outcome is on record, but only an assessment ends a "
                "commitment, and nobody has made one yet."
            )
        case "overdue" | "late" if due:
            return _latest(due)
        case "review_due" if review_on:
            return f"Somebody was to look again by {spoken(review_on)}."
        case _:
            return ""


def _latest(due: DueView) -> str:
    """A month or a year is over when its last day is."""
    day = due["latest"]
    last = spoken(day) if PartialDate(day).precision == "day" else f"the last of {spoken(day)}"
    return f"The latest due day was {last}."


def check_words(check: str) -> str:
    """Whether a quotation was found again, in three words."""
    return _CHECKS.get(check, check)


def speaking(kind: str) -> tuple[str, str]:
    """How a page names the two sides of a statement of this kind."""
    return _SPEAKING.get(kind, ("Said by", "Said to"))


@lru_cache(maxsize=256)
def language(tag: str) -> str:
    """A BCP 47 tag in words; a tag that nobody knows stays as it is."""
    if tag == "und":
        return "not stated"
    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (ValueError, UnknownLocaleError):
        return tag
