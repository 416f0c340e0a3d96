"""One witness as a log sees it: what it cosigned last, whether it answers, when to ask again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

from ledger.errors import LedgerError
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.cosignatures import cosigned
from ledger.log.notes import Note, NoteError, Signature, VerifierKey, require_signed
from ledger.log.policies import Witness
from ledger.log.submissions import Submission
from ledger.log.tree import ReadRows, Tree
from ledger.publishing.log import Published
from ledger.witnessing.client import LATE, Client, Disbelief, Elsewhere, Lines, Silence
from ledger.witnessing.record import Cosigner

FIRST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 300.0


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a question about a checkpoint: a `line` and its time, or `trouble`.

    `contradiction` is what proves that this log has signed two histories; `evidence` is all that
    was said, where the witness disbelieves.
    """

    name: str
    checkpoint: Checkpoint
    line: Signature | None = None
    at: int = 0
    trouble: str = ""
    contradiction: str = ""
    evidence: str = ""


class Member:
    """Of the publishing thread. `line` is its cosignature of the newest checkpoint, if it gave it.

    `fresh` says that this process has heard it. An older line is shown as well, but asked again:
    a witness knows whether the head was put back.

    Whoever does not answer, or answers late, is left alone for a while, longer each time.
    """

    def __init__(self, name: str, witness: Witness, known: Cosigner) -> None:
        self.name, self.witness, self.known = name, witness, known
        self.client = Client(witness.url)
        self.line: Signature | None = None
        self.fresh = self.busy = False
        self._failures = 0
        self._not_before = 0.0

    def turn(self, line: Signature | None) -> None:
        """There is another checkpoint; `line` is what it said of that before."""
        self.line, self.fresh = line, False

    def due(self) -> bool:
        """Whether it is worth asking now."""
        return not self.fresh and not self.busy and monotonic() >= self._not_before

    def hear(self, told: Told) -> None:
        """It answered in time."""
        self.busy = False
        self._take(told, told.trouble)
        if told.line is None:
            self._pause()
        else:
            self._failures, self._not_before = 0, 0.0

    def miss(self) -> None:
        """It did not, and may still answer."""
        self.known = replace(self.known, trouble=LATE)
        self._pause()

    def hear_late(self, told: Told) -> None:
        """It answered after all: what it gave counts, the pause goes on."""
        self.busy = False
        self._take(told, told.trouble or LATE)

    def _take(self, told: Told, trouble: str) -> None:
        if told.line is not None:
            size = told.checkpoint.size
            if not self.known.at:
                self.known = replace(self.known, first_size=size, first_at=told.at)
            self.known = replace(self.known, size=size, at=told.at)
        self.known = replace(self.known, trouble=trouble)

    def _pause(self) -> None:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**self._failures)
        self._failures += 1
        self._not_before = monotonic() + pause


@dataclass(frozen=True, slots=True)
class Asking:
    """One question to one witness. Blocking, until `until` of the monotonic clock or soon after."""

    name: str
    key: VerifierKey
    client: Client
    rows: ReadRows
    until: float

    def ask(self, question: Published, old: int) -> Told:
        """`old` is the size that the witness is thought to know."""
        try:
            return self._ask(question, min(old, question.checkpoint.size))
        except (LedgerError, ValueError, OSError) as error:
            return self._troubled(question, f"could not be asked ({type(error).__name__})")

    def _ask(self, question: Published, old: int, *, again: bool = True) -> Told:
        submission = self._submission(question, old)
        match self.client.submit(submission, self.until):
            case Lines(lines):
                return self._checked(question, lines)
            case Elsewhere(size) if size > question.checkpoint.size:
                trouble = f"has cosigned {size} facts, more than this log has signed"
                return self._held_against(question, submission, trouble)
            case Elsewhere(size) if again:
                return self._ask(question, size, again=False)
            case Elsewhere():
                return self._troubled(question, "is asked by somebody else at the same time")
            case Disbelief(why):
                trouble = f"says that this log contradicts itself: {why}"
                return self._held_against(question, submission, trouble)
            case Silence(why):
                return self._troubled(question, why)

    def _submission(self, question: Published, old: int) -> Submission:
        proof = tuple(question.tree.consistency(old)) if old else ()
        return Submission(old, proof, question.note, question.checkpoint)

    def _checked(self, question: Published, lines: tuple[Signature, ...]) -> Told:
        """Lines of unknown keys are let pass; a line that does not hold is none."""
        key, text = self.key, question.note.text
        for line in Note(text, lines).of(key):
            try:
                found = cosigned(Note(text, (line,)), key)
            except NoteError:
                continue
            if found is not None and found.at:
                return Told(self.name, question.checkpoint, line, found.at)
        return self._troubled(question, "answers with a cosignature that does not hold")

    def _troubled(self, question: Published, trouble: str) -> Told:
        return Told(self.name, question.checkpoint, trouble=trouble)

    def _held_against(self, question: Published, submission: Submission, trouble: str) -> Told:
        """Only a checkpoint with this log's own signature proves what the witness says."""
        shown = self.client.latest(question.checkpoint.origin, self.until)
        seen = "" if shown is None else shown.decode(errors="replace")
        return Told(
            self.name,
            question.checkpoint,
            trouble=trouble,
            contradiction=contradiction(question, shown, self.rows) or "",
            evidence=f"{self.name} {trouble}\n\n--- it shows\n\n{seen}\n--- asked\n\n{submission}",
        )


def contradiction(question: Published, shown: bytes | None, rows: ReadRows) -> str | None:
    """How a checkpoint that a witness shows contradicts this one; None where it does not.

    Nothing that the log's own keys did not sign counts.
    """
    try:
        note, seen = read_checkpoint(shown or b"")
        require_signed(note, question.keys)
    except NoteError:
        return None
    now = question.checkpoint
    if seen.origin != now.origin:
        return None
    if seen.size > now.size:
        return (
            f"this log has signed {seen.size} facts before, and its head signs {now.size}: head "
            "and database were put back to an older state"
        )
    if Tree(seen.size, rows).root() != seen.root:
        return f"this log has signed another history of its first {seen.size} facts before"
    return None
