"""Every kind of stream: what may be asked of it, and what the rules remember of it."""

from ledger.commands import Command, PublishRubric, RedactParts
from ledger.rules.assessment import AssessmentCommand
from ledger.rules.commitment import Commitment, CommitmentCommand
from ledger.rules.dispute import DisputeCommand
from ledger.rules.housekeeping import Housekeeping
from ledger.rules.keys import KeyCommand, Keys
from ledger.rules.meeting import Meeting, MeetingCommand
from ledger.rules.outcome import Outcome, OutcomeCommand
from ledger.rules.rubric import Rubric
from ledger.rules.source import Source, SourceCommand
from ledger.rules.stakeholder import Stakeholder, StakeholderCommand
from ledger.rules.statement import Statement, StatementCommand

AnyCommand = (
    StakeholderCommand
    | SourceCommand
    | MeetingCommand
    | StatementCommand
    | CommitmentCommand
    | AssessmentCommand
    | OutcomeCommand
    | PublishRubric
    | DisputeCommand
    | RedactParts
    | KeyCommand
)
State = (
    Stakeholder | Source | Meeting | Statement | Commitment | Outcome | Rubric | Housekeeping | Keys
)


def known(command: Command) -> AnyCommand:
    """The command as one of the closed list; a class that is missing there is a mistake of ours."""
    if isinstance(command, AnyCommand):
        return command
    raise TypeError(f"no rules for {type(command).__name__}")
