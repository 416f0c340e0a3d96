"""When two names look the same: the skeleton of UTS 39, section 4, without case and extra spaces.

Skeletons are compared with each other and never shown to anybody.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final
from unicodedata import category, normalize

from confusable_homoglyphs.confusables import confusables_data

_DIRECTION_MARK: Final = "\N{LEFT-TO-RIGHT MARK}"
"""The published table wraps right-to-left letters in it, so that the table itself is readable."""


@lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """What the text looks like; equal for look-alikes. Taking it twice changes nothing.

    Letters are replaced before case is folded, so that a capital I is seen as the l it looks like.
    """
    before, after = text, _seen(text)
    while before != after:
        before, after = after, _seen(after)
    return after


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.translate(_prototypes()).casefold().split())
    visible = _visible(normalize("NFD", text))
    return " ".join(normalize("NFD", visible.translate(_prototypes())).casefold().split())


def _visible(text: str) -> str:
    """Without format characters, of which printable text has none."""
    if text.isprintable():
        return text
    return "".join(letter for letter in text if category(letter) != "Cf")


@cache
def _prototypes() -> Mapping[int, str]:
    related = {
        _bare(letter): [_bare(entry["c"]) for entry in entries]
        for letter, entries in confusables_data.items()
    }
    return {
        ord(letter): others[0]
        for letter, others in related.items()
        if _stands_for_another(letter, others, related)
    }


def _bare(letter: str) -> str:
    return letter.replace(_DIRECTION_MARK, "") or letter


def _stands_for_another(letter: str, others: list[str], related: Mapping[str, list[str]]) -> bool:
    """The table lists each pair from both sides: many letters, one prototype that they look like.

    A letter with a single look-alike is the one replaced, unless that one has no other look-alike
    either; then the greater of the two is replaced by the smaller.
    """
    if len(letter) > 1 or len(others) > 1:
        return False
    prototype = others[0]
    alone = len(prototype) == 1 and len(related[prototype]) == 1
    return not alone or prototype < letter
