"""Hashes of the Merkle tree (RFC 6962, section 2.1)."""

import hashlib
from typing import Final

HASH_BYTES: Final = 32
LEAF_PREFIX: Final = b"\0"
NODE_PREFIX: Final = b"\1"

EMPTY: Final = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf; the prefix keeps it from being taken for a node."""
    return hashlib.sha256(LEAF_PREFIX + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()
