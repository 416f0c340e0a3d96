"""From a row to commands: a small meeting record is filled in, checked and translated like any."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from api.importing.cells import Filling, Lookup, NoSuchColumn, meets, words_of
from api.importing.drafting import ROW, Draft, drafted
from api.importing.finding import Finder
from api.importing.mapping import ImportMapping, Keyed, MakeEntry, TableEntry
from api.importing.parties import Directory, Guests, Newcomer
from api.importing.reporting import Ignored, Rejected, Rejection
from api.importing.rows import Row
from api.importing.sameness import Sameness
from api.record.checking import check
from api.record.ids import Ids, ids_of
from api.record.plan import Step, translated_back
from api.record.pointers import nearest
from api.record.problems import BadRecord, Problem
from api.record.translation import translate
from ledger.commands import Command
from ledger.errors import Refusal, Unknown
from ledger.facts.fact import AccountId, StreamId
from ledger.rules.registry import references
from ledger.vocabulary import ReopenReason

_PLAIN: Final = Sameness()
_SPACE: Final = AccountId("1e2b7c00-0000-4000-8000-000000000002")


Suggest = Callable[[Keyed, str], Sequence[str]]
"""Kind and key of a record that is not there → keys like it."""

SUGGESTED: Final = 3
LOOKED_THROUGH: Final = 5_000
"""Among more keys than these nobody looks for one that is alike: it takes too long."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its table, its number there, and what it is known by."""

    table: str
    number: int
    key: str


@dataclass(frozen=True)
class Planned:
    """What a row asks of the ledger, all at once.

    `columns` tells for a place in the record which column it was read from. `reopens` has the
    reasons that may be given, by the place of the assessment; `wanted` the other records that are
    named, by the place where they are.
    """

    row: Row
    place: Place
    idempotency: str
    steps: Sequence[Step]
    newcomers: Sequence[Newcomer]
    columns: Mapping[str, str]
    reopens: Mapping[str, ReopenReason]
    wanted: Mapping[str, tuple[Keyed, str]]

    @property
    def commands(self) -> list[Command]:
        return [step.command for step in self.steps]

    @cached_property
    def streams(self) -> frozenset[StreamId]:
        """Every stream that it writes or names."""
        named = {ref.stream for command in self.commands for ref in references(command)}
        return frozenset(named | {command.id for command in self.commands})

    def refused(self, refusal: Refusal, suggest: Suggest) -> Rejected:
        """The refusal, at the place of the row's record that it is about."""
        at = self._written_as(translated_back(self.steps, refusal.pointer))
        problem = Problem(at, refusal.detail, allowed=refusal.allowed)
        if isinstance(refusal, Unknown) and (wanted := self.wanted.get(at)):
            detail = f"There is no {wanted[0]} with this key; import it first, or see `same`."
            problem = Problem(at, detail, allowed=tuple(suggest(*wanted)))
        return rejected(self.row, self.place, [problem], self.columns)

    def _written_as(self, at: str) -> str:
        """An assessment's own id is the commitment that it was written for."""
        head, _, last = at.rpartition("/")
        listed = head.startswith(("/assessments/", "/reviews/"))
        return f"{head}/commitment" if listed and last == "id" else at


def rejected(
    row: Row, place: Place, problems: Sequence[Problem], columns: Mapping[str, str]
) -> Rejected:
    return Rejected(tuple(_rejection(row, place, each, columns) for each in problems))


def _rejection(row: Row, place: Place, problem: Problem, columns: Mapping[str, str]) -> Rejection:
    named = columns.get(nearest(problem.pointer, columns), "")
    return Rejection(
        place.table,
        place.number,
        place.key,
        problem.pointer.replace(f"/{ROW}", "/row"),
        named,
        _words(named, row),
        problem.detail,
        problem.allowed,
    )


def _words(named: str, row: Row) -> str:
    try:
        return words_of(named, row) if named else ""
    except NoSuchColumn:
        return ""


