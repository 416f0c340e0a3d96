"""Meetings: held or planned, who came for whom, and minutes that are drafted, then agreed."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple, assert_never

from ledger.commands import (
    CorrectMeeting,
    DraftMinutes,
    FinaliseMinutes,
    RecordMeeting,
    VoidMeeting,
)
from ledger.dates import PartialDate
from ledger.errors import Conflict, Invalid, Unknown
from ledger.facts.fact import StreamId
from ledger.facts.meeting import (
    MeetingCorrected,
    MeetingFact,
    MeetingProfile,
    MeetingRecorded,
    MeetingVoided,
    MinutesDrafted,
    MinutesFinalised,
    Participant,
)
from ledger.rules.days import lies_ahead, since, today
from ledger.rules.record import (
    refuse_itself,
    refuse_taken,
    refuse_unchanged,
    refuse_voided,
)
from ledger.rules.words import ARCHIVE_LIMIT, check_name, check_remark, check_text

MeetingCommand = RecordMeeting | CorrectMeeting | VoidMeeting | DraftMinutes | FinaliseMinutes


class UnknownMeeting(Unknown):
    """No meeting has this id; record it first, or name one that is recorded."""


class ParticipantTwice(Invalid):
    """One stakeholder is listed twice; list each participant once."""


class NotHeldYet(Conflict):
    """The meeting has not been held yet; minutes come after it."""


class NoMinutesYet(Conflict):
    """There are no minutes to agree on; draft them first."""


class MinutesAreFinal(Conflict):
    """The participants have agreed on the minutes; publish a correction of the meeting instead."""


class Minutes(Enum):
    """How far the minutes of a meeting are."""

    NONE = auto()
    DRAFTED = auto()
    FINAL = auto()


class Meeting(NamedTuple):
    """`began` is the day from which the record is true: held, or recorded while it lay ahead."""

    began: PartialDate
    profile: MeetingProfile
    minutes: Minutes = Minutes.NONE
    voided: bool = False


def decide(command: MeetingCommand, state: Meeting | None, now: datetime) -> Sequence[MeetingFact]:
    """Raise a refusal, or say what happens."""
    if isinstance(command, RecordMeeting):
        refuse_taken(state)
        return _recorded(command, now)
    if state is None:
        raise UnknownMeeting(pointer="/id")
    refuse_voided(voided=state.voided)
    match command:
        case CorrectMeeting():
            return _corrected(command, state)
        case VoidMeeting():
            return [MeetingVoided(effective_on=state.began, reason=command.reason)]
        case DraftMinutes():
            return _drafted(command, state, now)
        case FinaliseMinutes():
            return _finalised(command, state, now)
        case _:
            assert_never(command)


def _recorded(command: RecordMeeting, now: datetime) -> Sequence[MeetingFact]:
    _check_profile(command.profile, command.id)
    held_on = command.profile.held_on
    began = today(now) if lies_ahead(held_on, now) else held_on
    return [MeetingRecorded(effective_on=began, profile=command.profile)]


def _check_profile(profile: MeetingProfile, own: StreamId) -> None:
    check_name(profile.title, "/profile/title")
    check_remark(profile.place, "/profile/place")
    check_remark(profile.series, "/profile/series")
    refuse_itself(own, profile.follows, "/profile/follows")
    for index, item in enumerate(profile.agenda):
        check_text(item, f"/profile/agenda/{index}")
    for index, claimed in enumerate(profile.claimed_dates):
        check_remark(claimed.text, f"/profile/claimed_dates/{index}/text")
    _check_participants(profile.participants)


def _check_participants(participants: Sequence[Participant]) -> None:
    seen: set[StreamId] = set()
    for index, participant in enumerate(participants):
        check_remark(participant.role, f"/profile/participants/{index}/role")
        if participant.stakeholder in seen:
            raise ParticipantTwice(pointer=f"/profile/participants/{index}/stakeholder")
        seen.add(participant.stakeholder)


def _corrected(command: CorrectMeeting, state: Meeting) -> Sequence[MeetingFact]:
    _check_profile(command.profile, command.id)
    check_remark(command.noticed_by, "/noticed_by")
    refuse_unchanged(state.profile, command.profile, "/profile")
    return [
        MeetingCorrected(
            effective_on=state.began,
            profile=command.profile,
            reason=command.reason,
            noticed_by=command.noticed_by,
        )
    ]


def _drafted(command: DraftMinutes, state: Meeting, now: datetime) -> Sequence[MeetingFact]:
    """Minutes say what was so on the day of the meeting, whenever they were written down."""
    _refuse_final(state)
    check_text(command.text, "/text", ARCHIVE_LIMIT)
    if lies_ahead(state.profile.held_on, now):
        raise NotHeldYet(pointer="/id")
    return [MinutesDrafted(effective_on=state.profile.held_on, text=command.text)]


def _finalised(command: FinaliseMinutes, state: Meeting, now: datetime) -> Sequence[MeetingFact]:
    _refuse_final(state)
    if state.minutes is Minutes.NONE:
        raise NoMinutesYet(pointer="/id")
    agreed_on = since(state.profile.held_on, command.agreed_on, now, "/agreed_on")
    return [MinutesFinalised(effective_on=agreed_on)]


def _refuse_final(state: Meeting) -> None:
    if state.minutes is Minutes.FINAL:
        raise MinutesAreFinal(pointer="/id")


def evolve(state: Meeting | None, fact: MeetingFact) -> Meeting:
    """The meeting after the fact; `decide` sees to it that the first one records it."""
    if isinstance(fact, MeetingRecorded):
        return Meeting(fact.effective_on, fact.profile)
    if state is None:
        raise UnknownMeeting
    match fact:
        case MeetingCorrected():
            return state._replace(profile=fact.profile)
        case MeetingVoided():
            return state._replace(voided=True)
        case MinutesDrafted():
            return state._replace(minutes=Minutes.DRAFTED)
        case MinutesFinalised():
            return state._replace(minutes=Minutes.FINAL)
        case _:
            assert_never(fact)
