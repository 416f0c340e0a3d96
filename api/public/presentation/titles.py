"""What each kind of record is called, summed up and listed under."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.public.presentation.addresses import SINGULAR
from api.public.presentation.phrases import WITHHELD, capital
from projections.port import Entity

SHELF_SIZE: Final = 20

SUMMARIES: Final[Mapping[str, str]] = {
    "commitments": (
        "What somebody undertook to do, read from quoted words, with its strength and what came "
        "of it."
    ),
    "stakeholders": "The organizations and people who promised, were promised, spoke or were told.",
    "meetings": "When and where people met, who came for whom, and what was said and promised.",
    "statements": (
        "What was said, by kind: undertakings, concerns, requests, refusals, information and "
        "appreciation."
    ),
    "sources": "Where the quoted words come from, and whether their text is kept here to check.",
    "outcomes": "What happened afterwards, with evidence, and what it bears on.",
    "facts": "Everything that was put on record, newest first. No fact is ever changed or dropped.",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A part of a stakeholder's page: records of one kind that name it in one role."""

    anchor: str
    title: str
    kind: str
    filter: str
    empty: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A shelf with its newest records; `more` says that there are others."""

    shelf: Shelf
    items: Sequence[Entity]
    query: Mapping[str, str]
    more: bool


SHELVES: Final = (
    Shelf("promised", "Promised", "commitments", "promisor", "No promise of theirs is on record."),
    Shelf(
        "was-promised",
        "Was promised",
        "commitments",
        "promisee",
        "No promise to them is on record.",
    ),
    Shelf("said", "Said", "statements", "speaker", "No statement of theirs is on record."),
    Shelf("heard", "Was told", "statements", "addressee", "No statement to them is on record."),
)


def title_of(kind: str, doc: Entity) -> str:
    """The record's own words or name; where there are none to show, what it is and why not."""
    words = doc.get(_TITLES.get(kind, "text"))
    if isinstance(words, str) and words:
        return words
    return f"{capital(SINGULAR[kind])} ({'void' if is_void(doc) else WITHHELD})"


def is_void(doc: Entity) -> bool:
    """Whether only a stub and the reason remain."""
    return doc.get("record_status") == "voided"


_TITLES: Final[Mapping[str, str]] = {
    "stakeholders": "name",
    "meetings": "title",
    "sources": "title",
}
