"""JSON as RFC 8259 and RFC 7493 mean it: what other readers would take differently is refused.

orjson keeps the last of two equal names and turns 2^64 into a float, so a slow, strict reading
comes first. Bodies are at most 1 MiB, and only officials send them.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Final, NoReturn

MAX_DEPTH: Final = 32
MAX_INTEGER: Final = 2**53 - 1
MAX_VALUES: Final = 20_000
"""A meeting of a week has a tenth of that."""

_BRACKET_OR_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NotStrictJson(ValueError):
    """What is wrong, in a sentence that repeats nothing of the text."""


def read(body: bytes) -> object:
    """Raise NotStrictJson unless the body is exactly one strict JSON text in UTF-8."""
    text = _decode(body)
    _check_crowd(text)
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(text)
    value = _parse(text)
    if "\\u" in text:
        # Only an escape can bring in what UTF-8 cannot say, or a control character.
        _check_words(value)
    return value


def _parse(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        reason = _REASONS.get(error.msg, "this is no JSON")
        message = f"{reason} (line {error.lineno}, column {error.colno})"
        raise NotStrictJson(message) from None


_REASONS: Final = {
    "Extra data": "something follows the end of the JSON text",
    "Expecting value": "a value is missing, or is no JSON",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Illegal trailing comma before end of object": "a comma stands before the end of an object",
    "Illegal trailing comma before end of array": "a comma stands before the end of a list",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Unterminated string starting at": "a text has no closing quotation mark",
    "Invalid control character at": "a text holds a control character; write it as an escape",
}


def _decode(body: bytes) -> str:
    if not body.strip():
        message = "the body is empty"
        raise NotStrictJson(message)
    if body.startswith(_MARKS) or b"\0" in body[:4]:
        message = "write UTF-8 without a byte order mark"
        raise NotStrictJson(message)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"the bytes are not UTF-8 (byte {error.start})"
        raise NotStrictJson(message) from None


def _check_crowd(text: str) -> None:
    """Before anything is made of it: whatever is wrong with so many values would be looked for."""
    if _openings(text) > MAX_VALUES and _openings(_STRING.sub("", text)) > MAX_VALUES:
        message = f"more than {MAX_VALUES:,} values"
        raise NotStrictJson(message)


def _openings(text: str) -> int:
    """The marks that a value stands behind; words may hold them, too."""
    return text.count(",") + text.count("[") + text.count("{")


def _check_depth(text: str) -> None:
    """Before any recursion. An unclosed string is one token, so that the scan stays linear."""
    depth = 0
    for found in _BRACKET_OR_STRING.finditer(text):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
        if depth > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            raise NotStrictJson(message)


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        message = "the same name stands twice in one object"
        raise NotStrictJson(message)
    return members


def _constant(name: str) -> NoReturn:
    message = f"{name} is no JSON number"
    raise NotStrictJson(message)


def _integer(digits: str) -> int:
    if len(digits) > len(str(MAX_INTEGER)) + 1 or abs(int(digits)) > MAX_INTEGER:
        message = f"an integer beyond ±{MAX_INTEGER} is not the same for every reader"
        raise NotStrictJson(message)
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        message = "a number is too large"
        raise NotStrictJson(message)
    return value


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_constant=_constant,
    parse_int=_integer,
    parse_float=_number,
)


def _check_words(value: object) -> None:
    match value:
        case str():
            _check_text(value)
        case list():
            for item in value:
                _check_words(item)
        case dict():
            for name, item in value.items():
                _check_text(name)
                _check_words(item)
        case _:
            return


def _check_text(text: str) -> None:
    if "\0" in text:
        message = "a text holds the character NUL"
        raise NotStrictJson(message)
    if _SURROGATE.search(text):
        message = "a text holds half of a surrogate pair"
        raise NotStrictJson(message)
