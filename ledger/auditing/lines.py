"""Parts as they are published, a line of JSON for each fact.

{"position": n, "parts": [{"name", "salt" (hex), "content"}]}, without parts that were redacted.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from ledger.log.leaves import Salted


def part_line(position: int, parts: Mapping[str, Salted]) -> bytes:
    """One line, with its end."""
    told = {"position": position, "parts": parts_told(parts)}
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def parts_told(parts: Mapping[str, Salted]) -> list[dict[str, str]]:
    """The parts of a fact as JSON has them."""
    return [
        {"name": name, "salt": salt.hex(), "content": content.decode()}
        for name, (salt, content) in parts.items()
    ]


def read_part_line(line: bytes) -> tuple[int, dict[str, Salted]]:
    """The reverse; raise ValueError, TypeError, LookupError or AttributeError."""
    told = orjson.loads(line)
    return told["position"], read_parts(told["parts"])


def read_parts(told: list[dict[str, Any]]) -> dict[str, Salted]:
    """Name → salt and content; raise ValueError for a name that is there twice, and as above."""
    parts = {part["name"]: (bytes.fromhex(part["salt"]), part["content"].encode()) for part in told}
    if len(parts) != len(told):
        raise ValueError("a part is there twice")
    return parts
