"""What a leaf of the log says of a fact, and how it binds the parts that hold the words.

A leaf is RFC 8785 canonical JSON: `v`, `at` (ms), `id`, `stream`, `ver`, `type`, `prev` (the leaf
hash of the stream's fact before it, or null) and `parts`, for each its commitment `c` and its
length `n` in bytes.
"""

import hmac
from typing import Final

LEAF_VERSION: Final = "commitment-ledger/leaf/v1"
MEMBERS: Final = frozenset({"v", "at", "id", "stream", "ver", "type", "prev", "parts"})
PART_PREFIX: Final = b"commitment-ledger/part/v1\0"
SALT_BYTES: Final = 32

FACTS_PART: Final = "facts"
WORDS_PART: Final = "words"
ATTACHMENT_PART: Final = "attachment"


def commitment(salt: bytes, content: bytes) -> bytes:
    """What a leaf says about a part: HMAC-SHA256, keyed so that nobody can guess short words."""
    return hmac.digest(salt, PART_PREFIX + content, "sha256")
