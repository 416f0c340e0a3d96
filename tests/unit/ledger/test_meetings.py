"""What meetings can do: be held or planned, be corrected, and get minutes."""

from dataclasses import replace

from ledger.commands import (
    CorrectMeeting,
    DraftMinutes,
    FinaliseMinutes,
    RecordMeeting,
    VoidMeeting,
)
from ledger.dates import PartialDate
from ledger.facts.meeting import (
    MeetingCorrected,
    MeetingRecorded,
    MeetingVoided,
    MinutesDrafted,
    MinutesFinalised,
)
from ledger.vocabulary import CorrectionReason, VoidReason
from tests.unit.ledger.samples import (
    MEETING,
    MEETING_PROFILE,
    MEETING_RECORDED,
    MET_ON,
    MINUTES_DRAFTED,
    NEW,
)
from tests.unit.ledger.scenario import NOW, TODAY, TOMORROW, given

AHEAD = PartialDate(TOMORROW)


def test_a_meeting_is_true_from_the_day_on_which_it_was_held() -> None:
    given().when(RecordMeeting(id=NEW, profile=MEETING_PROFILE)).then(
        MeetingRecorded(effective_on=MET_ON, profile=MEETING_PROFILE)
    )


def test_a_planned_meeting_is_true_from_today_and_stays_ahead() -> None:
    profile = replace(MEETING_PROFILE, held_on=AHEAD)

    given().when(RecordMeeting(id=NEW, profile=profile)).then(
        MeetingRecorded(effective_on=PartialDate(TODAY), profile=profile)
    )


def test_a_meeting_of_this_month_is_not_planned() -> None:
    profile = replace(MEETING_PROFILE, held_on=PartialDate("2022-06"))

    given().when(RecordMeeting(id=NEW, profile=profile)).then(
        MeetingRecorded(effective_on=PartialDate("2022-06"), profile=profile)
    )


def test_a_correction_of_a_meeting_is_true_from_the_start() -> None:
    profile = replace(MEETING_PROFILE, held_on=PartialDate("2022-02-16"))
    command = CorrectMeeting(
        id=MEETING,
        profile=profile,
        reason=CorrectionReason.SOURCE_CORRECTED,
        noticed_by="The gazette",
    )

    given(MEETING_RECORDED).when(command).then(
        MeetingCorrected(
            effective_on=MET_ON,
            profile=profile,
            reason=CorrectionReason.SOURCE_CORRECTED,
            noticed_by="The gazette",
        )
    )


def test_a_voided_meeting_was_never_right() -> None:
    given(MEETING_RECORDED).when(VoidMeeting(id=MEETING, reason=VoidReason.TEST)).then(
        MeetingVoided(effective_on=MET_ON, reason=VoidReason.TEST)
    )


def test_minutes_say_what_was_so_on_the_day_of_the_meeting() -> None:
    given(MEETING_RECORDED).when(DraftMinutes(id=MEETING, text="We met.")).then(
        MinutesDrafted(effective_on=MET_ON, text="We met.")
    )


def test_a_later_draft_replaces_an_earlier() -> None:
    given(MEETING_RECORDED, MINUTES_DRAFTED).when(
        DraftMinutes(id=MEETING, text="We met indeed.")
    ).accepted()


def test_minutes_may_be_drafted_once_the_day_has_come_in_the_east() -> None:
    planned = MeetingRecorded(
        effective_on=PartialDate(TODAY), profile=replace(MEETING_PROFILE, held_on=AHEAD)
    )
    command = DraftMinutes(id=MEETING, text="We met.")

    given(planned).when(command, NOW.replace(hour=10, minute=0)).then(
        MinutesDrafted(effective_on=AHEAD, text="We met.")
    )


def test_minutes_are_agreed_on_the_day_of_the_meeting_at_the_earliest() -> None:
    given(MEETING_RECORDED, MINUTES_DRAFTED).when(
        FinaliseMinutes(id=MEETING, agreed_on=MET_ON)
    ).then(MinutesFinalised(effective_on=MET_ON))


def test_a_meeting_with_final_minutes_is_still_corrected() -> None:
    final = MinutesFinalised(effective_on=PartialDate("2022-03-01"))
    command = CorrectMeeting(
        id=MEETING,
        profile=replace(MEETING_PROFILE, place="Exampleton"),
        reason=CorrectionReason.TRANSCRIPTION,
    )

    given(MEETING_RECORDED, MINUTES_DRAFTED, final).when(command).accepted()
