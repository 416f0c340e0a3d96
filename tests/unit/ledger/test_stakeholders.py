"""What organizations and people can do: be named, renamed, joined, merged, and told apart."""

from dataclasses import replace
from datetime import UTC, datetime

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
from ledger.facts.fact import WITHHELD, MembershipId
from ledger.facts.stakeholder import (
    AliasAdded,
    MembershipEnded,
    MembershipStarted,
    OrganizationCorrected,
    OrganizationRegistered,
    PersonCorrected,
    PersonRegistered,
    StakeholderMerged,
    StakeholderRenamed,
    StakeholderUnmerged,
)
from ledger.rules.naming import look_alike
from ledger.rules.registry import claimed_names, evolve
from ledger.rules.stakeholder import LookAlikeName, MergedParty, Stakeholder
from ledger.vocabulary import CorrectionReason, StakeholderKind
from tests.unit.ledger.samples import (
    COMPANY,
    DOUBLE,
    FOUNDED,
    HISTORIES,
    MEMBER,
    MEMBERSHIP,
    MERGED,
    MINISTRY,
    MINISTRY_PROFILE,
    MINISTRY_REGISTERED,
    NEW,
    PERSON,
    PERSON_PROFILE,
    PERSON_REGISTERED,
    ident,
)
from tests.unit.ledger.scenario import NOW, TODAY, TOMORROW, WORLD, folded, given

DROPPED = OrganizationCorrected(
    effective_on=FOUNDED,
    profile=replace(MINISTRY_PROFILE, aliases=()),
    reason=CorrectionReason.MISREADING,
)
ANOTHER = MembershipId(ident("another"))


def test_an_organization_is_true_from_its_founding() -> None:
    given().when(RegisterOrganization(id=NEW, profile=MINISTRY_PROFILE)).then(
        OrganizationRegistered(effective_on=FOUNDED, profile=MINISTRY_PROFILE)
    )


def test_an_organization_of_unknown_age_is_true_from_today() -> None:
    profile = replace(MINISTRY_PROFILE, founded_on=None)

    given().when(RegisterOrganization(id=NEW, profile=profile)).then(
        OrganizationRegistered(effective_on=PartialDate(TODAY), profile=profile)
    )


def test_an_organization_may_be_founded_today_in_the_east() -> None:
    profile = replace(MINISTRY_PROFILE, founded_on=PartialDate(TOMORROW))
    command = RegisterOrganization(id=NEW, profile=profile)

    given().when(command, NOW.replace(hour=10, minute=0)).accepted()


def test_an_organization_may_be_founded_this_year() -> None:
    profile = replace(MINISTRY_PROFILE, founded_on=PartialDate("2022"))

    given().when(RegisterOrganization(id=NEW, profile=profile)).accepted()


def test_a_person_is_true_from_today() -> None:
    given().when(RegisterPerson(id=NEW, profile=PERSON_PROFILE)).then(
        PersonRegistered(effective_on=PartialDate(TODAY), profile=PERSON_PROFILE)
    )


def test_today_is_the_day_in_utc() -> None:
    late = datetime(2022, 12, 31, 23, 59, tzinfo=UTC)

    given().when(RegisterPerson(id=NEW, profile=PERSON_PROFILE), late).then(
        PersonRegistered(effective_on=PartialDate("2022-12-31"), profile=PERSON_PROFILE)
    )


def test_a_correction_of_an_organization_is_true_from_the_start() -> None:
    profile = replace(MINISTRY_PROFILE, founded_on=PartialDate("2021-09"))
    command = CorrectOrganization(
        id=MINISTRY, profile=profile, reason=CorrectionReason.MISREADING, noticed_by="A reader"
    )

    given(MINISTRY_REGISTERED).when(command).then(
        OrganizationCorrected(
            effective_on=FOUNDED,
            profile=profile,
            reason=CorrectionReason.MISREADING,
            noticed_by="A reader",
        )
    )


def test_a_correction_of_a_person_is_true_from_the_start() -> None:
    profile = replace(PERSON_PROFILE, name="Ada Specimen")
    command = CorrectPerson(id=PERSON, profile=profile, reason=CorrectionReason.TRANSCRIPTION)

    given(PERSON_REGISTERED).when(command).then(
        PersonCorrected(
            effective_on=PERSON_REGISTERED.effective_on,
            profile=profile,
            reason=CorrectionReason.TRANSCRIPTION,
        )
    )