@dataclass
class Translator:
    """Knows the mapping; `directory` finds stakeholders, `same` which keys are one."""

    mapping: ImportMapping
    directory: Directory
    same: Mapping[Keyed, Sameness]
    ids: Ids
    _finder: Finder = field(default_factory=Finder)
    _seen: Counter[bytes] = field(default_factory=Counter)
    _made: dict[Keyed, dict[str, str]] = field(default_factory=dict)
    _suggested: dict[tuple[Keyed, str, int], Sequence[str]] = field(default_factory=dict)

    def place(self, table: TableEntry, row: Row) -> Place | Rejected:
        """What the row is known by. Ask once for each row: equal rows are told apart by count."""
        try:
            key = words_of(table.row, row) if table.row else self._counted(table, row)
        except NoSuchColumn as error:
            problem = Problem("/row", str(error), allowed=error.known)
            return rejected(row, Place(table.name, row.number, ""), [problem], {})
        return Place(table.name, row.number, key)

    def _counted(self, table: TableEntry, row: Row) -> str:
        digest = row.digest
        known = table.name.encode() + digest
        self._seen[known] += 1
        return f"{digest.hex()[:32]}-{self._seen[known]}"

    def translate(self, table: TableEntry, row: Row, place: Place) -> Planned | Ignored | Rejected:
        makes = [make for make in table.records if meets(make.where, row)]
        if makes:
            return self._planned(table, row, place, makes)
        for ignored in table.ignore:
            if meets(ignored.where, row):
                return Ignored(ignored.because)
        problem = Problem("", "No record of the mapping is made of such a row, nor is it ignored.")
        return rejected(row, place, [problem], {})

    def _planned(
        self, table: TableEntry, row: Row, place: Place, makes: Sequence[MakeEntry]
    ) -> Planned | Rejected:
        guests = Guests(self.directory, self.mapping.parties)
        filling = Filling(row, self._lookup(guests))
        draft = drafted(table, makes, filling, self.made)
        newcomers = tuple(guests.new.values())
        draft.register(newcomers)
        try:
            steps = self._steps(draft, place, filling.problems)
        except BadRecord as error:
            return rejected(row, place, error.problems, filling.columns)
        known_by, columns, wanted = self._idempotency(place), filling.columns, filling.wanted
        return Planned(row, place, known_by, steps, newcomers, columns, draft.reopens, wanted)

    def _steps(self, draft: Draft, place: Place, problems: Sequence[Problem]) -> Sequence[Step]:
        """Raise BadRecord, for what was wrong already while the draft was filled in too."""
        if problems:
            raise BadRecord(problems)
        return translate(check(draft.document, self._ids_of(draft, place)))

    def _lookup(self, guests: Guests) -> Lookup:
        return Lookup(self.mapping.vocabularies, guests.ids, self.record, self._finder.find)

    def _ids_of(self, draft: Draft, place: Place) -> Ids:
        """Records by their keys; what has none by the row that it was made of."""
        own = f"row\0{place.table}\0{place.key}"
        labels = {ROW: self.ids(own), **draft.labels}
        return lambda label: labels.get(label) or self.ids(f"{own}\0{label}")

    def _idempotency(self, place: Place) -> str:
        known_by = f"{self.mapping.name}\0{place.table}\0{place.key}"
        return f"import-{hashlib.sha256(known_by.encode()).hexdigest()}"

    def record(self, kind: Keyed, words: str) -> str:
        """The id of the record with this key."""
        return self.ids(f"{kind}\0{self._key(kind, words)}")

    def made(self, kind: Keyed, words: str) -> str:
        """The same, for a record that is made here: its key may be suggested."""
        self._made.setdefault(kind, {})[self._key(kind, words)] = words
        return self.record(kind, words)

    def suggest(self, kind: Keyed, words: str) -> Sequence[str]:
        """Keys of records made so far that are like this one, the most alike first."""
        made = self._made.get(kind, {})
        if len(made) > LOOKED_THROUGH:
            return ()
        asked = (kind, self._key(kind, words), len(made))
        if asked not in self._suggested:
            self._suggested[asked] = get_close_matches(asked[1], made, SUGGESTED)
        return [made[each] for each in self._suggested[asked]]

    def _key(self, kind: Keyed, words: str) -> str:
        return self.same.get(kind, _PLAIN).key(words)


def ids_for(mapping: ImportMapping) -> Ids:
    """Ids that hang on the mapping's name and nothing else: not on the account nor on the day."""
    return ids_of(_SPACE, mapping.name)
