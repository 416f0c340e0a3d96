"""Facts as if they had been stored: the shortest way to tell a stream's history in a test."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from ledger.dates import PartialDate
from ledger.facts import AnyFact
from ledger.facts.assessment import ProgressAssessed
from ledger.facts.commitment import (
    CommitmentContent,
    CommitmentRecorded,
    Due,
    DueMoved,
    Strength,
)
from ledger.facts.fact import AccountId, AssessmentId, StreamId
from ledger.store.port import Recorder, StoredFact
from ledger.vocabulary import AssessorKind, Content, Form, Progress
from projections.spans import FOREVER, ROWS, Folded, Row, Story, fold, ranges

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


def ident(number: int) -> str:
    """An id that reads as a small number."""
    return str(UUID(int=number))


def stream(number: int) -> StreamId:
    return StreamId(ident(number))


A, B, C = stream(0xA), stream(0xB), stream(0xC)
CLERK = Recorder(by=AccountId(ident(0xC1)), name="A clerk")


def on(text: str) -> PartialDate:
    return PartialDate.parse(text)


def stored(
    facts: Iterable[AnyFact],
    *,
    start: int = 1,
    about: StreamId = A,
    recorder: Recorder = CLERK,
) -> list[StoredFact]:
    """One stream, whose facts took the positions from `start` on, a second apart."""
    return [
        StoredFact(
            position=position,
            at=int(NOON.timestamp() * 1000) + 1000 * position,
            fact_id=ident(0xFAC70000 + position),
            stream=about,
            version=version,
            leaf_hash=position.to_bytes(32, "big"),
            recorder=recorder,
            fact=fact,
        )
        for version, (position, fact) in enumerate(enumerate(facts, start), 1)
    ]


def told(story: Story, facts: Sequence[AnyFact]) -> Folded:
    return fold(story, stored(facts))


def rows(story: Story, facts: Sequence[AnyFact]) -> list[tuple[str, str | None, Row]]:
    """(first day, day after the last or None, row), in order of days."""
    held = ranges(story, stored(facts))
    found = sorted((since, *what) for (kind, _, since), what in held.items() if kind == ROWS)
    return [
        (iso(since), None if until == FOREVER else iso(until), row) for since, until, row in found
    ]


def iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


# --- facts with everything that does not matter filled in


def promise(
    text: str = "We will build it.",
    *,
    made_on: str = "2022-02-15",
    due: str | None = None,
    promisors: tuple[StreamId, ...] = (B,),
    promisees: tuple[StreamId, ...] = (),
    form: Form = Form.COMMITS,
) -> CommitmentContent:
    return CommitmentContent(
        promisors=promisors,
        promisees=promisees,
        text=text,
        made_on=on(made_on),
        due=None if due is None else Due(latest=on(due)),
        strength=Strength(form=form, content=Content.SPECIFIC_ACTION),
    )


def recorded(content: CommitmentContent | None = None) -> CommitmentRecorded:
    content = content or promise()
    return CommitmentRecorded(effective_on=content.made_on, content=content)


def assessed(
    progress: Progress,
    day: str,
    *,
    kind: AssessorKind = AssessorKind.INDEPENDENT,
    number: int = 1,
) -> ProgressAssessed:
    return ProgressAssessed(
        effective_on=on(day),
        assessment=AssessmentId(ident(0xA55E0000 + number)),
        assessor_kind=kind,
        progress=progress,
        rubric="1",
    )


def moved(due: str, day: str) -> DueMoved:
    return DueMoved(effective_on=on(day), due=Due(latest=on(due)))
