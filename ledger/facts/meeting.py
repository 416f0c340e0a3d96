"""Facts about meetings: when and where, who came for whom, what was on the agenda, the minutes."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.dates import PartialDate
from ledger.facts.fact import Attachment, Fact, StreamId, Words
from ledger.vocabulary import CorrectionReason, VoidReason


@dataclass(frozen=True, kw_only=True)
class Participant:
    """A stakeholder in the room; `delegation` is the organization they came for."""

    stakeholder: StreamId
    delegation: StreamId | None = None
    role: Words = ""


@dataclass(frozen=True, kw_only=True)
class ClaimedDate:
    """What one source says about when it was, in its own words."""

    source: StreamId
    held_on: PartialDate
    text: Words = ""


@dataclass(frozen=True, kw_only=True)
class MeetingProfile:
    """`series` names the row of meetings it belongs to; `follows` is the one before."""

    title: Words
    place: Words = ""
    held_on: PartialDate
    claimed_dates: tuple[ClaimedDate, ...] = ()
    participants: tuple[Participant, ...] = ()
    agenda: tuple[Words, ...] = ()
    series: Words = ""
    follows: StreamId | None = None
    sources: tuple[StreamId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MeetingRecorded(Fact):
    """A meeting was held, or is planned where its day lies ahead."""

    TOPIC: ClassVar = "meeting.recorded/1"
    profile: MeetingProfile


@dataclass(frozen=True, kw_only=True)
class MeetingCorrected(Fact):
    """The record was wrong from the start; this is the whole right one."""

    TOPIC: ClassVar = "meeting.corrected/1"
    profile: MeetingProfile
    reason: CorrectionReason
    noticed_by: Words = ""


@dataclass(frozen=True, kw_only=True)
class MeetingVoided(Fact):
    """The record was wholly wrong: there was no such meeting."""

    TOPIC: ClassVar = "meeting.voided/1"
    reason: VoidReason


@dataclass(frozen=True, kw_only=True)
class MinutesDrafted(Fact):
    """Minutes that the participants have not agreed yet; a later draft replaces an earlier."""

    TOPIC: ClassVar = "minutes.drafted/1"
    text: Attachment


@dataclass(frozen=True, kw_only=True)
class MinutesFinalised(Fact):
    """The last draft is the agreed record."""

    TOPIC: ClassVar = "minutes.finalised/1"


MeetingFact = MeetingRecorded | MeetingCorrected | MeetingVoided | MinutesDrafted | MinutesFinalised
