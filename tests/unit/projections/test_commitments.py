"""Given the facts of a commitment, what it was on each day."""

from typing import Any

import orjson
import pytest

from ledger.facts import AnyFact
from ledger.facts.assessment import ReviewFoundNothing
from ledger.facts.commitment import (
    CommitmentCorrected,
    CommitmentSuperseded,
    CommitmentVoided,
    CommitmentWithdrawn,
    MilestoneReached,
    MilestoneSet,
)
from ledger.facts.dispute import DisputeOpened, DisputeResolved, ReplyPublished
from ledger.facts.fact import AccountId, DisputeId, MilestoneId, ReplyId
from ledger.vocabulary import (
    AssessorKind,
    CorrectionReason,
    DisputeGround,
    DisputeResolution,
    Form,
    Progress,
    VoidReason,
)
from projections.spans import FACETS, KINDS, ROWS, TALLIES, Folded, ranges
from projections.views.commitments import COMMITMENTS
from tests.unit.projections.telling import (
    A,
    B,
    C,
    assessed,
    ident,
    moved,
    on,
    promise,
    recorded,
    rows,
    stored,
    told,
)

OPENED = DisputeOpened(
    effective_on=on("2022-06-01"),
    dispute=DisputeId(ident(1)),
    ground=DisputeGround.NOT_SAID,
    opened_by=AccountId(ident(2)),
    text="I never said so.",
)


def days(facts: list[AnyFact], *members: str) -> list[tuple[Any, ...]]:
    """(first day, day after the last, the named members) of each row."""
    return [
        (day_from, day_to, *(orjson.loads(row.document)[member] for member in members))
        for day_from, day_to, row in rows(COMMITMENTS, facts)
    ]


def found_by(folded: Folded, kind: int = FACETS) -> set[Any]:
    shelves = (*folded.moving, *folded.settled)
    return {
        key for each, shelf in zip(KINDS, shelves, strict=True) if each == kind for key in shelf
    }


def test_a_promise_stands_from_the_day_it_was_made() -> None:
    assert days([recorded()], "text", "progress", "record_status") == [
        ("2022-02-15", None, "We will build it.", "not_assessed", "published")
    ]


def test_an_assessment_counts_from_its_day() -> None:
    facts: list[AnyFact] = [recorded(), assessed(Progress.IN_PROGRESS, "2022-09-01")]

    assert days(facts, "progress") == [
        ("2022-02-15", "2022-09-01", "not_assessed"),
        ("2022-09-01", None, "in_progress"),
    ]


def test_an_assessment_recorded_late_takes_its_place_in_the_past() -> None:
    facts: list[AnyFact] = [
        recorded(),
        assessed(Progress.FULFILLED, "2023-01-01", number=1),
        assessed(Progress.IN_PROGRESS, "2022-09-01", number=2),
    ]

    assert days(facts, "progress") == [
        ("2022-02-15", "2022-09-01", "not_assessed"),
        ("2022-09-01", "2023-01-01", "in_progress"),
        ("2023-01-01", None, "fulfilled"),
    ]


def test_the_version_of_the_newest_row_is_that_of_the_stream() -> None:
    facts: list[AnyFact] = [
        recorded(),
        assessed(Progress.FULFILLED, "2023-01-01", number=1),
        assessed(Progress.IN_PROGRESS, "2022-09-01", number=2),
    ]

    found = days(facts, "clocks")

    assert [clocks["version"] for _, _, clocks in found] == [1, 3, 3]


def test_a_correction_counts_from_the_beginning() -> None:
    facts: list[AnyFact] = [
        recorded(promise("We will bild it.")),
        assessed(Progress.IN_PROGRESS, "2022-09-01"),
        CommitmentCorrected(
            effective_on=on("2022-02-15"),
            content=promise("We will build it."),
            reason=CorrectionReason.TRANSCRIPTION,
            noticed_by="A reader",
        ),
    ]

    found = days(facts, "text", "progress", "corrections")

    assert [(text, progress) for _, _, text, progress, _ in found] == [
        ("We will build it.", "not_assessed"),
        ("We will build it.", "in_progress"),
    ]
    assert found[-1][-1] == [
        {
            "reason": "transcription",
            "noticed_by": "A reader",
            "recorded_at": "2024-06-01T12:00:03.000Z",
            "position": 3,
            "changes": [{"member": "text", "was": "We will bild it.", "now": "We will build it."}],
        }
    ]


