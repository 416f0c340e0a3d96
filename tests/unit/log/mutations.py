"""Proofs that hold, each with mistakes put into it: no verifier may accept one that has one.

`lines` gives them as JSON for verifiers in other languages, a case a line:

    {"kind": "inclusion", "holds": false, "mistake": "…", "index": 5, "size": 9,
     "leaf": hex, "root": hex, "path": [hex, …]}
    {"kind": "consistency", "holds": false, "mistake": "…", "old_size": 5, "size": 9,
     "old_root": hex, "root": hex, "path": [hex, …]}

`leaf` is a leaf's hash. A path says at each step on which side its hash stands, and neither proof
says more about a size than that: so a wrong size counts as a mistake here only if a path under it
would have other sides. What binds the size itself is the signature over it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from hashlib import sha256
from itertools import count, islice
from random import Random
from typing import Final

from tests.unit.log import naive

SIZES: Final = (1, 2, 3, 4, 5, 6, 7, 8, 13, 16, 31, 64, 100, 255, 256, 257, 511, 600)
LEAVES: Final = naive.leaves(max(SIZES))
SEED: Final = 20_260

Path = tuple[bytes, ...]
Turns = tuple[str, ...]
"""What a verifier does at each hash of a path: the same turns read the same path alike."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`leaf` is at `index` (from 0) of the tree."""

    index: int
    size: int
    leaf: bytes
    root: bytes
    path: Path

    @property
    def turns(self) -> Turns | None:
        """None if no path can hold."""
        return inclusion_turns(self.index, self.size) if 0 <= self.index < self.size else None


@dataclass(frozen=True, slots=True)
class Consistency:
    """The tree of `size` begins with that of `old_size`."""

    old_size: int
    size: int
    old_root: bytes
    root: bytes
    path: Path

    @property
    def turns(self) -> Turns | None:
        """None if no path can hold."""
        known = 0 < self.old_size <= self.size
        return consistency_turns(self.old_size, self.size) if known else None


Proof = Inclusion | Consistency


@dataclass(frozen=True, slots=True)
class Case:
    """`mistake` is empty for a proof that holds."""

    proof: Proof
    mistake: str = ""

    @property
    def holds(self) -> bool:
        return not self.mistake

    def __str__(self) -> str:
        kind = type(self.proof).__name__.lower()
        told = {"kind": kind, "holds": self.holds, "mistake": self.mistake, **asdict(self.proof)}
        return json.dumps(told, default=bytes.hex)


# --- proofs that hold, by the definitions of RFC 6962, section 2.1


@lru_cache(None)
def root(low: int, high: int) -> bytes:
    return naive.root(LEAVES[low:high])


def split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def audit_path(index: int, low: int, high: int) -> Path:
    if high - low == 1:
        return ()
    middle = low + split(high - low)
    if index < middle:
        return (*audit_path(index, low, middle), root(middle, high))
    return (*audit_path(index, middle, high), root(low, middle))


def consistency_path(old: int, low: int, high: int, *, known: bool) -> Path:
    if old == high:
        return () if known else (root(low, high),)
    middle = low + split(high - low)
    if old <= middle:
        return (*consistency_path(old, low, middle, known=known), root(middle, high))
    return (*consistency_path(old, middle, high, known=False), root(low, middle))


def inclusion_turns(index: int, size: int) -> Turns:
    if size == 1:
        return ()
    middle = split(size)
    if index < middle:
        return (*inclusion_turns(index, middle), "right")
    return (*inclusion_turns(index - middle, size - middle), "left")


def consistency_turns(old: int, size: int, *, known: bool = True) -> Turns:
    if old == size:
        return ("known",) if known else ("first",)
    middle = split(size)
    if old <= middle:
        return (*consistency_turns(old, middle, known=known), "right")
    return (*consistency_turns(old - middle, size - middle, known=False), "left")


def inclusion(chance: Random) -> Inclusion:
    size = chance.choice(SIZES)
    index = chance.randrange(size)
    return Inclusion(index, size, LEAVES[index], root(0, size), audit_path(index, 0, size))


def consistency(chance: Random) -> Consistency:
    size = chance.choice(SIZES)
    old = chance.randint(1, size)
    path = consistency_path(old, 0, size, known=True)
    return Consistency(old, size, root(0, old), root(0, size), path)


# --- mistakes: each answers a proof that is another one, or the same if it cannot be made


