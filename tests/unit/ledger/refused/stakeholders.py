"""Refusals about organizations, people, memberships, merges and names."""

from dataclasses import replace
from typing import Final

from ledger.commands import (
    AddAlias,
    CorrectOrganization,
    CorrectPerson,
    EndMembership,
    MergeStakeholder,
    RegisterOrganization,
    RegisterPerson,
    RenameStakeholder,
    StartMembership,
    UnmergeStakeholder,
)
from ledger.dates import PartialDate
from ledger.facts.fact import MembershipId
from ledger.facts.stakeholder import MembershipEnded, StakeholderRenamed
from ledger.rules.days import InTheFuture
from ledger.rules.membership import (
    AlreadyEnded,
    EndsBeforeItStarts,
    MembershipKnown,
    UnknownMembership,
)
from ledger.rules.naming import NotANamesake
from ledger.rules.stakeholder import (
    AcrossKinds,
    AlreadyBorne,
    MergedParty,
    NotAnOrganization,
    NotAPerson,
    NotMerged,
    UnknownParty,
)
from ledger.vocabulary import CorrectionReason
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    COMPANY,
    DOUBLE,
    HISTORIES,
    MEMBER,
    MEMBERSHIP,
    MET_ON,
    MINISTRY,
    MINISTRY_PROFILE,
    MINISTRY_REGISTERED,
    NEW,
    NOBODY,
    PERSON,
    PERSON_PROFILE,
    PERSON_REGISTERED,
    SOURCE,
    ident,
)
from tests.unit.ledger.scenario import TOMORROW

WHY: Final = CorrectionReason.TRANSCRIPTION
AHEAD: Final = PartialDate(TOMORROW)
ENDED: Final = MembershipEnded(
    effective_on=PartialDate("2022-03"), membership=MEMBERSHIP, until=PartialDate("2022-03")
)
START: Final = StartMembership(
    id=PERSON, membership=MembershipId(ident("another")), organization=COMPANY, role="director"
)
END: Final = EndMembership(id=PERSON, membership=MEMBERSHIP, until=PartialDate("2022-03"))

