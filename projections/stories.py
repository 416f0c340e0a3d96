"""The stories that records tell, and which topics belong to which."""

from types import UnionType
from typing import Final, get_args

from ledger.facts.assessment import AssessmentFact, OutcomeFact, OutcomeRecorded, RubricPublished
from ledger.facts.commitment import CommitmentFact, CommitmentRecorded
from ledger.facts.dispute import DisputeFact
from ledger.facts.housekeeping import RedactionApplied
from ledger.facts.meeting import MeetingFact, MeetingRecorded
from ledger.facts.source import SourceFact, SourceRegistered
from ledger.facts.stakeholder import OrganizationRegistered, PersonRegistered, StakeholderFact
from ledger.facts.statement import StatementFact, StatementRecorded
from projections.views.commitments import COMMITMENTS
from projections.views.meetings import MEETINGS
from projections.views.outcomes import OUTCOMES
from projections.views.sources import SOURCES
from projections.views.stakeholders import STAKEHOLDERS
from projections.views.statements import STATEMENTS

STORIES: Final = {
    story.collection: story
    for story in (COMMITMENTS, STAKEHOLDERS, MEETINGS, STATEMENTS, SOURCES, OUTCOMES)
}

BEGINNINGS: Final = {
    CommitmentRecorded.TOPIC: "commitments",
    OrganizationRegistered.TOPIC: "stakeholders",
    PersonRegistered.TOPIC: "stakeholders",
    MeetingRecorded.TOPIC: "meetings",
    StatementRecorded.TOPIC: "statements",
    SourceRegistered.TOPIC: "sources",
    OutcomeRecorded.TOPIC: "outcomes",
    RubricPublished.TOPIC: "rubrics",
}
"""The topic of a stream's first fact → what the stream is about."""


def _topics(*unions: UnionType) -> frozenset[str]:
    found = {fact.TOPIC for union in unions for fact in get_args(union)}
    return frozenset(found | {RedactionApplied.TOPIC})


TOPICS: Final = {
    "commitments": _topics(CommitmentFact, AssessmentFact, DisputeFact),
    "stakeholders": _topics(StakeholderFact),
    "meetings": _topics(MeetingFact),
    "statements": _topics(StatementFact, DisputeFact),
    "sources": _topics(SourceFact),
    "outcomes": _topics(OutcomeFact),
}
"""Collection → the topics that can stand in its streams."""

ENTITY_TOPICS: Final = frozenset[str]().union(*TOPICS.values())
