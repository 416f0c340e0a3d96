"""Whether the facts in a bundle stand in the log that it names."""

from __future__ import annotations

from typing import Final

from ledger.auditing.audit import Audited, refuse_shrunk
from ledger.auditing.bundles import Bundle, BundledFact
from ledger.auditing.history import REDACTION, Place, hold_parts, leaf_of, ordered, parts_of
from ledger.auditing.lies import LieError
from ledger.auditing.trust import Held, Trust, hold_checkpoint
from ledger.auditing.verifying import Verified
from ledger.errors import DamagedError
from ledger.log.checkpoints import Checkpoint
from ledger.log.hashing import leaf_hash
from ledger.log.leaves import FACTS_PART, Leaf
from ledger.log.notes import NoteError
from ledger.log.policies import Policy, PolicyError, parse_policy
from ledger.log.proofs import ProofError
from ledger.log.receipts import TlogProof, parse_proof

NOT_ALL: Final = (
    "A bundle cannot show that nothing else was recorded, before or since: only the whole ledger "
    "can, with `commitments verify URL`."
)
LIMITS: Final = (
    NOT_ALL,
    "README.txt and verify.html in it are for people; nothing proves what they say.",
)
UNCOMPARED: Final = (
    "The checkpoint that you kept is of another size. A bundle holds nothing to compare them by: "
    "`commitments verify URL --since FILE` does."
)


def verify_bundle(bundle: Bundle, policy: Policy | None, since: Checkpoint | None) -> Verified:
    """Hold each fact to its proof, its parts and its neighbours; raise LieError."""
    held = hold_checkpoint(bundle.checkpoint.encode(), _trust(bundle, policy))
    if bundle.origin != held.signed.origin:
        raise LieError(f"the bundle says it is of {bundle.origin}, and its checkpoint is not")
    if since is not None and (since.size == held.signed.size or since.origin != bundle.origin):
        refuse_shrunk(held.signed, since)
    audited = _Facts(held).of(bundle)
    compared = since is None or since.size == held.signed.size
    count, size = len(bundle.facts), held.signed.size
    claims = (
        f"True: {count} of the {size} facts of {bundle.origin} that were signed.",
        "Each stands at its place in the log, and follows the one before it of its record.",
    )
    return Verified(held, audited, claims, LIMITS if compared else (*LIMITS, UNCOMPARED))


def _trust(bundle: Bundle, policy: Policy | None) -> Trust:
    if policy is not None:
        return Trust(policy, own_word=False)
    try:
        return Trust(parse_policy(bundle.policy), own_word=True)
    except PolicyError as error:
        raise LieError(f"the bundle's own policy cannot be read: {error}") from error


class _Facts:
    """Facts of a bundle in order."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._before, self._at = 0, 0
        self._tips = dict[bytes, tuple[int, bytes]]()
        self._withheld = dict[Place, str]()
        self._parts = self._redacted = 0

    def of(self, bundle: Bundle) -> Audited:
        if not bundle.facts:
            raise LieError("the bundle holds no fact")
        try:
            for fact in bundle.facts:
                self._take(fact)
        except DamagedError as error:
            raise LieError(str(error)) from error
        for position, name in self._withheld:
            raise LieError(f"the {name} of fact {position} are gone, and no fact here ordered it")
        return Audited(len(bundle.facts), self._parts, self._redacted, self._held.signed)

    def _take(self, fact: BundledFact) -> None:
        leaf = leaf_of(fact.position, fact.leaf)
        hashed = leaf_hash(fact.leaf)
        prove(fact, hashed, self._held)
        if fact.position <= self._before:
            raise LieError(f"fact {fact.position} does not follow fact {self._before}")
        if leaf.at < self._at:
            raise LieError(f"fact {fact.position} is older than one before it")
        self._chain(fact.position, leaf, hashed)
        bound = parts_of(fact.position, leaf)
        for name in hold_parts(fact.position, bound, fact.parts, "published"):
            self._withheld[fact.position, name] = bound[name].commitment
        self._parts += len(bound)
        self._before, self._at = fact.position, leaf.at
        if leaf.topic == REDACTION:
            self._order(fact)

    def _chain(self, position: int, leaf: Leaf, hashed: bytes) -> None:
        """Where the fact before it of its record is here too, it is the one that the leaf names."""
        version, previous = self._tips.get(leaf.stream, (0, None))
        follows = leaf.version == version + 1
        if leaf.version <= version or (follows and leaf.prev != previous):
            raise LieError(f"fact {position} does not follow its stream's last fact")
        self._tips[leaf.stream] = leaf.version, hashed.hex().encode()

    def _order(self, fact: BundledFact) -> None:
        place, told = ordered(fact.position, fact.parts[FACTS_PART][1])
        if self._withheld.get(place) == told:
            del self._withheld[place]
            self._redacted += 1


def prove(fact: BundledFact, hashed: bytes, held: Held) -> None:
    """Hold a fact to be where its proof says, under this checkpoint; raise LieError."""
    try:
        proof = parse_proof(fact.proof.encode())
        _refuse_other(fact, proof, held)
        proof.verify(hashed)
    except (NoteError, ProofError) as error:
        raise LieError(f"the proof of fact {fact.position} does not hold: {error}") from error


def _refuse_other(fact: BundledFact, proof: TlogProof, held: Held) -> None:
    if proof.index != fact.position - 1:
        raise ProofError(f"it is of fact {proof.index + 1}")
    if str(proof.note).encode() != held.text:
        raise ProofError("it is under another checkpoint")


def prove_order(fact: BundledFact, held: Held) -> tuple[Place, str]:
    """The part that a redaction orders away, and its commitment, once the redaction is proved.

    Raise LieError, DamagedError.
    """
    prove(fact, leaf_hash(fact.leaf), held)
    leaf = leaf_of(fact.position, fact.leaf)
    bound = parts_of(fact.position, leaf)
    if leaf.topic != REDACTION or hold_parts(fact.position, bound, fact.parts, "published"):
        raise LieError(f"fact {fact.position} is not a redaction, and was given as one")
    place, told = ordered(fact.position, fact.parts[FACTS_PART][1])
    if place[0] >= fact.position:
        raise LieError(f"fact {fact.position} redacts a fact that is not before it")
    return place, told
