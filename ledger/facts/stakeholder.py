"""Facts about organizations and people: who they are, who belongs where, who is the same."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.dates import PartialDate
from ledger.facts.fact import Fact, MembershipId, StreamId, Words
from ledger.vocabulary import Classification, CorrectionReason


@dataclass(frozen=True, kw_only=True)
class OrganizationProfile:
    """`founder` is a stakeholder; `purpose` says what the body is for."""

    name: Words
    aliases: tuple[Words, ...] = ()
    classification: Classification = Classification.OTHER
    founded_on: PartialDate | None = None
    founder: StreamId | None = None
    purpose: Words = ""
    url: Words = ""


@dataclass(frozen=True, kw_only=True)
class PersonProfile:
    """Who a person is."""

    name: Words
    aliases: tuple[Words, ...] = ()
    url: Words = ""


@dataclass(frozen=True, kw_only=True)
class OrganizationRegistered(Fact):
    """An organization is known to the ledger from here on."""

    TOPIC: ClassVar = "organization.registered/1"
    profile: OrganizationProfile


@dataclass(frozen=True, kw_only=True)
class OrganizationCorrected(Fact):
    """The profile was wrong from the start; this is the whole right one."""

    TOPIC: ClassVar = "organization.corrected/1"
    profile: OrganizationProfile
    reason: CorrectionReason
    noticed_by: Words = ""


@dataclass(frozen=True, kw_only=True)
class PersonRegistered(Fact):
    """A person is known to the ledger from here on."""

    TOPIC: ClassVar = "person.registered/1"
    profile: PersonProfile


@dataclass(frozen=True, kw_only=True)
class PersonCorrected(Fact):
    """The profile was wrong from the start; this is the whole right one."""

    TOPIC: ClassVar = "person.corrected/1"
    profile: PersonProfile
    reason: CorrectionReason
    noticed_by: Words = ""


@dataclass(frozen=True, kw_only=True)
class StakeholderRenamed(Fact):
    """The stakeholder took a new name; the old one stays as an alias."""

    TOPIC: ClassVar = "stakeholder.renamed/1"
    name: Words


@dataclass(frozen=True, kw_only=True)
class AliasAdded(Fact):
    """Another name that the stakeholder goes by."""

    TOPIC: ClassVar = "stakeholder.alias_added/1"
    alias: Words


@dataclass(frozen=True, kw_only=True)
class MembershipStarted(Fact):
    """In the person's stream. `since` is None where nobody knows."""

    TOPIC: ClassVar = "membership.started/1"
    membership: MembershipId
    organization: StreamId
    role: Words
    since: PartialDate | None = None


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(Fact):
    """The person left the organization or the role."""

    TOPIC: ClassVar = "membership.ended/1"
    membership: MembershipId
    until: PartialDate


@dataclass(frozen=True, kw_only=True)
class StakeholderMerged(Fact):
    """In the duplicate's stream: it is the same stakeholder as `into`."""

    TOPIC: ClassVar = "stakeholder.merged/1"
    into: StreamId


@dataclass(frozen=True, kw_only=True)
class StakeholderUnmerged(Fact):
    """The merge was a mistake: the two are different after all."""

    TOPIC: ClassVar = "stakeholder.unmerged/1"


StakeholderFact = (
    OrganizationRegistered
    | OrganizationCorrected
    | PersonRegistered
    | PersonCorrected
    | StakeholderRenamed
    | AliasAdded
    | MembershipStarted
    | MembershipEnded
    | StakeholderMerged
    | StakeholderUnmerged
)
