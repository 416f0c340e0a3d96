"""Opaque keyset cursors: where a page ended, for one collection and one order only."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import orjson

from projections.port import BadCursor

_SENTENCE: Final = "this cursor was not handed out for this list and order"
_LONGEST: Final = 2048
_HIGHEST: Final = 2**53


def write_cursor(collection: str, order: str, key: str | None, born: int) -> str:
    """`key` is what the order sorts by before `born`, None where it sorts by nothing else."""
    return urlsafe_b64encode(orjson.dumps([collection, order, key, born])).decode().rstrip("=")


def read_cursor(text: str, collection: str, order: str) -> tuple[str | None, int]:
    """Raise BadCursor."""
    match _parts(text):
        case [found, ordered, None | str() as key, int() as born] if (
            found == collection and ordered == order and 0 <= born < _HIGHEST
        ):
            return key, born
        case _:
            raise BadCursor(_SENTENCE)


def _parts(text: str) -> list[object]:
    if len(text) > _LONGEST or not text.isascii():
        raise BadCursor(_SENTENCE)
    try:
        parts = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:
        raise BadCursor(_SENTENCE) from error
    return parts if isinstance(parts, list) else []
