"""A witness: cosigns a checkpoint if it continues the newest one of that log (C2SP tlog-witness).

What it cosigns is durable before anybody hears of it, and its times never go back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Final

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.clock import Clock, utc_now
from ledger.errors import LedgerError, PlaceTakenError
from ledger.log.cosignatures import cosign
from ledger.log.hashing import EMPTY
from ledger.log.notes import (
    COSIGNATURE,
    Note,
    NoteError,
    VerifierKey,
    require_signed,
    valid_name,
    verifier,
)
from ledger.log.policies import Policy
from ledger.log.proofs import ProofError
from ledger.log.submissions import Submission, parse_submission
from ledger.publishing.keys import KEY, make_key, read_key
from ledger.witnessing.evidence import keep_evidence
from ledger.witnessing.seen import Last, Seen, begin_seen, opened_seen

OWNER_ONLY: Final = 0o700
VARIABLE: Final = "LEDGER_WITNESS_PASSPHRASE"
LARGEST: Final = 2**63 - 1
NOTHING: Final = Last(0, EMPTY, 0, "")

log = structlog.get_logger()


class NotCosigned(LedgerError):
    """`status` is the answer over HTTP."""

    status: ClassVar[int]


class Malformed(NotCosigned):
    """The request cannot be read, or its sizes do not fit together."""

    status = 400


class UnknownLog(NotCosigned):
    """Nobody told this witness whose keys to trust for that log."""

    status = 404


class NotSigned(NotCosigned):
    """No trusted key of the log has signed the checkpoint, or a signature of one is false."""

    status = 403


class AnotherSize(NotCosigned):
    """The proof does not begin at the checkpoint that was cosigned last; `size` is that one's."""

    status = 409

    def __init__(self, size: int) -> None:
        super().__init__(f"the last checkpoint cosigned has size {size}")
        self.size = size


class Inconsistent(NotCosigned):
    """The checkpoint does not continue the one that was cosigned last."""

    status = 422


@dataclass(frozen=True, slots=True)
class Witness:
    """Blocking; used from any thread. `logs` are the keys that are trusted, by origin."""

    name: str
    key: Ed25519PrivateKey
    logs: Mapping[str, tuple[VerifierKey, ...]]
    seen: Seen
    folder: Path
    clock: Clock = utc_now

    @property
    def verifier(self) -> VerifierKey:
        """What its cosignatures are checked with."""
        return verifier(self.name, self.key, COSIGNATURE)

    def add(self, told: bytes) -> str:
        """The cosignature, as a line; raise NotCosigned, StorageError."""
        submission, note = self._known(told)
        with self.seen.turn() as turn:
            last = turn.last(submission.checkpoint.origin) or NOTHING
            self._hold(submission, last)
            at = max(last.at, int(self.clock().timestamp()))
            line = cosign(note.text, self.name, self.key, at)
            kept = str(Note(note.text, (*note.signatures, line)))
            tree = submission.checkpoint
            turn.keep(tree.origin, Last(tree.size, tree.root, at, kept))
        log.info("witness.cosigned", origin=tree.origin, size=tree.size)
        return str(line)

    def latest(self, origin_hash: str) -> str | None:
        """The newest checkpoint of a log with this witness's line; None where there is none."""
        for origin in self.logs:
            if sha256(origin.encode()).hexdigest() == origin_hash:
                last = self.seen.last(origin)
                return None if last is None else last.note
        return None

    def _known(self, told: bytes) -> tuple[Submission, Note]:
        """The request, and its checkpoint with the lines of trusted keys alone."""
        try:
            submission = parse_submission(told)
        except NoteError as error:
            raise Malformed(str(error)) from error
        keys = self.logs.get(submission.checkpoint.origin)
        if keys is None:
            raise UnknownLog(f"this witness does not know {submission.checkpoint.origin!r}")
        try:
            held = require_signed(submission.note, keys)
        except NoteError as error:
            raise NotSigned(str(error)) from error
        if not submission.old <= submission.checkpoint.size <= LARGEST:
            raise Malformed(f"a log of {submission.checkpoint.size} never had {submission.old}")
        lines = [line for key in held for line in submission.note.of(key)]
        return submission, Note(submission.note.text, tuple(lines))

    def _hold(self, submission: Submission, last: Last) -> None:
        if submission.old != last.size:
            raise AnotherSize(last.size)
        try:
            submission.verify(last.root)
        except ProofError as error:
            self._keep_evidence(submission, last, error)
            raise Inconsistent(str(error)) from error

    def _keep_evidence(self, submission: Submission, last: Last, error: ProofError) -> None:
        tree = submission.checkpoint
        digest = sha256(submission.note.text.encode()).hexdigest()[:16]
        told = f"{error}\n\n--- cosigned before\n\n{last.note}\n--- asked for\n\n{submission}"
        path = keep_evidence(self.folder, f"{last.size}-{tree.size}-{digest}", told)
        log.critical(
            "witness.inconsistent", origin=tree.origin, size=tree.size, evidence=str(path or "")
        )


def begin_witness(folder: Path, name: str, passphrase: str) -> VerifierKey:
    """A new key and nothing seen, in a folder of its own.

    Raise PlaceTakenError, NoteError for a name that no key may have, StorageError, OSError.
    """
    valid_name(name)
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    if (folder / KEY).exists():
        raise PlaceTakenError(f"{folder / KEY} is there already: a witness is begun once")
    begin_seen(folder, name)
    return verifier(name, make_key(folder / KEY, passphrase), COSIGNATURE)


@contextmanager
def opened_witness(
    folder: Path, name: str, passphrase: str, policy: Policy, clock: Clock = utc_now
) -> Iterator[Witness]:
    """A witness of the logs in the policy.

    Raise NoWitnessError, KeyUnreadableError, StorageError.
    """
    with opened_seen(folder, name) as seen:
        key = read_key(folder / KEY, passphrase, VARIABLE)
        yield Witness(name, key, _by_origin(policy), seen, folder, clock)


def _by_origin(policy: Policy) -> Mapping[str, tuple[VerifierKey, ...]]:
    """While a log changes its key, it has two."""
    origins = {key.name for key in policy.logs}
    return {name: tuple(key for key in policy.logs if key.name == name) for name in origins}
