"""Opaque keyset cursors: where a page ended, for one collection and one order only."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import orjson

from projections.port import BadCursor

_SENTENCE: Final = "this cursor was not handed out for this list and order"
_LONGEST: Final = 2048


def write_cursor(collection: str, order: str, key: str | None, born: int) -> str:
    """`key` is what the order sorts by before `born`, None where it sorts by nothing else."""
    return urlsafe_b64encode(orjson.dumps([collection, order, key, born])).decode().rstrip("=")


def read_cursor(text: str, collection: str, order: str) -> tuple[str | None, int]:
    """Raise BadCursor."""
    parts = _parts(text)
    if len(parts) != len(("collection", "order", "key", "born")):
        raise BadCursor(_SENTENCE)
    found, ordered, key, born = parts
    if (found, ordered) != (collection, order) or not _is_place(key, born):
        raise BadCursor(_SENTENCE)
    return key, born


def _is_place(key: object, born: object) -> bool:
    return (key is None or isinstance(key, str)) and type(born) is int and 0 <= born < 2**53


def _parts(text: str) -> list[object]:
    if len(text) > _LONGEST or not text.isascii():
        raise BadCursor(_SENTENCE)
    try:
        parts = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:
        raise BadCursor(_SENTENCE) from error
    return parts if isinstance(parts, list) else []
