"""What a leaf of the log says of a fact, and how it binds the parts that hold the words.

A leaf is RFC 8785 canonical JSON: `v`, `at` (ms), `id`, `stream`, `ver`, `type`, `prev` (the leaf
hash of the stream's fact before it, or null) and `parts`, for each its commitment `c` and its
length `n` in bytes.
"""

import re
from collections.abc import Mapping
from hmac import digest
from typing import Final, NamedTuple

LEAF_VERSION: Final = "commitment-ledger/leaf/v1"
PART_PREFIX: Final = b"commitment-ledger/part/v1\0"
SALT_BYTES: Final = 32

FACTS_PART: Final = "facts"
WORDS_PART: Final = "words"
ATTACHMENT_PART: Final = "attachment"
PARTS: Final = frozenset({FACTS_PART, WORDS_PART, ATTACHMENT_PART})

Salted = tuple[bytes, bytes]
"""Salt and content of a part."""


def commitment(salt: bytes, content: bytes) -> bytes:
    """What a leaf says about a part: HMAC-SHA256, keyed so that nobody can guess short words."""
    return digest(salt, PART_PREFIX + content, "sha256")


class Leaf(NamedTuple):
    """Texts as their bytes, `parts` as they stand; `prev` in hex, None for a first fact."""

    at: int
    id: bytes
    parts: bytes
    prev: bytes | None
    stream: bytes
    topic: bytes
    version: int


_NUMBER: Final = rb"(0|[1-9][0-9]{0,15})"
_TEXT: Final = rb'"([^"\\\x00-\x1f\x7f-\xff]*)"'
_LEAF: Final = re.compile(
    rb'\{"at":%b,"id":%b,"parts":\{((?:"[a-z]+":\{"c":"[0-9a-f]{64}","n":[0-9]+\},?)+)\},'
    rb'"prev":(?:null|"([0-9a-f]{64})"),'
    rb'"stream":%b,"type":%b,"v":"%b","ver":%b\}'
    % (_NUMBER, _TEXT, _TEXT, _TEXT, LEAF_VERSION.encode(), _NUMBER)
)
_PART: Final = re.compile(rb'"([a-z]+)":\{"c":"([0-9a-f]{64})","n":(0|[1-9][0-9]{0,15})\}(?:,|$)')


def read_leaf(leaf: bytes) -> Leaf:
    """Canonical bytes can be read in one way only; raise ValueError for any others."""
    found = _LEAF.fullmatch(leaf)
    if found is None:
        raise ValueError("it is not written as leaves are")
    at, ident, parts, prev, stream, topic, version = found.groups()
    return Leaf(int(at), ident, parts, prev, stream, topic, int(version))


class Bound(NamedTuple):
    """What a leaf says of a part: its commitment in hex, and its length."""

    commitment: str
    size: int


def bound_parts(leaf: Leaf) -> dict[str, Bound]:
    """Name → what is bound; raise ValueError for what no leaf writes."""
    found = {name.decode(): Bound(c.decode(), int(n)) for name, c, n in _PART.findall(leaf.parts)}
    if written(found) != leaf.parts or list(found) != sorted(found) or FACTS_PART not in found:
        raise ValueError("its parts are not written as leaves write them")
    return found


def written(parts: Mapping[str, Bound]) -> bytes:
    """The reverse."""
    told = (f'"{name}":{{"c":"{c}","n":{n}}}' for name, (c, n) in parts.items())
    return ",".join(told).encode()


def binds_all(leaf: Leaf, parts: Mapping[str, Salted]) -> bool:
    """Whether these are all the parts of a leaf, in order, and what they were when it was hashed.

    Written out instead of read, because an audit asks it of every fact.
    """
    told = [
        f'"{name}":{{"c":"{digest(salt, PART_PREFIX + content, "sha256").hex()}",'
        f'"n":{len(content)}}}'
        for name, (salt, content) in parts.items()
        if name in PARTS and len(salt) == SALT_BYTES
    ]
    return len(told) == len(parts) and FACTS_PART in parts and ",".join(told).encode() == leaf.parts
