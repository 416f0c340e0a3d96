"""The meeting record that one row becomes: the mapping's parts filled in, and its own words cited.

Whatever is made of a row can be held against the row itself, which is archived as a source.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.importing.cells import Filling, NoSuchColumn, Value, column, words_of
from api.importing.mapping import Keyed, MakeEntry, QuoteEntry, TableEntry
from api.importing.parties import Newcomer
from api.record.document import FORMAT
from api.record.pointers import pointer
from api.record.words import MEETING
from ledger.rules.words import TEXT_LIMIT
from ledger.vocabulary import ReopenReason

ROW: Final = "imported-row"
"""The label of the source that the row is archived as."""

Fields = dict[str, Value]
Steps = tuple[str | int, ...]
RecordId = Callable[[Keyed, str], str]
"""Kind and key → the id of that record."""

_SECTIONS: Final[dict[Keyed, str]] = {
    "organization": "organizations",
    "person": "people",
    "source": "sources",
    "meeting": MEETING,
    "statement": "statements",
    "commitment": "commitments",
    "outcome": "outcomes",
}


@dataclass
class Draft:
    """A record in the making: entries by section and label, or in a list where they bear none."""

    entries: dict[str, dict[str, Fields]] = field(default_factory=dict)
    lists: dict[str, list[Fields]] = field(default_factory=dict)
    meeting: Fields | None = None
    labels: dict[str, str] = field(default_factory=dict)
    reopens: dict[str, ReopenReason] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, object]:
        found: dict[str, object] = {"format": FORMAT, **self.entries, **self.lists}
        return found if self.meeting is None else {**found, MEETING: self.meeting}

    def put(self, section: str, label: str, entry: Fields) -> None:
        self.entries.setdefault(section, {})[label] = entry

    def register(self, newcomers: Sequence[Newcomer]) -> None:
        """Those who are named for the first time are registered with the row, or not at all."""
        for number, each in enumerate(newcomers, 1):
            section = "people" if each.register.register_as == "person" else "organizations"
            self.labels[f"party{number}"] = each.id
            self.put(section, f"party{number}", {"name": each.name, **each.register.entry})


def drafted(
    table: TableEntry, makes: Sequence[MakeEntry], filling: Filling, record: RecordId
) -> Draft:
    """Every record that is made of the row; `filling` collects what is wrong with it."""
    draft = Draft()
    archived = {"text": filling.row.text, "retrieved_on": str(table.retrieved_on)}
    draft.put("sources", ROW, {**_fields(filling, table.source, ("sources", ROW)), **archived})
    for make in makes:
        _Making(draft, filling, make).made(record)
    return draft


def _fields(filling: Filling, parts: object, at: Steps) -> Fields:
    filled = filling.fill(parts, at)
    return filled if isinstance(filled, dict) else {}


@dataclass(frozen=True, slots=True)
class _Making:
    """One record of a row."""

    draft: Draft
    filling: Filling
    make: MakeEntry

    def made(self, record: RecordId) -> None:
        match self.make.make:
            case "assessment" | "review":
                self._listed()
            case "meeting":
                entry = self._entry((MEETING,))
                self.draft.meeting = {**entry, "sources": [*_list(entry, "sources"), ROW]}
                self._label(MEETING, (MEETING,), record("meeting", self._key((MEETING,))))
            case kind:
                section, label = _SECTIONS[kind], self.make.named
                at = (section, label)
                self.draft.put(section, label, self._entry(at))
                self._label(label, at, record(kind, self._key(at)))

    def _listed(self) -> None:
        section = f"{self.make.make}s"
        entries = self.draft.lists.setdefault(section, [])
        at = (section, len(entries))
        entries.append(self._entry(at))
        if self.make.reopens:
            self.draft.reopens[pointer(at)] = self.make.reopens

    def _label(self, label: str, at: Steps, ident: str) -> None:
        if label in self.draft.labels:
            self.filling.blame(at, "Two records of this row bear one label; give each its own.")
        self.draft.labels[label] = ident
        self.filling.columns.setdefault(pointer(at), self.make.key)

    def _key(self, at: Steps) -> str:
        """What is wrong with the key is said; the words returned then mean nothing."""
        try:
            key = words_of(self.make.key, self.filling.row)
        except NoSuchColumn as error:
            self.filling.blame((*at, "key"), str(error), error.known)
            return ""
        if not key.strip():
            self.filling.blame((*at, "key"), "The key of this record is empty in this row.")
        return key

    def _entry(self, at: Steps) -> Fields:
        entry = _fields(self.filling, self.make.entry, at)
        quoted = self._quoted(at)
        return {**entry, "citations": [*_list(entry, "citations"), *quoted]} if quoted else entry

    def _quoted(self, at: Steps) -> list[Value]:
        """The words of the row that it rests on, as they stand there; none for an empty cell."""
        quote = self.make.quote
        if quote is None:
            return []
        quote = QuoteEntry(of=quote) if isinstance(quote, str) else quote
        try:
            exact = column(quote.of, self.filling.row)[:TEXT_LIMIT]
        except NoSuchColumn as error:
            self.filling.blame((*at, "quote"), str(error), error.known)
            return []
        role = self.filling.fill(quote.role, (*at, "quote", "role")) or "origin"
        cited: Value = {
            "source": ROW,
            "exact": exact,
            "prefix": f"\n{quote.of}: ",
            "role": role,
        }
        return [cited] if exact else []


def _list(entry: Fields, name: str) -> list[Value]:
    found = entry.get(name)
    return found if isinstance(found, list) else []
