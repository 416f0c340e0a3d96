"""Verifiers of the two standard proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2).

A proof is a sequence of 32-byte hashes. Every verifier raises ProofError, whose sentence says what
does not hold; it returns only if all of it does.
"""

from collections.abc import Sequence

from ledger.errors import LedgerError
from ledger.log.hashing import HASH_BYTES, node_hash


class ProofError(LedgerError):
    """A proof does not hold."""


def verify_inclusion(
    leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Hold the leaf with this *hash* at `index` (from 0) to be in the tree of `size` and `root`."""
    if not 0 <= index < size:
        raise ProofError(f"leaf {index} cannot be in a tree of {size}")
    _well_formed(leaf, root, *proof)
    if _climb(leaf, index, size - 1, proof) != root:
        raise ProofError("the path does not lead from the leaf to the root")


def _climb(node: bytes, index: int, last: int, proof: Sequence[bytes]) -> bytes:
    for sibling in proof:
        if not last:
            raise ProofError("the proof is too long")
        if index & 1 or index == last:
            node = node_hash(sibling, node)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        index, last = index >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return node


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Hold the newer tree to begin with every leaf of the older one, in its place."""
    if not 0 < old_size <= new_size:
        raise ProofError(f"a tree of {new_size} cannot be shown to continue one of {old_size}")
    if old_size == new_size:
        if proof or old_root != new_root:
            raise ProofError("two trees of one size have one root and need no proof")
        return
    if old_size & (old_size - 1) == 0:
        proof = [old_root, *proof]
    _well_formed(*proof)
    if not proof:
        raise ProofError("the proof is too short")
    if _both_roots(old_size, new_size, proof) != (old_root, new_root):
        raise ProofError("the newer tree does not continue the older one")


def _both_roots(old_size: int, new_size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    index, last = old_size - 1, new_size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = proof[0]
    for sibling in proof[1:]:
        if not last:
            raise ProofError("the proof is too long")
        if index & 1 or index == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        index, last = index >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return old, new


def _well_formed(*hashes: bytes) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofError(f"a hash has {HASH_BYTES} bytes")
