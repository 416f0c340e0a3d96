"""Find a quotation in the text of its source again: exact words, with what stands around them.

Typography is no difference: straight and curly quotation marks are equal, so are all spaces and
runs of them, and soft hyphens and other marks without width count for nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import islice, product
from operator import itemgetter
from typing import Final, NamedTuple

from ledger.vocabulary import QuotationCheck

_APOSTROPHES: Final = "‘’‚‛ʼ′`´＇"
_QUOTATION_MARKS: Final = "“”„‟″＂"
_UNSEEN: Final = "\u00ad\u200b\u2060\ufeff"
"""Soft hyphen, zero width space, word joiner, byte order mark."""
_RUN: Final = re.compile(rf"[\s{_UNSEEN}]{{2,}}|[^\S ]|[{_UNSEEN}]")
"""Every stretch that does not stand for itself; a single plain space does."""


class Finding(NamedTuple):
    """`start` is an index into the original text in code points, None unless found."""

    check: QuotationCheck
    start: int | None


def find(text: str, exact: str, prefix: str, suffix: str) -> Finding:
    """Where the words stand with this prefix before and this suffix after them."""
    return _ready(text).find(exact, prefix, suffix)


def normalised(text: str) -> str:
    """The text without differences of typography."""
    return "".join(_pieces(_straight(text)))


def _straight(text: str) -> str:
    # One mark after the other: on a long text that is seventy times as fast as `str.translate`.
    for mark in _APOSTROPHES:
        text = text.replace(mark, "'")
    for mark in _QUOTATION_MARKS:
        text = text.replace(mark, '"')
    return text


def _pieces(text: str) -> Iterator[str]:
    at = 0
    for run in _RUN.finditer(text):
        yield text[at : run.start()]
        yield _collapsed(run)
        at = run.end()
    yield text[at:]


def _collapsed(run: re.Match[str]) -> str:
    return " " if run[0].strip(_UNSEEN) else ""


class Searchable:
    """A text made ready once, to look for many quotations."""

    def __init__(self, text: str) -> None:
        self._given = text
        self._text = normalised(text)

    def find(self, exact: str, prefix: str, suffix: str) -> Finding:
        wanted = normalised(exact).strip()
        starts = self._starts(wanted, normalised(prefix), normalised(suffix)) if wanted else set()
        match sorted(starts):
            case []:
                return Finding(QuotationCheck.NOT_FOUND, None)
            case [start]:
                return Finding(QuotationCheck.FOUND, self._original(start))
            case _:
                return Finding(QuotationCheck.AMBIGUOUS, None)

    def _starts(self, wanted: str, prefix: str, suffix: str) -> set[int]:
        """At most a few of the places: two are enough to know that there is more than one."""
        before, after = _joined(prefix.lstrip()), _joined(suffix.rstrip()[::-1])
        return {
            place + len(lead)
            for lead, tail in product(before, after)
            for place in islice(self._places(lead + wanted + tail[::-1]), 2)
        }

    def _places(self, needle: str) -> Iterator[int]:
        place = self._text.find(needle)
        while place >= 0:
            yield place
            place = self._text.find(needle, place + 1)

    @cached_property
    def _shifts(self) -> Sequence[tuple[int, int]]:
        return list(_shifts(self._given))

    def _original(self, place: int) -> int:
        index = bisect_right(self._shifts, place, key=itemgetter(0)) - 1
        at, original = self._shifts[index]
        return original + place - at


_ready: Final = lru_cache(maxsize=4)(Searchable)
"""Quotations come many at a time from one text, and a long text takes a while to make ready."""


def _joined(context: str) -> tuple[str, ...]:
    """The context as it may border on the words: people copy it with or without the space."""
    bare = context.rstrip()
    return (bare, f"{bare} ") if bare else ("",)


def _shifts(text: str) -> Iterator[tuple[int, int]]:
    """(place in the normalised text, index in the original) wherever the two move apart."""
    yield 0, 0
    lost = 0
    for run in _RUN.finditer(text):
        lost += len(run[0]) - len(_collapsed(run))
        yield run.end() - lost, run.end()
