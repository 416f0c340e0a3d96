"""Who may give which command: the one table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from ledger import commands as intents
from ledger.commands import Command


class Role(StrEnum):
    """What an account may do; an account may have several, and a token fewer than its account."""

    RECORDER = "recorder"
    ASSESSOR = "assessor"
    REVIEWER = "reviewer"
    REDACTOR = "redactor"
    ADMIN = "admin"


Commands = frozenset[type[Command]]

_EVIDENCE: Final[Commands] = frozenset(
    {
        intents.RegisterSource,
        intents.ArchiveText,
        intents.TakeQuotation,
        intents.RecordOutcome,
        intents.OpenDispute,
    }
)

MAY: Final[Mapping[Role, Commands]] = {
    Role.RECORDER: _EVIDENCE
    | {
        intents.RegisterOrganization,
        intents.RegisterPerson,
        intents.RenameStakeholder,
        intents.AddAlias,
        intents.StartMembership,
        intents.EndMembership,
        intents.RecordMeeting,
        intents.DraftMinutes,
        intents.RecordStatement,
        intents.RecordCommitment,
        intents.MoveDue,
        intents.SupersedeCommitment,
        intents.WithdrawCommitment,
        intents.SetMilestone,
        intents.ReachMilestone,
        intents.PublishReply,
    },
    Role.ASSESSOR: _EVIDENCE
    | {
        intents.AssessProgress,
        intents.ReportNothingFound,
        intents.ReachMilestone,
    },
    Role.REVIEWER: frozenset(
        {
            intents.CorrectOrganization,
            intents.CorrectPerson,
            intents.CorrectSource,
            intents.CorrectMeeting,
            intents.CorrectStatement,
            intents.CorrectCommitment,
            intents.CorrectOutcome,
            intents.VoidSource,
            intents.VoidMeeting,
            intents.VoidStatement,
            intents.VoidCommitment,
            intents.VoidOutcome,
            intents.MergeStakeholder,
            intents.UnmergeStakeholder,
            intents.FinaliseMinutes,
            intents.OpenDispute,
            intents.ResolveDispute,
        }
    ),
    Role.REDACTOR: frozenset({intents.RedactParts}),
    Role.ADMIN: frozenset({intents.PublishRubric}),
}
"""Recorders add, assessors judge, reviewers set right what others recorded, redactors take words
away by order, and an administrator sets the rules by which is judged. No role holds another: who
does two jobs has two roles."""


def roles_for(command: type[Command]) -> tuple[Role, ...]:
    """The roles that may give the command."""
    return tuple(role for role, commands in MAY.items() if command in commands)


def may(roles: Iterable[Role], command: type[Command]) -> bool:
    return any(command in MAY[role] for role in roles)
