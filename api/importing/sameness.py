"""Which keys mean one record, so that no identity hangs on how something is worded.

A history that is keyed by titles shows a reworded title as one that goes and one that comes. The
two are paired, within one step of the history and most alike first, and the chain is followed to
the wording that stands at the end.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from api.importing.cells import column, meets, words_of
from api.importing.mapping import RetitledEntry, SameEntry
from api.importing.rows import Row


def tidy(words: str) -> str:
    """One form of each letter, and single spaces."""
    return " ".join(unicodedata.normalize("NFC", words).split())


def folded(words: str) -> str:
    """Letters and digits only, with the marks that belong to them, and no case."""
    letters = unicodedata.normalize("NFKC", words).casefold()
    kept = "".join(each for each in letters if unicodedata.category(each)[0] in "LNM")
    return kept or tidy(words)


@dataclass(frozen=True)
class Sameness:
    """`later` leads from a key to the one that replaced it, `wordings` from a key to its words."""

    same: SameEntry = field(default_factory=SameEntry)
    later: Mapping[str, str] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each wording that was taken for an earlier one of another, for somebody to look over."""
        return [(self.wordings[each], self.wordings[after]) for each, after in self.later.items()]

    def key(self, words: str) -> str:
        """The key that is meant; what was set right by hand is final."""
        meant = self._form(words)
        if (right := self._by_hand.get(meant)) is not None:
            return right
        seen = {meant}
        while (after := self.later.get(meant)) is not None and after not in seen:
            seen.add(after)
            meant = after
        return meant

    @cached_property
    def _by_hand(self) -> Mapping[str, str]:
        return {self._form(used): self._form(meant) for used, meant in self.same.keys.items()}

    def _form(self, words: str) -> str:
        return folded(words) if self.same.fold else tidy(words)


def learned(same: SameEntry, rows: Iterable[Row]) -> Sameness:
    """What the rows of the history tell about wordings that replaced others."""
    if same.retitled is None:
        return Sameness(same)
    told = _Told()
    plain = Sameness(same)
    for row in rows:
        told.take(row, same.retitled, plain.key)
    later: dict[str, str] = {}
    for gone, came in told.steps.values():
        for before, after in _pairs(gone - came, came - gone, same.retitled.alike):
            later.setdefault(before, after)
    moved = {each: after for each, after in later.items() if each not in told.standing}
    return Sameness(same, moved, told.wordings)


@dataclass
class _Told:
    """What went and what came in each step of a history, and what stands after the last."""

    steps: dict[str, tuple[set[str], set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: (set(), set()))
    )
    standing: set[str] = field(default_factory=set)
    wordings: dict[str, str] = field(default_factory=dict)

    def take(self, row: Row, retitled: RetitledEntry, key_of: Callable[[str], str]) -> None:
        went, came = meets(retitled.gone, row), meets(retitled.came, row)
        if not went and not came:
            return
        words = words_of(retitled.key, row)
        key = key_of(words)
        self.wordings[key] = words
        self.steps[column(retitled.together, row)][came].add(key)
        (self.standing.add if came else self.standing.discard)(key)


def _pairs(gone: set[str], came: set[str], alike: float) -> Iterator[tuple[str, str]]:
    """The most alike first; each wording stands in one pair at the most."""
    likeness = [
        (ratio, before, after)
        for before in sorted(gone)
        for after in sorted(came)
        if (ratio := _likeness(before, after, alike))
    ]
    paired: set[tuple[str, bool]] = set()
    for _, before, after in sorted(likeness, reverse=True):
        if not paired & {(before, False), (after, True)}:
            paired |= {(before, False), (after, True)}
            yield before, after


def _likeness(before: str, after: str, least: float) -> float:
    """From 0 to 1, and 0 where it is below the least; what is cheap is asked first."""
    match = SequenceMatcher(None, before, after, autojunk=False)
    if match.real_quick_ratio() < least or match.quick_ratio() < least:
        return 0
    ratio = match.ratio()
    return ratio if ratio >= least else 0