@pytest.mark.parametrize("made_on", ["2022-01-10", "2022-03-10"])
def test_a_correction_of_the_day_moves_the_beginning(made_on: str) -> None:
    facts: list[AnyFact] = [
        recorded(),
        assessed(Progress.IN_PROGRESS, "2022-09-01"),
        CommitmentCorrected(
            effective_on=on("2022-02-15"),
            content=promise(made_on=made_on),
            reason=CorrectionReason.TRANSCRIPTION,
        ),
    ]

    assert days(facts, "made_on", "progress") == [
        (made_on, "2022-09-01", made_on, "not_assessed"),
        ("2022-09-01", None, made_on, "in_progress"),
    ]


def test_a_moved_due_date_stands_beside_the_one_before() -> None:
    facts: list[AnyFact] = [recorded(promise(due="2022-12")), moved("2023-06", "2022-11-20")]

    found = days(facts, "due", "due_moves")

    before = {"earliest": None, "latest": "2022-12", "text": None, "basis": "stated"}
    after = {**before, "latest": "2023-06"}
    assert found == [
        ("2022-02-15", "2022-11-20", before, []),
        ("2022-11-20", None, after, [{"was": before, "moved_on": "2022-11-20", "position": 2}]),
    ]


def test_a_voided_record_leaves_a_stub_on_every_day() -> None:
    facts: list[AnyFact] = [
        recorded(),
        assessed(Progress.IN_PROGRESS, "2022-09-01"),
        CommitmentVoided(effective_on=on("2022-02-15"), reason=VoidReason.NOT_SAID),
    ]

    folded = told(COMMITMENTS, facts)

    assert days(facts, "text", "promisors", "record_reason") == [
        ("2022-02-15", None, None, [], "not_said")
    ]
    assert found_by(folded) == {
        ("", ""),
        ("id", A),
        ("made", "0738201"),
        ("due", "9999999"),
        ("record_status", "voided"),
    }
    assert found_by(folded, TALLIES) == {("commitments/record_status", "voided")}


def test_a_superseded_promise_names_its_successor_and_counts_no_longer() -> None:
    facts: list[AnyFact] = [
        recorded(),
        CommitmentSuperseded(effective_on=on("2022-05-01"), successor=C),
    ]

    folded = told(COMMITMENTS, facts)

    assert days(facts, "record_status", "successor")[-1] == ("2022-05-01", None, "superseded", C)
    assert ("successor", C) in found_by(folded)
    assert found_by(folded, TALLIES) == {
        ("entities", "commitments"),
        ("commitments/record_status", "superseded"),
    }


def test_a_withdrawn_promise_has_no_open_due_day() -> None:
    facts: list[AnyFact] = [
        recorded(promise(due="2022-12-31")),
        CommitmentWithdrawn(effective_on=on("2022-05-01")),
    ]

    found = rows(COMMITMENTS, facts)

    assert [row.open_due == row.due for *_, row in found] == [True, False]


def test_others_decide_over_the_promisor_and_disagreement_shows() -> None:
    facts: list[AnyFact] = [
        recorded(),
        assessed(Progress.IN_PROGRESS, "2022-09-01", number=1),
        assessed(Progress.FULFILLED, "2022-10-01", kind=AssessorKind.SELF, number=2),
    ]

    assert days(facts, "progress", "contested")[-1] == ("2022-10-01", None, "in_progress", True)


def test_a_promisor_alone_decides_and_the_facets_say_so() -> None:
    facts: list[AnyFact] = [
        recorded(),
        assessed(Progress.FULFILLED, "2022-10-01", kind=AssessorKind.SELF),
    ]

    folded = told(COMMITMENTS, facts)

    assert {("status", "fulfilled"), ("self_reported", "true")} <= found_by(folded)


@pytest.mark.parametrize(("day", "late"), [("2022-12-31", False), ("2023-01-01", True)])
def test_fulfilled_after_the_due_day_is_late(day: str, late: bool) -> None:
    facts: list[AnyFact] = [
        recorded(promise(due="2022")),
        assessed(Progress.FULFILLED, day, number=1),
        assessed(Progress.FULFILLED, "2024-01-01", number=2),
    ]

    folded = told(COMMITMENTS, facts)

    assert (("fulfilled_late", "true") in found_by(folded)) is late