def flip(chance: Random, value: bytes) -> bytes:
    changed = bytearray(value)
    changed[chance.randrange(len(value))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def hash_of(chance: Random) -> bytes:
    return sha256(chance.randbytes(8)).digest()


def bit_of_the_path(chance: Random, proof: Proof) -> Proof:
    path = list(proof.path)
    if path:
        at = chance.randrange(len(path))
        path[at] = flip(chance, path[at])
    return replace(proof, path=tuple(path))


def bit_of_the_root(chance: Random, proof: Proof) -> Proof:
    return replace(proof, root=flip(chance, proof.root))


def bit_of_what_is_proved(chance: Random, proof: Proof) -> Proof:
    if isinstance(proof, Inclusion):
        return replace(proof, leaf=flip(chance, proof.leaf))
    return replace(proof, old_root=flip(chance, proof.old_root))


def swapped(chance: Random, proof: Proof) -> Proof:
    path = list(proof.path)
    if len(path) > 1:
        one, other = chance.sample(range(len(path)), 2)
        path[one], path[other] = path[other], path[one]
    return replace(proof, path=tuple(path))


def cut(chance: Random, proof: Proof) -> Proof:
    at = chance.randrange(len(proof.path) or 1)
    return replace(proof, path=proof.path[:at] + proof.path[at + 1 :])


def prolonged(chance: Random, proof: Proof) -> Proof:
    at = chance.randint(0, len(proof.path))
    added = chance.choice((hash_of(chance), bytes(32), proof.root, *proof.path))
    return replace(proof, path=(*proof.path[:at], added, *proof.path[at:]))


def one_byte_less(chance: Random, proof: Proof) -> Proof:
    path = list(proof.path)
    if path:
        at = chance.randrange(len(path))
        path[at] = chance.choice((path[at][:-1], path[at][1:], b"", path[at] + b"\0"))
    return replace(proof, path=tuple(path))


def joined(_: Random, proof: Proof) -> Proof:
    """The same bytes, cut into hashes elsewhere."""
    return replace(proof, path=(b"".join(proof.path[:2]), *proof.path[2:]))


def boundary_moved(_: Random, proof: Proof) -> Proof:
    """One byte of a hash given to the one beside it: what is hashed stays the same."""
    chain = [proof.leaf, *proof.path] if isinstance(proof, Inclusion) else list(proof.path)
    if len(chain) < 2 or not proof.turns:
        return proof
    if proof.turns[len(proof.turns) - len(chain) + 1] == "right":
        chain[0], chain[1] = chain[0][:-1], chain[0][-1:] + chain[1]
    else:
        chain[1], chain[0] = chain[1][:-1], chain[1][-1:] + chain[0]
    if isinstance(proof, Inclusion):
        return replace(proof, leaf=chain[0], path=tuple(chain[1:]))
    return replace(proof, path=tuple(chain))


def wrong_index(chance: Random, proof: Proof) -> Proof:
    if isinstance(proof, Inclusion):
        return replace(proof, index=chance.choice((chance.randrange(proof.size), proof.size, -1)))
    return replace(proof, old_size=chance.choice((chance.randint(1, proof.size), 0)))


def wrong_size(chance: Random, proof: Proof) -> Proof:
    return replace(proof, size=chance.choice((chance.choice(SIZES), proof.size + 1, 0)))


def other_leaf(chance: Random, proof: Proof) -> Proof:
    other = chance.choice(LEAVES)
    if isinstance(proof, Inclusion):
        return replace(proof, leaf=other)
    return replace(proof, old_root=other)


def node_for_leaf(_: Random, proof: Proof) -> Proof:
    """What stands above the leaf in its place, with the rest of the path."""
    if not isinstance(proof, Inclusion) or not proof.path:
        return proof
    pair = (proof.leaf, proof.path[0])
    left, right = pair if proof.turns and proof.turns[0] == "right" else pair[::-1]
    return replace(proof, leaf=sha256(b"\1" + left + right).digest(), path=proof.path[1:])


def roots_exchanged(_: Random, proof: Proof) -> Proof:
    if isinstance(proof, Consistency):
        return replace(proof, old_root=proof.root, root=proof.old_root)
    return replace(proof, leaf=proof.root, root=proof.leaf)


MISTAKES: Final[Sequence[Callable[[Random, Proof], Proof]]] = (
    bit_of_the_path,
    bit_of_the_root,
    bit_of_what_is_proved,
    swapped,
    cut,
    prolonged,
    one_byte_less,
    joined,
    boundary_moved,
    wrong_index,
    wrong_size,
    other_leaf,
    node_for_leaf,
    roots_exchanged,
)


def mistaken(before: Proof, after: Proof) -> bool:
    """Whether a verifier has to tell the two apart."""
    told = replace(after, size=before.size)
    if isinstance(told, Inclusion) and isinstance(before, Inclusion):
        told = replace(told, index=before.index)
    if isinstance(told, Consistency) and isinstance(before, Consistency):
        told = replace(told, old_size=before.old_size)
    return told != before or after.turns != before.turns


def cases(number: int, seed: int = SEED) -> Iterator[Case]:
    """So many proofs with a mistake, the same ones every time; before each, the one that holds."""
    chance, turn = Random(seed), count()
    made = (_case(chance, next(turn)) for _ in count())
    for whole, broken in islice(filter(None, made), number):
        yield Case(whole)
        yield broken


def _case(chance: Random, turn: int) -> tuple[Proof, Case] | None:
    whole: Proof = (inclusion, consistency)[turn % 2](chance)
    mistake = MISTAKES[turn // 2 % len(MISTAKES)]
    broken = mistake(chance, whole)
    return (whole, Case(broken, mistake.__name__)) if mistaken(whole, broken) else None


def lines(number: int, seed: int = SEED) -> Iterator[str]:
    """The same as JSON."""
    return map(str, cases(number, seed))


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines(int(sys.argv[1])))
