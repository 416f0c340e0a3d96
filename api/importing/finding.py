"""What `find` takes from a cell: every search ends, whatever the expression and the words are."""

from functools import lru_cache
from typing import Final

import regex

LONGEST: Final = 1.0
"""Seconds for one cell, where an expression needs some microseconds unless it goes astray."""


class NoPattern(ValueError):
    """It is no regular expression."""


class TakesTooLong(ValueError):
    """The words can be parted in too many ways: write the expression without nested repetition."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> regex.Pattern[str]:
    """Raise NoPattern."""
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise NoPattern(str(error)) from error


class Finder:
    """Remembers the expressions that went astray, so that each costs its time once."""

    def __init__(self) -> None:
        self._astray: set[str] = set()

    def find(self, pattern: str, words: str) -> str:
        """The first group or all that matches, empty for nothing. Raise TakesTooLong."""
        if pattern in self._astray:
            raise TakesTooLong
        try:
            found = compiled(pattern).search(words, timeout=LONGEST)
        except TimeoutError as error:
            self._astray.add(pattern)
            raise TakesTooLong from error
        if found is None:
            return ""
        return (found[1] if found.re.groups else found[0]) or ""
