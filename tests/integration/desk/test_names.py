"""Names and aliases are claimed alike, in the transaction that stores them."""

from typing import Any

import pytest

from tests.integration.desk.office import Office, Reply, organization

Values = dict[str, Any]
CYRILLIC_O = "\u043e"


def named(name: str, *aliases: str, **more: object) -> Values:
    profile = {**organization(name)["profile"], "aliases": list(aliases)}
    return {"profile": profile, **more}


async def correct(office: Office, ident: str, version: int, value: Values) -> Reply:
    path = f"/api/v1/organizations/{ident}/corrections"
    body = {**value, "reason": "misreading"}
    return await office.post(path, body, If_Match=f'"{version}"')


@pytest.fixture
async def wires(office: Office) -> str:
    """The id of an organization with an alias."""
    return await office.made("organizations", named("Ministry of Wires", "MoW"))


async def test_a_name_that_looks_like_an_alias_is_refused_with_the_holder(
    office: Office, wires: str
) -> None:
    reply = await office.post("/api/v1/organizations", named(f"M{CYRILLIC_O}W"))

    assert reply.status == 409
    assert reply.document["code"] == "look-alike-name"
    assert reply.pointers == ["/profile/name"]
    assert wires in reply.document["detail"]


async def test_an_alias_that_looks_like_an_alias_is_refused_where_it_stands(
    office: Office, wires: str
) -> None:
    other = await office.made("organizations", named("Ministry of Water"))

    registered = await office.post("/api/v1/organizations", named("Mill", "M", "mow"))
    added = await office.post(f"/api/v1/stakeholders/{other}/aliases", {"alias": "MoW"})
    corrected = await correct(office, other, 1, named("Ministry of Water", "MoW"))

    assert [each.status for each in (registered, added, corrected)] == [409, 409, 409]
    assert registered.pointers == ["/profile/aliases/1"]
    assert added.pointers == ["/alias"]
    assert corrected.pointers == ["/profile/aliases/0"]
    assert all(wires in each.document["detail"] for each in (registered, added, corrected))


async def test_an_official_who_says_so_may_give_the_same_alias_to_somebody_else(
    office: Office, wires: str
) -> None:
    water = await office.made("organizations", named("Ministry of Water", "MoW", namesakes=[wires]))
    mill = await office.made("organizations", named("Mill"))

    added = await office.post(
        f"/api/v1/stakeholders/{mill}/aliases", {"alias": "MoW", "namesakes": [wires, water]}
    )
    unrelated = await correct(office, water, 1, named("Ministry of Waters", "MoW"))

    assert added.status == 201, added.raw
    assert unrelated.status == 201, unrelated.raw


async def test_a_name_that_a_correction_drops_is_kept_from_others_until_somebody_says_so(
    office: Office, wires: str
) -> None:
    dropped = await correct(office, wires, 1, named("Ministry of Wires"))

    refused = await office.post("/api/v1/organizations", named("MoW"))
    accepted = await office.post("/api/v1/organizations", named("MoW", namesakes=[wires]))
    back = await correct(office, wires, 2, named("Ministry of Wires", "MoW"))

    assert (dropped.status, refused.status) == (201, 409)
    assert accepted.status == 201, accepted.raw
    assert back.status == 201, back.raw


async def test_who_a_duplicate_was_merged_into_may_take_its_name(
    office: Office, wires: str
) -> None:
    double = await office.made("organizations", named("Wires Ministry"))
    merged = await office.post(
        f"/api/v1/stakeholders/{double}/merge", {"into": wires}, If_Match='"1"'
    )
    path = f"/api/v1/stakeholders/{wires}/aliases"

    added = await office.post(path, {"alias": "Wires Ministry", "namesakes": [double]})

    assert merged.status == 201, merged.raw
    assert added.status == 201, added.raw