STAKEHOLDERS: Final = (
    Case(
        "an organization is not founded in the future",
        [],
        RegisterOrganization(id=NEW, profile=replace(MINISTRY_PROFILE, founded_on=AHEAD)),
        InTheFuture,
        "/profile/founded_on",
    ),
    Case(
        "an organization is not corrected into the future",
        [MINISTRY_REGISTERED],
        CorrectOrganization(
            id=MINISTRY, profile=replace(MINISTRY_PROFILE, founded_on=AHEAD), reason=WHY
        ),
        InTheFuture,
        "/profile/founded_on",
    ),
    Case(
        "a founder is registered",
        [],
        RegisterOrganization(id=NEW, profile=replace(MINISTRY_PROFILE, founder=NOBODY)),
        UnknownParty,
        "/profile/founder",
    ),
    Case(
        "a corrected founder is registered",
        [MINISTRY_REGISTERED],
        CorrectOrganization(
            id=MINISTRY, profile=replace(MINISTRY_PROFILE, founder=SOURCE), reason=WHY
        ),
        UnknownParty,
        "/profile/founder",
    ),
    Case(
        "a founder is not a duplicate",
        [],
        RegisterOrganization(id=NEW, profile=replace(MINISTRY_PROFILE, founder=DOUBLE)),
        MergedParty,
        "/profile/founder",
    ),
    Case(
        "an alias is not the name",
        [],
        RegisterPerson(id=NEW, profile=replace(PERSON_PROFILE, aliases=("Ada Example",))),
        AlreadyBorne,
        "/profile/aliases/0",
    ),
    Case(
        "an alias stands once",
        [],
        RegisterPerson(id=NEW, profile=replace(PERSON_PROFILE, aliases=("Ada", "A", "Ada"))),
        AlreadyBorne,
        "/profile/aliases/2",
    ),
    Case(
        "an alias is not added twice",
        [MINISTRY_REGISTERED],
        AddAlias(id=MINISTRY, alias="MoW"),
        AlreadyBorne,
        "/alias",
    ),
    Case(
        "the name is not added as an alias",
        [MINISTRY_REGISTERED],
        AddAlias(id=MINISTRY, alias="Ministry of Wires"),
        AlreadyBorne,
        "/alias",
    ),
    Case(
        "a new name is new",
        [MINISTRY_REGISTERED],
        RenameStakeholder(id=MINISTRY, name="Ministry of Wires", renamed_on=MET_ON),
        AlreadyBorne,
        "/name",
    ),
    Case(
        "the old name is an alias after a renaming",
        [MINISTRY_REGISTERED, StakeholderRenamed(effective_on=MET_ON, name="Ministry of Light")],
        AddAlias(id=MINISTRY, alias="Ministry of Wires"),
        AlreadyBorne,
        "/alias",
    ),
    Case(
        "nobody is renamed in the future",
        [MINISTRY_REGISTERED],
        RenameStakeholder(id=MINISTRY, name="Ministry of Light", renamed_on=AHEAD),
        InTheFuture,
        "/renamed_on",
    ),
    Case(
        "an organization is not corrected as a person",
        [MINISTRY_REGISTERED],
        CorrectPerson(id=MINISTRY, profile=PERSON_PROFILE, reason=WHY),
        NotAPerson,
        "/id",
    ),
    Case(
        "a person is not corrected as an organization",
        [PERSON_REGISTERED],
        CorrectOrganization(id=PERSON, profile=MINISTRY_PROFILE, reason=WHY),
        NotAnOrganization,
        "/id",
    ),
    # --- memberships
    Case(
        "an organization is a member of nothing",
        [MINISTRY_REGISTERED],
        replace(START, id=MINISTRY),
        NotAPerson,
        "/id",
    ),
    Case(
        "an organization ends no membership",
        [MINISTRY_REGISTERED],
        replace(END, id=MINISTRY),
        NotAPerson,
        "/id",
    ),
    Case(
        "a person is a member of an organization",
        [PERSON_REGISTERED],
        replace(START, organization=PERSON),
        NotAnOrganization,
        "/organization",
    ),
    Case(
        "a person is a member of something registered",
        [PERSON_REGISTERED],
        replace(START, organization=NOBODY),
        UnknownParty,
        "/organization",
    ),
    Case(
        "a person is no member of a duplicate",
        [PERSON_REGISTERED],
        replace(START, organization=DOUBLE),
        MergedParty,
        "/organization",
    ),
    Case(
        "a membership id is used once",
        [PERSON_REGISTERED, MEMBER],
        replace(START, membership=MEMBERSHIP),
        MembershipKnown,
        "/membership",
    ),
    Case(
        "a membership does not start in the future",
        [PERSON_REGISTERED],
        replace(START, since=AHEAD),
        InTheFuture,
        "/since",
    ),
    Case(
        "a membership ends that was started",
        [PERSON_REGISTERED],
        END,
        UnknownMembership,
        "/membership",
    ),
    Case(
        "a membership ends once",
        [PERSON_REGISTERED, MEMBER, ENDED],
        END,
        AlreadyEnded,
        "/membership",
    ),
    Case(
        "a membership does not end before it starts",
        [PERSON_REGISTERED, MEMBER],
        replace(END, until=PartialDate("2022-01-31")),
        EndsBeforeItStarts,
        "/until",
    ),
    Case(
        "a membership does not end in the future",
        [PERSON_REGISTERED, MEMBER],
        replace(END, until=AHEAD),
        InTheFuture,
        "/until",
    ),
    # --- merges
    Case(
        "a duplicate takes no alias",
        HISTORIES[DOUBLE],
        AddAlias(id=DOUBLE, alias="Wires"),
        MergedParty,
        "/id",
    ),
    Case(
        "a duplicate is not corrected",
        HISTORIES[DOUBLE],
        CorrectOrganization(id=DOUBLE, profile=MINISTRY_PROFILE, reason=WHY),
        MergedParty,
        "/id",
    ),
    Case(
        "a duplicate is merged once",
        HISTORIES[DOUBLE],
        MergeStakeholder(id=DOUBLE, into=COMPANY),
        MergedParty,
        "/id",
    ),
    Case(
        "nobody is merged into a duplicate, so no merge closes a circle",
        [MINISTRY_REGISTERED],
        MergeStakeholder(id=MINISTRY, into=DOUBLE),
        MergedParty,
        "/into",
    ),
    Case(
        "nobody is merged into nobody",
        [MINISTRY_REGISTERED],
        MergeStakeholder(id=MINISTRY, into=NOBODY),
        UnknownParty,
        "/into",
    ),
    Case(
        "an organization is not merged into a person",
        [MINISTRY_REGISTERED],
        MergeStakeholder(id=MINISTRY, into=PERSON),
        AcrossKinds,
        "/into",
    ),
    Case(
        "a person is not merged into an organization",
        [PERSON_REGISTERED],
        MergeStakeholder(id=PERSON, into=MINISTRY),
        AcrossKinds,
        "/into",
    ),
    Case(
        "only a merge is undone",
        [MINISTRY_REGISTERED],
        UnmergeStakeholder(id=MINISTRY),
        NotMerged,
        "/id",
    ),
    # --- namesakes
    Case(
        "a namesake is registered",
        [],
        RegisterOrganization(id=NEW, profile=MINISTRY_PROFILE, namesakes=(MINISTRY, NOBODY)),
        UnknownParty,
        "/namesakes/1",
    ),
    Case(
        "a namesake of a person bears the name",
        [],
        RegisterPerson(id=NEW, profile=PERSON_PROFILE, namesakes=(PERSON, MINISTRY)),
        NotANamesake,
        "/namesakes/1",
    ),
    Case(
        "a namesake of an organization bears the name",
        [],
        RegisterOrganization(id=NEW, profile=MINISTRY_PROFILE, namesakes=(PERSON,)),
        NotANamesake,
        "/namesakes/0",
    ),
    Case(
        "a namesake of the new alias bears it",
        [MINISTRY_REGISTERED],
        AddAlias(id=MINISTRY, alias="Ministry of Light", namesakes=(COMPANY,)),
        NotANamesake,
        "/namesakes/0",
    ),
    Case(
        "a namesake of a corrected name bears it",
        [PERSON_REGISTERED],
        CorrectPerson(
            id=PERSON,
            profile=replace(PERSON_PROFILE, name="Ada Lovely"),
            reason=CorrectionReason.MISREADING,
            namesakes=(COMPANY,),
        ),
        NotANamesake,
        "/namesakes/0",
    ),
    Case(
        "a namesake of the new name bears it",
        [MINISTRY_REGISTERED],
        RenameStakeholder(
            id=MINISTRY, name="Ministry of Light", renamed_on=MET_ON, namesakes=(COMPANY,)
        ),
        NotANamesake,
        "/namesakes/0",
    ),
)
