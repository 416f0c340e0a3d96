"""Which units of a batch can be stored, and what exactly is then written: pure, for both databases.

A store reads the `Ground` under its write lock, so what is decided here cannot be overtaken. A unit
that does not fit is left out before anything is written: no savepoints, no gaps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledger.facts.fact import AccountId, StreamId
from ledger.log.hashing import leaf_hash
from ledger.store.codec import leaf_bytes
from ledger.store.port import (
    Claim,
    Draft,
    Erasure,
    Head,
    Key,
    KeyReused,
    NameTaken,
    Outcome,
    Part,
    PartGone,
    Placed,
    Receipt,
    Unit,
    VersionTaken,
)

KeyName = tuple[AccountId, str]


@dataclass(frozen=True, slots=True)
class Tip:
    """The newest fact of a stream."""

    version: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Used:
    """What a key was used for, and what it stored."""

    fingerprint: bytes
    receipt: Receipt

    def answer(self, key: Key) -> Receipt | KeyReused:
        if self.fingerprint and self.fingerprint != key.fingerprint:
            return KeyReused()
        return replace(self.receipt, replayed=True)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the database holds about everything that a batch names.

    `erasable` are those of the parts to be erased that still have words: (position, name).
    """

    head: Head
    tips: Mapping[StreamId, Tip] = field(default_factory=dict)
    used: Mapping[KeyName, Used] = field(default_factory=dict)
    holders: Mapping[str, StreamId] = field(default_factory=dict)
    erasable: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class FactRow:
    placed: Placed
    leaf: bytes
    parts: tuple[Part, ...]
    erases: Erasure | None = None


@dataclass(frozen=True, slots=True)
class KeyRow:
    key: Key
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ClaimRow:
    claim: Claim
    position: int


@dataclass(frozen=True, slots=True)
class Batch:
    """An answer for each unit, and the rows that make the answers true."""

    outcomes: Sequence[Outcome]
    facts: Sequence[FactRow]
    keys: Sequence[KeyRow]
    claims: Sequence[ClaimRow]

    @property
    def first(self) -> tuple[Key, Receipt] | None:
        """The first key that the batch stores, with its receipt."""
        if not self.keys:
            return None
        stored = (one for one in self.outcomes if isinstance(one, Receipt) and not one.replayed)
        return self.keys[0].key, next(stored)


def judge(units: Sequence[Unit], ground: Ground, now: int) -> Batch:
    """Later units see the earlier ones. Every fact of a batch gets the same time."""
    judging = _Judging(ground, max(now, ground.head.at))
    outcomes = [judging.outcome(unit) for unit in units]
    return Batch(outcomes, judging.facts, judging.keys, judging.claims)


class _Judging:
    """The ground with what the batch has added to it so far."""

    def __init__(self, ground: Ground, at: int) -> None:
        self._at = at
        self._position = ground.head.position
        self._tips = dict(ground.tips)
        self._used = dict(ground.used)
        self._holders = dict(ground.holders)
        self._erasable = set(ground.erasable)
        self.facts: list[FactRow] = []
        self.keys: list[KeyRow] = []
        self.claims: list[ClaimRow] = []

    def outcome(self, unit: Unit) -> Outcome:
        if used := self._used.get((unit.key.by, unit.key.key)):
            return used.answer(unit.key)
        return self._taken(unit) or self._placed(unit)

    def _taken(self, unit: Unit) -> VersionTaken | NameTaken | PartGone | None:
        return (
            self._read_changed(unit.reads)
            or self._version_taken(unit.drafts)
            or self._name_taken(unit.claims)
            or self._part_gone(unit.erasures)
        )

    def _read_changed(self, reads: Mapping[StreamId, int]) -> VersionTaken | None:
        """Two that judge each other's streams, such as two merges in a circle, are never both."""
        for stream, version in reads.items():
            if self._version(stream) != version:
                return VersionTaken(stream)
        return None

    def _version_taken(self, drafts: Sequence[Draft]) -> VersionTaken | None:
        versions: dict[StreamId, int] = {}
        for draft in drafts:
            stream = draft.stream
            if draft.version != versions.get(stream, self._version(stream)) + 1:
                return VersionTaken(stream)
            versions[stream] = draft.version
        return None

    def _name_taken(self, claims: Sequence[Claim]) -> NameTaken | None:
        taken: dict[str, StreamId] = {}
        for claim in claims:
            holder = taken.setdefault(claim.name, self._holders.get(claim.name, claim.stream))
            if holder != claim.stream:
                return NameTaken(claim.name, holder)
        return None

    def _part_gone(self, erasures: Sequence[Erasure]) -> PartGone | None:
        for erasure in erasures:
            if (erasure.position, erasure.part) not in self._erasable:
                return PartGone(erasure.position, erasure.part)
        return None

    def _version(self, stream: StreamId) -> int:
        tip = self._tips.get(stream)
        return 0 if tip is None else tip.version

    def _placed(self, unit: Unit) -> Receipt:
        receipt = Receipt(tuple([self._place(draft) for draft in unit.drafts]))
        first, last = receipt.facts[0].position, receipt.position
        self.keys.append(KeyRow(unit.key, first, last))
        self._used[unit.key.by, unit.key.key] = Used(unit.key.fingerprint, receipt)
        for claim in unit.claims:
            if claim.name not in self._holders:
                self._holders[claim.name] = claim.stream
                self.claims.append(ClaimRow(claim, last))
        return receipt

    def _place(self, draft: Draft) -> Placed:
        sealed = self._chained(draft)
        leaf = leaf_bytes(sealed, self._at)
        self._position += 1
        placed = Placed(
            self._position,
            self._at,
            draft.fact_id,
            draft.stream,
            draft.version,
            draft.topic,
            leaf_hash(leaf),
        )
        self._tips[draft.stream] = Tip(draft.version, placed.leaf_hash)
        self.facts.append(FactRow(placed, leaf, draft.parts, draft.erases))
        if draft.erases is not None:
            self._erasable.discard((draft.erases.position, draft.erases.part))
        return placed

    def _chained(self, draft: Draft) -> Draft:
        """`prev` is only certain here: the fact before may be of the same batch."""
        tip = self._tips.get(draft.stream)
        prev = None if tip is None else tip.leaf_hash
        return draft if draft.prev == prev else replace(draft, prev=prev)
