"""From a checked record to commands, in an order in which each one finds what it names."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from api.record.checking import Checked
from api.record.entries import (
    CommitmentEntry,
    MeetingEntry,
    OrganizationEntry,
    PersonEntry,
    SourceEntry,
    StatementEntry,
    StrengthEntry,
)
from api.record.plan import Plan, Step, filled
from api.record.pointers import pointer
from api.record.problems import BadRecord, Problem
from api.record.words import MEETING
from ledger import commands as intents
from ledger.dates import PartialDate
from ledger.facts.assessment import Bearing, OutcomeContent
from ledger.facts.commitment import (
    CommitmentContent,
    Due,
    Relation,
    Strength,
    ThirdParty,
    Verifiability,
)
from ledger.facts.fact import AssessmentId, MembershipId, StreamId
from ledger.facts.meeting import ClaimedDate, MeetingProfile, Participant
from ledger.facts.source import SourceProfile
from ledger.facts.stakeholder import OrganizationProfile, PersonProfile
from ledger.facts.statement import StatementContent


def translate(checked: Checked) -> tuple[Step, ...]:
    """The commands in order. Raise BadRecord where entries wait for each other in a circle."""
    return _Translation(checked).steps()


class _Translation:
    def __init__(self, checked: Checked) -> None:
        self._record, self._labels = checked.record, checked.labels
        self._plan = Plan(checked.ids)

    def steps(self) -> tuple[Step, ...]:
        self._people()
        self._organizations()
        self._memberships()
        self._sources()
        self._meeting()
        self._statements()
        self._commitments()
        self._outcomes()
        self._assessments()
        self._reviews()
        return tuple(self._plan.steps)

    def _id(self, label: str) -> StreamId:
        return self._labels[label].id

    def _people(self) -> None:
        for label, entry in self._record.people.items():
            profile = filled(PersonProfile, entry)
            command = filled(intents.RegisterPerson, entry, id=self._id(label), profile=profile)
            self._plan.add(command, pointer(("people", label)))

    def _organizations(self) -> None:
        entries = self._record.organizations
        needs = {label: self._known([entry.founder]) for label, entry in entries.items()}
        for label in _ordered("organizations", needs):
            self._organization(label, entries[label])

    def _organization(self, label: str, entry: OrganizationEntry) -> None:
        profile = filled(OrganizationProfile, entry)
        command = filled(intents.RegisterOrganization, entry, id=self._id(label), profile=profile)
        self._plan.add(command, pointer(("organizations", label)))

    def _memberships(self) -> None:
        for label, entry in self._record.people.items():
            self._memberships_of(label, entry)

    def _memberships_of(self, label: str, entry: PersonEntry) -> None:
        for index, membership in enumerate(entry.memberships):
            origin = pointer(("people", label, "memberships", index))
            new = MembershipId(self._plan.ids(origin))
            command = filled(
                intents.StartMembership, membership, id=self._id(label), membership=new
            )
            self._plan.add(command, origin)

    def _sources(self) -> None:
        for label, entry in self._record.sources.items():
            self._source(self._id(label), entry, pointer(("sources", label)))

    def _source(self, ident: StreamId, entry: SourceEntry, origin: str) -> None:
        profile = filled(SourceProfile, entry)
        self._plan.add(intents.RegisterSource(id=ident, profile=profile), origin)
        if entry.text is not None:
            self._plan.add(filled(intents.ArchiveText, entry, id=ident), origin)

    def _meeting(self) -> None:
        if (entry := self._record.meeting) is None:
            return
        command = intents.RecordMeeting(id=self._id(MEETING), profile=_meeting_profile(entry))
        self._plan.add(command, "/meeting")
        self._minutes(entry)

    def _minutes(self, entry: MeetingEntry) -> None:
        ident = self._id(MEETING)
        if entry.minutes is not None:
            self._plan.add(intents.DraftMinutes(id=ident, text=entry.minutes), "/meeting/minutes")
        if (day := entry.minutes_agreed_on) is not None:
            command = intents.FinaliseMinutes(id=ident, agreed_on=day)
            self._plan.add(command, "/meeting/minutes_agreed_on")

    def _here(self, entry: StatementEntry | CommitmentEntry) -> StreamId | None:
        within = self._record.meeting is not None and entry.in_meeting
        return self._id(MEETING) if within else None

    def _day(self, written: PartialDate | None) -> PartialDate:
        """The day as written, else the day of the meeting; the check saw that there is one."""
        meeting = self._record.meeting
        found = written or (meeting.held_on if meeting else None)
        if found is None:
            raise BadRecord([Problem("", "An entry has no day, and there is no meeting.")])
        return found

    def _statements(self) -> None:
        for label, entry in self._record.statements.items():
            self._statement(label, entry)

    def _statement(self, label: str, entry: StatementEntry) -> None:
        origin = pointer(("statements", label))
        cited = self._plan.cite(entry.citations, origin)
        content = filled(StatementContent, entry, citations=cited, meeting=self._here(entry))
        said_on = self._day(entry.said_on)
        command = intents.RecordStatement(id=self._id(label), content=content, said_on=said_on)
        self._plan.add(command, origin)

    def _commitments(self) -> None:
        entries = self._record.commitments
        needs = {label: self._known(_leans_on(entry)) for label, entry in entries.items()}
        for label in _ordered("commitments", needs):
            self._commitment(label, entries[label])

    def _commitment(self, label: str, entry: CommitmentEntry) -> None:
        origin = pointer(("commitments", label))
        content = filled(
            CommitmentContent,
            entry,
            third_parties=tuple(filled(ThirdParty, each) for each in entry.third_parties),
            citations=self._plan.cite(entry.citations, origin),
            meeting=self._here(entry),
            made_on=self._day(entry.made_on),
            due=filled(Due, entry.due) if entry.due else None,
            strength=_strength(entry.strength),
            relations=tuple(filled(Relation, each) for each in entry.relations),
        )
        self._plan.add(intents.RecordCommitment(id=self._id(label), content=content), origin)

    def _outcomes(self) -> None:
        for label, entry in self._record.outcomes.items():
            origin = pointer(("outcomes", label))
            cited = self._plan.cite(entry.citations, origin)
            bearings = tuple(filled(Bearing, each) for each in entry.bears_on)
            content = filled(OutcomeContent, entry, bears_on=bearings, citations=cited)
            command = filled(intents.RecordOutcome, entry, id=self._id(label), content=content)
            self._plan.add(command, origin)

    def _assessments(self) -> None:
        for index, entry in enumerate(self._record.assessments):
            origin = pointer(("assessments", index))
            cited = self._plan.cite(entry.citations, origin)
            new = AssessmentId(self._plan.ids(origin))
            subject = entry.commitment
            command = filled(
                intents.AssessProgress, entry, id=subject, assessment=new, citations=cited
            )
            self._plan.add(command, origin)

    def _reviews(self) -> None:
        for index, entry in enumerate(self._record.reviews):
            command = filled(intents.ReportNothingFound, entry, id=entry.commitment)
            self._plan.add(command, pointer(("reviews", index)))

    def _known(self, idents: Iterable[StreamId | None]) -> list[str]:
        """The labels among the ids: what has to be recorded before."""
        return [label for label, known in self._labels.items() if known.id in set(idents)]


def _ordered(section: str, needs: Mapping[str, Iterable[str]]) -> list[str]:
    """The section's labels, each after those that it needs; others' labels are there already."""
    within = {label: [each for each in needed if each in needs] for label, needed in needs.items()}
    try:
        return list(TopologicalSorter(within).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        problem = Problem(pointer((section, error.args[1][0])), f"These need each other: {circle}.")
        raise BadRecord([problem]) from error


def _leans_on(entry: CommitmentEntry) -> list[StreamId | None]:
    return [entry.parent, *(each.commitment for each in entry.relations)]


def _meeting_profile(entry: MeetingEntry) -> MeetingProfile:
    return filled(
        MeetingProfile,
        entry,
        claimed_dates=tuple(filled(ClaimedDate, each) for each in entry.claimed_dates),
        participants=tuple(filled(Participant, each) for each in entry.participants),
    )


def _strength(entry: StrengthEntry) -> Strength:
    elements = filled(Verifiability, entry.verifiability)
    return filled(Strength, entry, verifiability=elements)