def test_an_end_state_closes_what_is_due() -> None:
    facts: list[AnyFact] = [
        recorded(promise(due="2022-12-31")),
        assessed(Progress.ABANDONED, "2022-10-01"),
    ]

    assert [row.open_due is None for *_, row in rows(COMMITMENTS, facts)] == [False, True]


def test_milestones_are_reached_where_they_stand() -> None:
    facts: list[AnyFact] = [
        recorded(),
        MilestoneSet(effective_on=on("2022-03-01"), milestone=MilestoneId(ident(1)), text="Plan"),
        MilestoneSet(effective_on=on("2022-03-02"), milestone=MilestoneId(ident(2)), text="Roof"),
        MilestoneReached(effective_on=on("2022-07-01"), milestone=MilestoneId(ident(1))),
    ]

    (_, _, milestones) = days(facts, "milestones")[-1]

    assert [(found["text"], found["reached_on"]) for found in milestones] == [
        ("Plan", "2022-07-01"),
        ("Roof", None),
    ]


def test_a_dispute_is_open_until_it_is_resolved() -> None:
    resolved = DisputeResolved(
        effective_on=on("2022-07-01"),
        dispute=OPENED.dispute,
        resolution=DisputeResolution.REJECTED,
        resolved_by=AccountId(ident(3)),
        text="The minutes say so.",
    )

    before = told(COMMITMENTS, [recorded(), OPENED])
    after = told(COMMITMENTS, [recorded(), OPENED, resolved])

    assert ("disputed", "true") in found_by(before)
    assert ("disputed", "false") in found_by(after)
    assert days([recorded(), OPENED, resolved], "disputes")[-1][-1][0]["resolution"] == "rejected"


def test_replies_come_newest_first() -> None:
    replies = [
        ReplyPublished(
            effective_on=on(day), reply=ReplyId(ident(day.count("2"))), party=B, text=day
        )
        for day in ("2022-04-01", "2022-05-01")
    ]

    (_, _, found) = days([recorded(), *replies], "replies")[-1]

    assert [reply["text"] for reply in found] == ["2022-05-01", "2022-04-01"]


def test_every_pair_of_parties_has_a_cell() -> None:
    content = promise(promisors=(B,), promisees=(C,), form=Form.INFORMS)

    folded = told(COMMITMENTS, [recorded(content)])

    assert ("matrix", f"{B}>{C}:not_assessed") in found_by(folded, TALLIES)


def test_in_a_mutual_promise_nobody_promises_themselves() -> None:
    folded = told(COMMITMENTS, [recorded(promise(promisors=(B, C), promisees=(B, C)))])

    cells = {code for dimension, code in found_by(folded, TALLIES) if dimension == "matrix"}
    assert cells == {f"{B}>{C}:not_assessed", f"{C}>{B}:not_assessed"}


def test_a_review_that_found_nothing_ends_nobody_has_looked_and_judges_nothing() -> None:
    looked = ReviewFoundNothing(
        effective_on=on("2022-12-12"), assessor_kind=AssessorKind.INDEPENDENT, looked_at="News"
    )
    facts: list[AnyFact] = [recorded(), looked]

    assert days(facts, "progress") == [
        ("2022-02-15", "2022-12-12", "not_assessed"),
        ("2022-12-12", None, "no_evidence"),
    ]
    assert days([recorded(), assessed(Progress.STALLED, "2022-09-01"), looked], "progress")[-1] == (
        "2022-12-12",
        None,
        "stalled",
    )


def test_a_promise_to_nobody_in_particular_has_a_cell_of_its_own() -> None:
    folded = told(COMMITMENTS, [recorded()])

    assert ("matrix", f"{B}>:not_assessed") in found_by(folded, TALLIES)


def test_facets_that_do_not_change_keep_their_range() -> None:
    held = ranges(COMMITMENTS, stored([recorded(), assessed(Progress.STALLED, "2022-09-01")]))

    found = {
        (*key, day_from): day_to
        for (kind, key, day_from), (day_to, _) in held.items()
        if kind == FACETS and key[0] in {"promisor", "status"}
    }
    assert found == {
        ("promisor", B, 738201): 3652060,
        ("status", "not_assessed", 738201): 738399,
        ("status", "stalled", 738399): 3652060,
    }
    assert [kind for kind, *_ in held].count(ROWS) == 2
