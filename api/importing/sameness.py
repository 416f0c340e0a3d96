"""Which keys mean one record, so that no identity hangs on how something is worded.

A history that is keyed by titles shows a reworded title as one that goes and one that comes. The
two are paired, within one step of the history and most alike first, and the chain is followed to
the wording that stands at the end.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

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
    """`later` leads from a wording to the one that replaced it; those that `stand` lead nowhere."""

    same: SameEntry = field(default_factory=SameEntry)
    later: Mapping[str, str] = field(default_factory=dict)

    def key(self, words: str) -> str:
        """The key that is meant."""
        meant = tidy(words)
        meant = tidy(self.same.keys.get(meant, meant))
        meant = folded(meant) if self.same.fold else meant
        seen = {meant}
        while (after := self.later.get(meant)) is not None and after not in seen:
            seen.add(after)
            meant = after
        return meant


def learned(same: SameEntry, rows: Iterable[Row]) -> Sameness:
    """What the rows of the history tell about wordings that replaced others."""
    if same.retitled is None:
        return Sameness(same)
    plain = Sameness(same)
    steps, standing = _steps(plain, same.retitled, rows)
    later: dict[str, str] = {}
    for gone, came in steps.values():
        for before, after in _pairs(gone - came, came - gone, same.retitled.alike):
            later.setdefault(before, after)
    return Sameness(same, {each: after for each, after in later.items() if each not in standing})


Step = tuple[set[str], set[str]]


def _steps(
    plain: Sameness, retitled: RetitledEntry, rows: Iterable[Row]
) -> tuple[Mapping[str, Step], set[str]]:
    """What went and what came in each step, and what stands after the last."""
    steps: dict[str, Step] = defaultdict(lambda: (set(), set()))
    standing: set[str] = set()
    for row in rows:
        went, came = meets(retitled.gone, row), meets(retitled.came, row)
        if not went and not came:
            continue
        key = plain.key(words_of(retitled.key, row))
        steps[column(retitled.together, row)][came].add(key)
        (standing.add if came else standing.discard)(key)
    return steps, standing


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
