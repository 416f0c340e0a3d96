"""What people write: which characters, how long, and in which shape."""

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import category
from urllib.parse import urlsplit

from ledger.errors import Invalid

NAME_LIMIT: Final = 300
TEXT_LIMIT: Final = 20_000
ARCHIVE_LIMIT: Final = 500_000
URL_LIMIT: Final = 2_000
TOPIC_LIMIT: Final = 60

_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Joiners (U+200C, U+200D) are spelling in Urdu, Persian and Hindi, so they may stay.
_DECEPTIVE: Final = re.compile(
    "[\t\n\r\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Letters and a sign that are drawn as nothing.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_TOPIC: Final = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile("[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_UNWRITABLE: Final = re.compile(r"[\s\\<>\"]")


class NoWords(Invalid):
    """Something must be said here; write the words as they were said or are known."""


class TooLong(Invalid):
    """There is more text here than is kept; shorten it, or archive the long text as a source."""


class InvisibleCharacters(Invalid):
    """Some characters here cannot be seen; type the words again without them."""


class NotAWebAddress(Invalid):
    """A web address begins with http:// or https:// and a host, and holds no password."""


class NotATopic(Invalid):
    """A topic is written in lower-case letters and digits, with single hyphens between words."""


class TopicTwice(Invalid):
    """One topic stands here twice; name it once."""


class NotALanguage(Invalid):
    """A language is written as a tag of BCP 47, such as en, ur or zh-Hant."""


def check_name(text: str, pointer: str) -> None:
    """One line that everybody can see: nothing in it can make it look like another name."""
    _check_length(text, NAME_LIMIT, pointer)
    if _CONTROLS.search(text) or _DECEPTIVE.search(text):
        raise InvisibleCharacters(pointer=pointer)
    if not any(map(_is_visible, text)):
        raise NoWords(pointer=pointer)


def check_text(text: str, pointer: str, limit: int = TEXT_LIMIT) -> None:
    """Words that must be there, in any number of lines."""
    check_remark(text, pointer, limit)
    if not any(map(_is_visible, text)):
        raise NoWords(pointer=pointer)


def check_remark(text: str, pointer: str, limit: int = TEXT_LIMIT) -> None:
    """Words that may be missing."""
    _check_length(text, limit, pointer)
    if _CONTROLS.search(text):
        raise InvisibleCharacters(pointer=pointer)


def _is_visible(letter: str) -> bool:
    """A letter, digit, mark of punctuation or symbol that leaves something on the page."""
    return category(letter)[0] in "LNPS" and letter not in _BLANK


def _check_length(text: str, limit: int, pointer: str) -> None:
    if len(text) > limit:
        raise TooLong(
            f"This has {len(text):,} characters; {limit:,} are the most that is kept here.",
            pointer=pointer,
        )


def check_url(text: str, pointer: str) -> None:
    """Empty, or the address of a web page: no script, no file, no credentials."""
    _check_length(text, URL_LIMIT, pointer)
    if text and not _is_web_address(text):
        raise NotAWebAddress(pointer=pointer)


def _is_web_address(text: str) -> bool:
    if _CONTROLS.search(text) or _DECEPTIVE.search(text) or _UNWRITABLE.search(text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and "@" not in parts.netloc


def check_topics(topics: Iterable[str], pointer: str) -> None:
    seen: set[str] = set()
    for index, topic in enumerate(topics):
        at = f"{pointer}/{index}"
        if len(topic) > TOPIC_LIMIT or not _TOPIC.fullmatch(topic):
            raise NotATopic(pointer=at)
        if topic in seen:
            raise TopicTwice(pointer=at)
        seen.add(topic)


def check_language(tag: str, pointer: str) -> None:
    """The shape of BCP 47 only: which tags exist changes every year."""
    if not _LANGUAGE.fullmatch(tag):
        raise NotALanguage(pointer=pointer)
