"""Given the facts of stakeholders, meetings, statements, sources and outcomes, what they were."""

from dataclasses import replace
from typing import Any

import orjson

from ledger.facts import AnyFact
from ledger.facts.assessment import (
    Bearing,
    OutcomeContent,
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeVoided,
)
from ledger.facts.fact import WITHHELD, MembershipId, QuotationId
from ledger.facts.meeting import (
    MeetingCorrected,
    MeetingProfile,
    MeetingRecorded,
    MinutesDrafted,
    MinutesFinalised,
    Participant,
)
from ledger.facts.source import (
    QuotationRechecked,
    QuotationTaken,
    SourceCorrected,
    SourceProfile,
    SourceRegistered,
    TextArchived,
)
from ledger.facts.stakeholder import (
    AliasAdded,
    MembershipEnded,
    MembershipStarted,
    OrganizationCorrected,
    OrganizationProfile,
    OrganizationRegistered,
    PersonProfile,
    PersonRegistered,
    StakeholderMerged,
    StakeholderRenamed,
    StakeholderUnmerged,
)
from ledger.facts.statement import StatementContent, StatementRecorded, StatementVoided
from ledger.vocabulary import (
    Basis,
    CorrectionReason,
    Effect,
    QuotationCheck,
    StatementKind,
    VoidReason,
)
from projections.spans import FACETS, KINDS, PARTS, TALLIES, WORDS, Story
from projections.views.meetings import MEETINGS
from projections.views.outcomes import OUTCOMES
from projections.views.pieces import CHAPTER, chapters
from projections.views.sources import SOURCES
from projections.views.stakeholders import STAKEHOLDERS
from projections.views.statements import STATEMENTS
from tests.unit.projections.telling import B, C, ident, on, rows, told

NOBODY_KNOWS = "0001-01-01"
FOUNDED = OrganizationRegistered(
    effective_on=on("2021-10"),
    profile=OrganizationProfile(name="Working Group", founded_on=on("2021-10")),
)
REGISTERED = SourceRegistered(
    effective_on=on("2022-02-19"),
    profile=SourceProfile(
        publisher="The Times",
        title="A lab",
        claimed_on=on("2022-02-19"),
        basis=Basis.ON_RECORD,
    ),
)
QUOTED = QuotationTaken(
    effective_on=on("2022-02-19"),
    quotation=QuotationId(ident(9)),
    exact="agreed to explore",
    check=QuotationCheck.NOT_CHECKABLE,
)
MET = MeetingRecorded(
    effective_on=on("2022-02-15"),
    profile=MeetingProfile(
        title="First meeting",
        place="Islamabad",
        held_on=on("2022-02-15"),
        participants=(Participant(stakeholder=B, delegation=C),),
    ),
)
SAID = StatementRecorded(
    effective_on=on("2022-02-15"),
    content=StatementContent(
        kind=StatementKind.CONCERN, speakers=(B,), addressees=(C,), text="Harm is not removed."
    ),
)
HAPPENED = OutcomeRecorded(
    effective_on=on("2022-12-01"),
    content=OutcomeContent(
        text="Monetisation opened.", bears_on=(Bearing(subject=B, effect=Effect.ADDRESSES),)
    ),
)


def days(story: Story, facts: list[AnyFact], *members: str) -> list[tuple[Any, ...]]:
    return [
        (day_from, day_to, *(orjson.loads(row.document)[member] for member in members))
        for day_from, day_to, row in rows(story, facts)
    ]


def held(story: Story, facts: list[AnyFact], kind: int) -> dict[Any, Any]:
    """What the record holds after its last day of change."""
    folded = told(story, facts)
    shelves = zip(KINDS, (*folded.moving, *folded.settled), strict=True)
    return {key: value for each, shelf in shelves if each == kind for key, value in shelf.items()}


# --- stakeholders


def test_an_organization_begins_when_it_was_founded() -> None:
    assert days(STAKEHOLDERS, [FOUNDED], "name") == [("2021-10-01", None, "Working Group")]


