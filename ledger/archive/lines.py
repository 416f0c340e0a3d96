"""Lines of a backup's members and back: JSON that people can read and other programs can check.

A leaf and the content of a part are texts, kept exactly; hashes and salts are in hex.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import orjson

from ledger.errors import DamagedError
from ledger.facts.fact import AccountId, StreamId
from ledger.store.batch import ClaimRow, KeyRow
from ledger.store.port import Claim, Entry, Epoch, Key, Part

_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)
LARGEST: Final = 253_402_300_799_999
"""The last millisecond of the year 9999: what is later than that is no time, and no position."""
Thing = TypeVar("Thing")


def fact_line(entry: Entry) -> bytes:
    """Raise DamagedError for bytes that are no text."""
    try:
        return _line(
            {
                "position": entry.position,
                "hash": entry.leaf_hash.hex(),
                "leaf": entry.leaf.decode(),
                "parts": {part.name: _part(part) for part in entry.parts},
            }
        )
    except UnicodeDecodeError as error:
        raise DamagedError(f"fact {entry.position} holds bytes that are no text") from error


def _part(part: Part) -> dict[str, str] | None:
    if part.salt is None or part.content is None:
        return None
    return {"salt": part.salt.hex(), "content": part.content.decode()}


def read_fact(line: bytes) -> Entry:
    """What stands beside a leaf is taken from the leaf. Raise DamagedError."""
    return _read(line, _fact)


def _fact(told: dict[str, Any]) -> Entry:
    leaf = orjson.loads(told["leaf"])
    return Entry(
        position=_whole(told["position"]),
        at=_whole(leaf["at"]),
        fact_id=_text(leaf["id"]),
        stream=StreamId(_text(leaf["stream"])),
        version=_whole(leaf["ver"]),
        topic=_text(leaf["type"]),
        leaf=told["leaf"].encode(),
        leaf_hash=bytes.fromhex(told["hash"]),
        parts=tuple(_part_of(name, part) for name, part in told["parts"].items()),
    )


def _part_of(name: str, told: dict[str, str] | None) -> Part:
    if told is None:
        return Part(name, None, None)
    return Part(name, bytes.fromhex(told["salt"]), told["content"].encode())


def key_line(row: KeyRow) -> bytes:
    return _line(
        {
            "by": row.key.by,
            "key": row.key.key,
            "fingerprint": row.key.fingerprint.hex(),
            "first": row.first,
            "last": row.last,
        }
    )


def read_key(line: bytes) -> KeyRow:
    """Raise DamagedError."""
    return _read(line, _key)


def _key(told: dict[str, Any]) -> KeyRow:
    key = Key(AccountId(_text(told["by"])), _text(told["key"]), bytes.fromhex(told["fingerprint"]))
    return KeyRow(key, _whole(told["first"]), _whole(told["last"]))


def name_line(row: ClaimRow) -> bytes:
    return _line({"name": row.claim.name, "stream": row.claim.stream, "position": row.position})


def read_name(line: bytes) -> ClaimRow:
    """Raise DamagedError."""
    return _read(line, _name)


def _name(told: dict[str, Any]) -> ClaimRow:
    claim = Claim(_text(told["name"]), StreamId(_text(told["stream"])))
    return ClaimRow(claim, _whole(told["position"]))


def epoch_line(epoch: Epoch) -> bytes:
    return _line({"epoch": epoch.id, "position": epoch.position, "at": epoch.at})


def read_epoch(line: bytes) -> Epoch:
    """Raise DamagedError."""
    return _read(line, _epoch)


def _epoch(told: dict[str, Any]) -> Epoch:
    return Epoch(_text(told["epoch"]), _whole(told["position"]), _whole(told["at"]))


def _line(told: dict[str, object]) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def _read(line: bytes, make: Callable[[dict[str, Any]], Thing]) -> Thing:
    try:
        return make(orjson.loads(line))
    except _UNREADABLE as error:
        raise DamagedError(f"a line cannot be read: {error!r}") from error


def _whole(told: object) -> int:
    if not isinstance(told, int) or isinstance(told, bool):
        raise TypeError("a number is no whole number")
    if not 0 <= told <= LARGEST:
        raise ValueError("a number is out of bounds")
    return told


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError("a text is no text")
    return told
