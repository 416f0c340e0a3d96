"""Codes as words, each with the definition that a page must show beside it."""

import re
from collections.abc import Mapping
from typing import Final

from ledger.vocabulary import VOCABULARIES, Term

_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")


def slug(vocabulary: type[Term]) -> str:
    """`RecordStatus` is `record-status`: how a page names a vocabulary in its addresses."""
    return _CAPITAL.sub("-", vocabulary.__name__).lower()


BY_SLUG: Final[Mapping[str, type[Term]]] = {slug(each): each for each in VOCABULARIES}


def heading(vocabulary: str) -> str:
    """`record-status` reads "Record status"."""
    return vocabulary.replace("-", " ").capitalize()


def label(code: str) -> str:
    """The code as words: `in_progress` reads "in progress"."""
    return code.replace("_", " ")


def definition(vocabulary: str, code: str) -> str:
    """The sentence that defines the code; empty for one that no vocabulary holds any more."""
    term = BY_SLUG[vocabulary]._value2member_map_.get(code)
    return term.definition if isinstance(term, Term) else ""


def anchor(vocabulary: str, code: str) -> str:
    """Where the glossary defines the code."""
    return f"{vocabulary}-{code}"