def test_a_person_was_always_there_as_far_as_anybody_knows() -> None:
    registered = PersonRegistered(effective_on=on("2024-01-01"), profile=PersonProfile(name="Ann"))

    assert days(STAKEHOLDERS, [registered], "name") == [(NOBODY_KNOWS, None, "Ann")]


def test_a_former_name_becomes_an_alias_on_the_day_of_the_renaming() -> None:
    renamed = StakeholderRenamed(effective_on=on("2023-01-01"), name="Council")

    assert days(STAKEHOLDERS, [FOUNDED, renamed], "name", "aliases") == [
        ("2021-10-01", "2023-01-01", "Working Group", []),
        ("2023-01-01", None, "Council", ["Working Group"]),
    ]


def test_a_correction_after_a_renaming_leaves_the_former_name_alone() -> None:
    facts: list[AnyFact] = [
        FOUNDED,
        StakeholderRenamed(effective_on=on("2023-01-01"), name="Counsil"),
        OrganizationCorrected(
            effective_on=on("2021-10"),
            profile=replace(
                FOUNDED.profile, name="Council", aliases=("Working Group",), purpose="Media"
            ),
            reason=CorrectionReason.TRANSCRIPTION,
        ),
    ]

    assert days(STAKEHOLDERS, facts, "name", "aliases", "purpose") == [
        ("2021-10-01", "2023-01-01", "Working Group", [], "Media"),
        ("2023-01-01", None, "Council", ["Working Group"], "Media"),
    ]


def test_an_alias_is_a_name_for_every_day() -> None:
    facts: list[AnyFact] = [FOUNDED, AliasAdded(effective_on=on("2024-01-01"), alias="WG")]

    assert days(STAKEHOLDERS, facts, "aliases") == [("2021-10-01", None, ["WG"])]


def test_memberships_begin_and_end() -> None:
    person = PersonRegistered(effective_on=on("2020"), profile=PersonProfile(name="Ann"))
    began = MembershipStarted(
        effective_on=on("2021"), membership=MembershipId(ident(1)), organization=B, role="Head"
    )
    ended = MembershipEnded(
        effective_on=on("2022"), membership=MembershipId(ident(1)), until=on("2022")
    )

    found = days(STAKEHOLDERS, [person, began, ended], "memberships")

    assert [[each["until"] for each in memberships] for *_, memberships in found] == [
        [],
        [None],
        ["2022"],
    ]


def test_a_merge_says_what_was_always_so_and_an_unmerge_that_it_was_not() -> None:
    merged = StakeholderMerged(effective_on=on("2024-01-01"), into=B)
    unmerged = StakeholderUnmerged(effective_on=on("2024-02-01"))

    assert days(STAKEHOLDERS, [FOUNDED, merged], "merged_into") == [("2021-10-01", None, B)]
    assert days(STAKEHOLDERS, [FOUNDED, merged, unmerged], "merged_into") == [
        ("2021-10-01", None, None)
    ]


def test_a_duplicate_is_not_counted() -> None:
    merged = StakeholderMerged(effective_on=on("2024-01-01"), into=B)

    assert held(STAKEHOLDERS, [FOUNDED, merged], TALLIES) == {}


# --- sources


def test_quotations_and_texts_are_parts_of_their_own() -> None:
    archived = TextArchived(
        effective_on=on("2022-02-19"),
        text="They agreed to explore a lab.",
        sha256="00",
        retrieved_on=on("2022-03-01"),
    )
    rechecked = QuotationRechecked(
        effective_on=on("2022-02-19"),
        quotation=QUOTED.quotation,
        check=QuotationCheck.FOUND,
        start=5,
    )
    facts: list[AnyFact] = [REGISTERED, QUOTED, archived, rechecked]

    parts = held(SOURCES, facts, PARTS)

    assert parts["text"] == "They agreed to explore a lab."
    assert (parts[QUOTED.quotation]["check"], parts[QUOTED.quotation]["start"]) == ("found", 5)
    (row,) = days(SOURCES, facts, "archived", "text")
    assert row == ("2022-02-19", None, True, None)


def test_a_quotation_that_cannot_be_found_is_marked() -> None:
    lost = QuotationRechecked(
        effective_on=on("2022-02-19"), quotation=QUOTED.quotation, check=QuotationCheck.NOT_FOUND
    )

    assert ("not_found", QUOTED.quotation) in held(SOURCES, [REGISTERED, QUOTED, lost], FACETS)


