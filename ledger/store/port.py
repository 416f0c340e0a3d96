"""What the rest of the ledger may ask of a store, and in which shapes.

Positions count from 1 without gaps; a leaf's index in the log is its position − 1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ledger.facts import AnyFact
from ledger.facts.fact import AccountId, StreamId, Words


@dataclass(frozen=True, kw_only=True)
class Recorder:
    """Who recorded a fact: `by` is an account, `on_behalf_of` a stakeholder, `why` a reason."""

    by: AccountId
    name: Words
    on_behalf_of: StreamId | None = None
    why: Words = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A salted, erasable piece of a fact; `content` and `salt` are None once redacted."""

    name: str
    salt: bytes | None
    content: bytes | None


def salted(parts: Iterable[Part]) -> dict[str, tuple[bytes, bytes]]:
    """Salt and content by name, of the parts that are there."""
    return {
        part.name: (part.salt, part.content)
        for part in parts
        if part.salt is not None and part.content is not None
    }


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a redaction takes away: the content of a part, and the names that it alone gave.

    `names` are claims of the stream that the part belongs to.
    """

    position: int
    part: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact that has no place yet. `erases` is what goes in the transaction that stores it.

    `prev` is the leaf hash of the stream's previous fact. The store sets it under its write lock,
    because that fact may be of the same batch; a writer leaves it None.
    """

    fact_id: str
    stream: StreamId
    version: int
    topic: str
    prev: bytes | None
    parts: tuple[Part, ...]
    erases: Erasure | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key of one account; `fingerprint` is a digest of what was asked with it.

    It is empty once words of that request were redacted: whoever guesses them has nothing to
    compare with.
    """

    by: AccountId
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact in its place, as stored: the leaf's bytes are hashed as they are, never re-encoded."""

    position: int
    at: int
    fact_id: str
    stream: StreamId
    version: int
    topic: str
    leaf: bytes
    leaf_hash: bytes
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A name that only one stakeholder may bear; `name` is its UTS 39 skeleton."""

    name: str
    stream: StreamId


@dataclass(frozen=True, slots=True)
class Unit:
    """One request: all of its facts, its names and its key are stored, or nothing is.

    `reads` holds the version of each other stream that it was decided on.
    """

    drafts: tuple[Draft, ...]
    key: Key
    claims: tuple[Claim, ...] = ()
    reads: Mapping[StreamId, int] = field(default_factory=dict)

    @property
    def streams(self) -> Iterable[StreamId]:
        """Every stream whose version decides whether the unit can be stored."""
        return {*self.reads, *[draft.stream for draft in self.drafts]}

    @property
    def erasures(self) -> Sequence[Erasure]:
        """Everything that its facts take away."""
        return [draft.erases for draft in self.drafts if draft.erases is not None]


@dataclass(frozen=True, slots=True)
class Placed:
    """One line of a receipt."""

    position: int
    at: int
    fact_id: str
    stream: StreamId
    version: int
    topic: str
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored for a key, in order. `replayed` says that it was stored by an earlier try."""

    facts: tuple[Placed, ...]
    replayed: bool = False

    @property
    def position(self) -> int:
        """The last position that the request took."""
        return self.facts[-1].position


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The key was used before for something else."""


@dataclass(frozen=True, slots=True)
class VersionTaken:
    """Another writer appended to `stream`, written or only read: decide again on what it wrote."""

    stream: StreamId


@dataclass(frozen=True, slots=True)
class NameTaken:
    """Another stakeholder bears `name`, or one that looks the same."""

    name: str
    holder: StreamId


@dataclass(frozen=True, slots=True)
class PartGone:
    """The part that was to be redacted has lost its words already, or is none."""

    position: int
    part: str


Outcome = Receipt | KeyReused | VersionTaken | NameTaken | PartGone


@dataclass(frozen=True, slots=True)
class Head:
    """The newest position (0 for an empty ledger) and its time in ms."""

    position: int
    at: int


@dataclass(frozen=True, slots=True)
class Epoch:
    """A time in which a ledger's positions meant one thing: until it was restored from a backup.

    It began after `position`, at `at` (ms); the facts up to there it shares with the one before.
    """

    id: str
    position: int
    at: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the log says of a fact: its bytes, and beside them its place, time (ms) and hash."""

    position: int
    at: int
    leaf: bytes
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact decoded, with its place and who recorded it. `at` is ms since 1970 in UTC."""

    position: int
    at: int
    fact_id: str
    stream: StreamId
    version: int
    leaf_hash: bytes
    recorder: Recorder
    fact: AnyFact


class Store(Protocol):
    """Blocking; call it from a thread. Raises StorageError and StorageFullError."""

    def append(self, units: Sequence[Unit], now: int) -> Sequence[Outcome]:
        """Store the units in one transaction and one sync, in order; an answer for each.

        `now` is ms; a leaf's `at` is never below its predecessor's. A unit that cannot be stored
        takes nothing with it and leaves no gap. When this returns, everything is durable. What a
        fact erases goes in the same transaction.
        """

    def sweep(self) -> bool:
        """Leave no trace of what was erased in the database's files, as far as that can be done.

        False if something is in the way for now; then it has to be asked for again.
        """

    def receipt(self, key: Key) -> Receipt | KeyReused | None:
        """What the key stored earlier, whoever asks."""

    def stream(self, stream: StreamId, *, after: int = 0) -> Sequence[Entry]:
        """The facts of one stream in order, those with a version above `after`."""

    def streams(self, streams: Sequence[StreamId]) -> Mapping[StreamId, Sequence[Entry]]:
        """The facts of several streams; a stream that does not exist has no member."""

    def entries(self, *, after: int, limit: int) -> Sequence[Entry]:
        """At most `limit` entries above position `after`, contiguous."""

    def leaves(self, *, after: int, limit: int) -> Sequence[Leaf]:
        """At most `limit` leaves above position `after`, contiguous, without their parts."""

    def head(self) -> Head:
        """The newest place."""

    def holder(self, name: str) -> StreamId | None:
        """Who bears the name with this skeleton."""

    def epochs(self) -> Sequence[Epoch]:
        """Every epoch of the ledger, oldest first; the last is the present one."""

    def close(self) -> None:
        """Release every connection."""
