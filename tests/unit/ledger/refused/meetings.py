"""Refusals about meetings and their minutes."""

from dataclasses import replace
from typing import Final

from ledger.commands import CorrectMeeting, DraftMinutes, FinaliseMinutes, RecordMeeting
from ledger.dates import PartialDate
from ledger.facts.fact import StreamId
from ledger.facts.meeting import (
    ClaimedDate,
    MeetingProfile,
    MeetingRecorded,
    MeetingVoided,
    MinutesFinalised,
    Participant,
)
from ledger.rules.between import VoidedReference
from ledger.rules.days import BeforeItBegan, InTheFuture
from ledger.rules.meeting import (
    MinutesAreFinal,
    NoMinutesYet,
    NotHeldYet,
    ParticipantTwice,
    UnknownMeeting,
)
from ledger.rules.source import UnknownSource
from ledger.rules.stakeholder import MergedParty, NotAnOrganization, UnknownParty
from ledger.vocabulary import CorrectionReason, VoidReason
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    BAD_SOURCE,
    COMPANY,
    DOUBLE,
    MEETING,
    MEETING_PROFILE,
    MEETING_RECORDED,
    MET_ON,
    MINISTRY,
    MINUTES_DRAFTED,
    NEW,
    NOBODY,
    PERSON,
    SOURCE,
    stream,
)
from tests.unit.ledger.scenario import TODAY, TOMORROW

BAD_MEETING: Final = stream("bad meeting")
FINALISED: Final = MinutesFinalised(effective_on=PartialDate("2022-03-01"))
PLANNED: Final = MeetingRecorded(
    effective_on=PartialDate(TODAY),
    profile=replace(MEETING_PROFILE, held_on=PartialDate(TOMORROW)),
)
DRAFT: Final = DraftMinutes(id=MEETING, text="We met.")
AGREE: Final = FinaliseMinutes(id=MEETING, agreed_on=PartialDate("2022-03-01"))


def recording(profile: MeetingProfile) -> RecordMeeting:
    return RecordMeeting(id=NEW, profile=profile)


def attending(stakeholder: StreamId, delegation: StreamId | None = None) -> RecordMeeting:
    guest = Participant(stakeholder=stakeholder, delegation=delegation)
    host = Participant(stakeholder=MINISTRY)
    return recording(replace(MEETING_PROFILE, participants=(host, guest)))


MEETINGS: Final = (
    Case(
        "a participant is listed once",
        [],
        attending(MINISTRY),
        ParticipantTwice,
        "/profile/participants/1/stakeholder",
    ),
    Case(
        "a participant is registered",
        [],
        attending(NOBODY),
        UnknownParty,
        "/profile/participants/1/stakeholder",
    ),
    Case(
        "a participant is not a duplicate",
        [],
        attending(DOUBLE),
        MergedParty,
        "/profile/participants/1/stakeholder",
    ),
    Case(
        "a delegation is an organization",
        [],
        attending(COMPANY, PERSON),
        NotAnOrganization,
        "/profile/participants/1/delegation",
    ),
    Case(
        "a delegation is registered",
        [],
        attending(PERSON, NOBODY),
        UnknownParty,
        "/profile/participants/1/delegation",
    ),
    Case(
        "a delegation is not a duplicate",
        [],
        attending(PERSON, DOUBLE),
        MergedParty,
        "/profile/participants/1/delegation",
    ),
    Case(
        "a date is claimed by a source",
        [],
        recording(
            replace(MEETING_PROFILE, claimed_dates=(ClaimedDate(source=PERSON, held_on=MET_ON),))
        ),
        UnknownSource,
        "/profile/claimed_dates/0/source",
    ),
    Case(
        "the sources of a meeting are registered",
        [],
        recording(replace(MEETING_PROFILE, sources=(SOURCE, NOBODY))),
        UnknownSource,
        "/profile/sources/1",
    ),
    Case(
        "the sources of a meeting are not voided",
        [],
        recording(replace(MEETING_PROFILE, sources=(BAD_SOURCE,))),
        VoidedReference,
        "/profile/sources/0",
    ),
    Case(
        "the meeting before is on record",
        [],
        recording(replace(MEETING_PROFILE, follows=NOBODY)),
        UnknownMeeting,
        "/profile/follows",
    ),
    Case(
        "the meeting before is not voided",
        [],
        recording(replace(MEETING_PROFILE, follows=BAD_MEETING)),
        VoidedReference,
        "/profile/follows",
        knowing={
            BAD_MEETING: [
                MEETING_RECORDED,
                MeetingVoided(effective_on=MET_ON, reason=VoidReason.TEST),
            ]
        },
    ),
    Case(
        "a corrected participant is registered",
        [MEETING_RECORDED],
        CorrectMeeting(
            id=MEETING,
            profile=replace(MEETING_PROFILE, participants=(Participant(stakeholder=NOBODY),)),
            reason=CorrectionReason.MISATTRIBUTION,
        ),
        UnknownParty,
        "/profile/participants/0/stakeholder",
    ),
    Case(
        "a corrected participant is listed once",
        [MEETING_RECORDED],
        CorrectMeeting(
            id=MEETING,
            profile=replace(MEETING_PROFILE, participants=(Participant(stakeholder=PERSON),) * 2),
            reason=CorrectionReason.MISATTRIBUTION,
        ),
        ParticipantTwice,
        "/profile/participants/1/stakeholder",
    ),
    Case(
        "minutes come after the meeting",
        [PLANNED],
        DRAFT,
        NotHeldYet,
        "/id",
    ),
    Case(
        "minutes are drafted before they are agreed",
        [MEETING_RECORDED],
        AGREE,
        NoMinutesYet,
        "/id",
    ),
    Case(
        "minutes are agreed once",
        [MEETING_RECORDED, MINUTES_DRAFTED, FINALISED],
        AGREE,
        MinutesAreFinal,
        "/id",
    ),
    Case(
        "agreed minutes are not drafted again",
        [MEETING_RECORDED, MINUTES_DRAFTED, FINALISED],
        DRAFT,
        MinutesAreFinal,
        "/id",
    ),
    Case(
        "minutes are not agreed before the meeting",
        [MEETING_RECORDED, MINUTES_DRAFTED],
        replace(AGREE, agreed_on=PartialDate("2022-02-14")),
        BeforeItBegan,
        "/agreed_on",
    ),
    Case(
        "minutes are not agreed in the future",
        [MEETING_RECORDED, MINUTES_DRAFTED],
        replace(AGREE, agreed_on=PartialDate(TOMORROW)),
        InTheFuture,
        "/agreed_on",
    ),
)