def test_a_new_name_is_true_from_the_renaming() -> None:
    command = RenameStakeholder(
        id=MINISTRY, name="Ministry of Light", renamed_on=PartialDate("2022-03")
    )

    given(MINISTRY_REGISTERED).when(command).then(
        StakeholderRenamed(effective_on=PartialDate("2022-03"), name="Ministry of Light")
    )


def test_a_renamed_stakeholder_keeps_the_old_name_as_an_alias() -> None:
    renamed = StakeholderRenamed(effective_on=PartialDate("2022-03"), name="MoW")

    state = folded([MINISTRY_REGISTERED, renamed])

    assert isinstance(state, Stakeholder)
    assert state.profile == replace(MINISTRY_PROFILE, name="MoW", aliases=("Ministry of Wires",))


def test_an_alias_is_known_from_today() -> None:
    given(MINISTRY_REGISTERED).when(AddAlias(id=MINISTRY, alias="Wires")).then(
        AliasAdded(effective_on=PartialDate(TODAY), alias="Wires")
    )


def test_a_membership_of_unknown_age_is_true_from_today() -> None:
    command = StartMembership(id=PERSON, membership=ANOTHER, organization=COMPANY, role="director")

    given(PERSON_REGISTERED).when(command).then(
        MembershipStarted(
            effective_on=PartialDate(TODAY),
            membership=ANOTHER,
            organization=COMPANY,
            role="director",
        )
    )


def test_the_same_role_may_be_held_twice_at_once() -> None:
    since = PartialDate("2022-02")
    command = StartMembership(
        id=PERSON, membership=ANOTHER, organization=COMPANY, role="director", since=since
    )

    given(PERSON_REGISTERED, MEMBER).when(command).then(replace(MEMBER, membership=ANOTHER))


def test_a_membership_may_end_in_the_month_in_which_it_started() -> None:
    until = PartialDate("2022-02-01")

    given(PERSON_REGISTERED, MEMBER).when(
        EndMembership(id=PERSON, membership=MEMBERSHIP, until=until)
    ).then(MembershipEnded(effective_on=until, membership=MEMBERSHIP, until=until))


def test_a_membership_of_unknown_age_may_end_on_any_day() -> None:
    until = PartialDate("1999")

    given(PERSON_REGISTERED, replace(MEMBER, since=None)).when(
        EndMembership(id=PERSON, membership=MEMBERSHIP, until=until)
    ).accepted()


def test_a_duplicate_is_merged_today() -> None:
    given(MINISTRY_REGISTERED).when(MergeStakeholder(id=MINISTRY, into=COMPANY)).then(
        StakeholderMerged(effective_on=PartialDate(TODAY), into=COMPANY)
    )


def test_a_merge_says_into_whom() -> None:
    raised = given(*HISTORIES[DOUBLE]).when(AddAlias(id=DOUBLE, alias="W")).refused(MergedParty)

    assert MINISTRY in raised.detail


def test_a_merge_can_be_undone() -> None:
    given(MINISTRY_REGISTERED, MERGED).when(UnmergeStakeholder(id=MINISTRY)).then(
        StakeholderUnmerged(effective_on=PartialDate(TODAY))
    )


def test_what_was_unmerged_takes_facts_again() -> None:
    undone = StakeholderUnmerged(effective_on=PartialDate("2022-06-02"))

    given(MINISTRY_REGISTERED, MERGED, undone).when(AddAlias(id=MINISTRY, alias="Wires")).accepted()


# --- names


def test_a_name_and_its_aliases_claim_what_they_look_like() -> None:
    wires = RegisterOrganization(id=NEW, profile=MINISTRY_PROFILE)

    assert claimed_names(wires, {}) == ["rninistry of wires", "rnow"]


def test_a_name_with_a_capital_i_claims_both_that_it_looks_like() -> None:
    institute = RenameStakeholder(id=NEW, name="IBM", renamed_on=FOUNDED)

    assert claimed_names(institute, {}) == ["lbrn", "ibrn"]