def test_a_source_begins_with_the_date_it_prints_once_that_is_right() -> None:
    corrected = SourceCorrected(
        effective_on=on("2022-02-19"),
        profile=replace(REGISTERED.profile, claimed_on=on("2022-02-17")),
        reason=CorrectionReason.TRANSCRIPTION,
    )

    assert days(SOURCES, [REGISTERED, QUOTED, corrected], "claimed_on") == [
        ("2022-02-17", None, "2022-02-17")
    ]


def test_withheld_words_read_as_none() -> None:
    withheld = replace(QUOTED, exact=WITHHELD)

    assert held(SOURCES, [REGISTERED, withheld], PARTS)[QUOTED.quotation]["exact"] is None


def test_long_texts_are_searched_in_chapters_cut_between_words() -> None:
    text = "word " * (CHAPTER // 5 + 3)

    found = chapters(text)

    assert "".join(found.values()) == text
    assert [len(piece) for piece in found.values()] == [CHAPTER, 15]


# --- meetings


def test_minutes_are_drafted_and_then_agreed() -> None:
    drafted = MinutesDrafted(effective_on=on("2022-02-15"), text="They met.")
    agreed = MinutesFinalised(effective_on=on("2022-03-15"))

    found = days(MEETINGS, [MET, drafted, agreed], "minutes")

    assert found == [
        ("2022-02-15", "2022-03-15", {"text": None, "status": "drafted", "since": "2022-02-15"}),
        ("2022-03-15", None, {"text": None, "status": "finalised", "since": "2022-03-15"}),
    ]
    assert held(MEETINGS, [MET, drafted, agreed], PARTS) == {"text": "They met."}


def test_a_meeting_to_come_begins_when_it_is_recorded() -> None:
    ahead = replace(MET, profile=replace(MET.profile, held_on=on("2030-01-01")))

    assert days(MEETINGS, [ahead], "held_on") == [("2024-06-01", None, "2030-01-01")]


def test_a_corrected_meeting_is_held_on_the_right_day() -> None:
    corrected = MeetingCorrected(
        effective_on=on("2022-02-15"),
        profile=replace(MET.profile, held_on=on("2022-02-14")),
        reason=CorrectionReason.SOURCE_CORRECTED,
    )

    assert days(MEETINGS, [MET, corrected], "held_on") == [("2022-02-14", None, "2022-02-14")]


def test_a_meeting_is_found_by_who_came_and_for_whom() -> None:
    assert {("participant", B), ("delegation", C)} <= held(MEETINGS, [MET], FACETS).keys()


# --- statements and outcomes


def test_a_statement_is_found_by_either_side() -> None:
    assert {
        ("speaker", B),
        ("addressee", C),
        ("party", B),
        ("party", C),
        ("kind", "concern"),
    } <= held(STATEMENTS, [SAID], FACETS).keys()


def test_a_voided_statement_leaves_no_words_to_search() -> None:
    voided = StatementVoided(effective_on=on("2022-02-15"), reason=VoidReason.TEST)

    assert held(STATEMENTS, [SAID, voided], WORDS) == {}
    assert days(STATEMENTS, [SAID, voided], "text", "speakers") == [("2022-02-15", None, None, [])]


def test_an_outcome_moves_to_the_day_on_which_it_really_happened() -> None:
    corrected = OutcomeCorrected(
        effective_on=on("2022-11-30"),
        content=HAPPENED.content,
        reason=CorrectionReason.TRANSCRIPTION,
    )

    assert days(OUTCOMES, [HAPPENED, corrected], "happened_on") == [
        ("2022-11-30", None, "2022-11-30")
    ]


def test_an_outcome_is_found_by_what_it_addresses_until_it_is_voided() -> None:
    voided = OutcomeVoided(effective_on=on("2022-12-01"), reason=VoidReason.DUPLICATE)

    assert ("addresses", B) in held(OUTCOMES, [HAPPENED], FACETS)
    assert ("addresses", B) not in held(OUTCOMES, [HAPPENED, voided], FACETS)
