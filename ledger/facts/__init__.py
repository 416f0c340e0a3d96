"""What can have happened: one frozen class a fact, one file a subject."""

from collections.abc import Mapping
from types import UnionType
from typing import Final, get_args

from ledger.facts.assessment import AssessmentFact, OutcomeFact, RubricPublished
from ledger.facts.commitment import CommitmentFact
from ledger.facts.dispute import DisputeFact
from ledger.facts.fact import Fact
from ledger.facts.housekeeping import RedactionApplied
from ledger.facts.keys import KeyFact
from ledger.facts.meeting import MeetingFact
from ledger.facts.source import SourceFact
from ledger.facts.stakeholder import StakeholderFact
from ledger.facts.statement import StatementFact

AnyFact = (
    StakeholderFact
    | SourceFact
    | MeetingFact
    | StatementFact
    | CommitmentFact
    | AssessmentFact
    | OutcomeFact
    | RubricPublished
    | DisputeFact
    | RedactionApplied
    | KeyFact
)


def _by_topic(union: UnionType) -> Mapping[str, type[Fact]]:
    return {fact.TOPIC: fact for fact in get_args(union)}


FACTS: Final = _by_topic(AnyFact)
"""TOPIC → class, for every fact that was ever stored."""