def test_what_a_namesake_bears_is_claimed_in_a_place_of_its_own_and_the_rest_is_not() -> None:
    profile = replace(PERSON_PROFILE, aliases=("Countess",))
    command = RegisterPerson(id=NEW, profile=profile, namesakes=(PERSON,))

    assert claimed_names(command, WORLD) == [f"ada exarnple#{NEW}", "countess"]


def test_an_alias_is_claimed_when_it_is_added() -> None:
    assert claimed_names(AddAlias(id=MINISTRY, alias="Wires"), WORLD) == ["wires"]


def test_a_correction_claims_what_was_not_borne_before() -> None:
    command = CorrectOrganization(
        id=MINISTRY,
        profile=replace(MINISTRY_PROFILE, aliases=("MoW", "Wires")),
        reason=CorrectionReason.MISREADING,
    )

    assert claimed_names(command, WORLD) == ["wires"]


def test_a_name_that_a_correction_drops_stays_claimed_and_may_come_back() -> None:
    state = folded([MINISTRY_REGISTERED, DROPPED])
    assert state is not None

    assert claimed_names(AddAlias(id=MINISTRY, alias="MOW"), {MINISTRY: state}) == []


def test_whoever_dropped_a_name_is_a_namesake_of_who_takes_it() -> None:
    profile = replace(MINISTRY_PROFILE, name="MoW", aliases=())
    command = RegisterOrganization(id=NEW, profile=profile, namesakes=(MINISTRY,))

    given().knowing(MINISTRY, MINISTRY_REGISTERED, DROPPED).when(command).accepted()


def test_whoever_was_merged_is_a_namesake_of_who_takes_the_name() -> None:
    command = AddAlias(id=MINISTRY, alias="MoW Wires", namesakes=(DOUBLE,))

    given(MINISTRY_REGISTERED).when(command).accepted()


def test_other_commands_claim_no_name() -> None:
    assert not claimed_names(MergeStakeholder(id=MINISTRY, into=COMPANY), WORLD)


def test_a_namesake_looks_like_the_new_name() -> None:
    profile = replace(PERSON_PROFILE, name="ADA  \N{CYRILLIC CAPITAL LETTER IE}XAMPLE")
    command = RegisterPerson(id=NEW, profile=profile, namesakes=(PERSON,))

    given().when(command).accepted()


def test_a_namesake_may_bear_the_name_as_an_alias() -> None:
    profile = replace(MINISTRY_PROFILE, name="MoW", aliases=())
    command = RegisterOrganization(id=NEW, profile=profile, namesakes=(MINISTRY,))

    given().when(command).accepted()


def test_a_withheld_name_may_be_a_namesake() -> None:
    command = RegisterPerson(id=NEW, profile=PERSON_PROFILE, namesakes=(COMPANY,))
    withheld = replace(MINISTRY_REGISTERED, profile=replace(MINISTRY_PROFILE, name=WITHHELD))

    given().knowing(COMPANY, withheld).when(command).accepted()


def test_the_refusal_of_a_look_alike_names_the_holder_and_the_cure() -> None:
    register = RegisterOrganization(id=NEW, profile=MINISTRY_PROFILE)
    rename = RenameStakeholder(id=NEW, name="MoW", renamed_on=FOUNDED)
    add = AddAlias(id=NEW, alias="MoW")

    by_name = look_alike(register, "rninistry of wires", MINISTRY)
    by_alias = [look_alike(command, "rnow", MINISTRY) for command in (register, rename, add)]

    assert type(by_name) is LookAlikeName
    assert MINISTRY in by_name.detail
    assert "namesakes" in by_name.detail
    assert by_name.pointer == "/profile/name"
    assert [each.pointer for each in by_alias] == ["/profile/aliases/0", "/name", "/alias"]


def test_an_organization_and_a_person_are_told_apart() -> None:
    organization = evolve(None, MINISTRY_REGISTERED)
    person = evolve(None, PERSON_REGISTERED)

    assert organization == Stakeholder(StakeholderKind.ORGANIZATION, FOUNDED, MINISTRY_PROFILE)
    assert person == Stakeholder(
        StakeholderKind.PERSON, PERSON_REGISTERED.effective_on, PERSON_PROFILE
    )
