"""What may be recorded where: one line an address. Handlers, roles and documentation read this."""

import re
from dataclasses import dataclass
from typing import Final

from ledger import commands as intents
from ledger.commands import Command

PREFIX: Final = "/api/v1"


@dataclass(frozen=True, slots=True)
class Address:
    """`path` stands below the prefix; `{id}` in it names the record, without it one is made.

    `edits` says that the record is changed, not added to, so that If-Match is required. `makes`
    is the field of the command that gets a new id, `by` the one that gets the account.
    """

    path: str
    command: type[Command]
    edits: bool = False
    makes: str | None = None
    by: str | None = None

    @property
    def filled(self) -> frozenset[str]:
        """The fields of the command that the body does not hold."""
        named = {*self.variables, "id", self.makes, self.by}
        return frozenset(name for name in named if name)

    @property
    def collection(self) -> str:
        """Where readers find the record."""
        first = self.path.partition("/")[0]
        return "stakeholders" if first in {"organizations", "people"} else first

    @property
    def variables(self) -> tuple[str, ...]:
        """The names in the path, in order."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def words(self) -> str:
        """The command in words: "record commitment"."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.command.__name__).lower()

    @property
    def summary(self) -> str:
        return f"{self.words.capitalize()}."

    @property
    def operation(self) -> str:
        """A name that no other address has."""
        shared = self.makes in {"reply", "dispute"} or self.by is not None
        about = f" on {self.collection.removesuffix('s')}" if shared else ""
        return f"{self.words}{about}".replace(" ", "_")


def _objections(collection: str) -> tuple[Address, ...]:
    return (
        Address(f"{collection}/{{id}}/replies", intents.PublishReply, makes="reply"),
        Address(
            f"{collection}/{{id}}/disputes", intents.OpenDispute, makes="dispute", by="opened_by"
        ),
        Address(
            f"{collection}/{{id}}/disputes/{{dispute}}/resolution",
            intents.ResolveDispute,
            by="resolved_by",
        ),
    )


ADDRESSES: Final[tuple[Address, ...]] = (
    Address("organizations", intents.RegisterOrganization),
    Address("organizations/{id}/corrections", intents.CorrectOrganization, edits=True),
    Address("people", intents.RegisterPerson),
    Address("people/{id}/corrections", intents.CorrectPerson, edits=True),
    Address("stakeholders/{id}/renames", intents.RenameStakeholder, edits=True),
    Address("stakeholders/{id}/aliases", intents.AddAlias),
    Address("stakeholders/{id}/memberships", intents.StartMembership, makes="membership"),
    Address("stakeholders/{id}/memberships/{membership}/end", intents.EndMembership, edits=True),
    Address("stakeholders/{id}/merge", intents.MergeStakeholder, edits=True),
    Address("stakeholders/{id}/unmerge", intents.UnmergeStakeholder, edits=True),
    Address("sources", intents.RegisterSource),
    Address("sources/{id}/text", intents.ArchiveText),
    Address("sources/{id}/quotations", intents.TakeQuotation, makes="quotation"),
    Address("sources/{id}/corrections", intents.CorrectSource, edits=True),
    Address("sources/{id}/void", intents.VoidSource, edits=True),
    Address("meetings", intents.RecordMeeting),
    Address("meetings/{id}/minutes", intents.DraftMinutes, edits=True),
    Address("meetings/{id}/minutes/finalisation", intents.FinaliseMinutes, edits=True),
    Address("meetings/{id}/corrections", intents.CorrectMeeting, edits=True),
    Address("meetings/{id}/void", intents.VoidMeeting, edits=True),
    Address("statements", intents.RecordStatement),
    Address("statements/{id}/corrections", intents.CorrectStatement, edits=True),
    Address("statements/{id}/void", intents.VoidStatement, edits=True),
    *_objections("statements"),
    Address("commitments", intents.RecordCommitment),
    Address("commitments/{id}/assessments", intents.AssessProgress, makes="assessment"),
    Address("commitments/{id}/reviews", intents.ReportNothingFound),
    Address("commitments/{id}/milestones", intents.SetMilestone, makes="milestone"),
    Address("commitments/{id}/milestones/{milestone}/reached", intents.ReachMilestone),
    Address("commitments/{id}/due-moves", intents.MoveDue, edits=True),
    Address("commitments/{id}/corrections", intents.CorrectCommitment, edits=True),
    Address("commitments/{id}/supersession", intents.SupersedeCommitment, edits=True),
    Address("commitments/{id}/withdrawal", intents.WithdrawCommitment, edits=True),
    Address("commitments/{id}/void", intents.VoidCommitment, edits=True),
    *_objections("commitments"),
    Address("outcomes", intents.RecordOutcome),
    Address("outcomes/{id}/corrections", intents.CorrectOutcome, edits=True),
    Address("outcomes/{id}/void", intents.VoidOutcome, edits=True),
    Address("rubrics", intents.PublishRubric),
)
