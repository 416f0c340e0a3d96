"""One command an address: receipts, keys, versions, roles."""

import asyncio

import pytest

from api.desk.roles import Role
from ledger.facts.fact import StreamId
from tests.integration.desk.office import ABSENT, Office, organization, promise, source


async def test_a_record_is_made_and_can_be_read_at_once(office: Office) -> None:
    reply = await office.post("/api/v1/organizations", organization("Town Council"))

    assert reply.status == 201
    (fact,) = reply.document["facts"]
    ident = reply.document["ids"]["id"]
    assert reply.document["position"] == fact["position"] == 1
    assert (fact["stream"], fact["version"], fact["type"]) == (
        ident,
        1,
        "organization.registered/1",
    )
    assert len(bytes.fromhex(fact["leaf_hash"])) == 32
    assert reply.headers["X-Ledger-Position"] == "1"
    assert reply.headers["ETag"] == '"1"'
    assert reply.headers["Location"].endswith(f"/api/v1/stakeholders/{ident}")
    read = await office.read(f"/api/v1/stakeholders/{ident}", 1)
    assert read["name"] == "Town Council"


async def test_the_same_request_is_stored_once(office: Office) -> None:
    first = await office.post("/api/v1/organizations", organization("A"), Idempotency_Key="k")
    again = await office.post("/api/v1/organizations", organization("A"), Idempotency_Key="k")

    assert (first.status, again.status) == (201, 200)
    assert again.document == first.document
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert await office.head() == 1


async def test_twenty_tries_at_once_are_stored_once(office: Office) -> None:
    replies = await asyncio.gather(
        *(
            office.post("/api/v1/organizations", organization("A"), Idempotency_Key="k")
            for _ in range(20)
        )
    )

    assert sorted(reply.status for reply in replies) == [200] * 19 + [201]
    assert len({reply.raw for reply in replies}) == 1
    assert await office.head() == 1


async def test_a_replay_tells_the_ids_that_the_first_try_made(office: Office) -> None:
    council = await office.made("organizations", organization("A"))
    ident = await office.made("commitments", promise(council))
    body = {"text": "Ask for offers", "set_on": "2024-05-02"}
    path = f"/api/v1/commitments/{ident}/milestones"

    first = await office.post(path, body, Idempotency_Key="m")
    again = await office.post(path, body, Idempotency_Key="m")
    milestone = again.document["ids"]["milestone"]
    reached = await office.post(f"{path}/{milestone}/reached", {"reached_on": "2024-06"})

    assert first.document["ids"] == again.document["ids"]
    assert reached.status == 201


async def test_a_key_is_good_for_one_request(office: Office) -> None:
    await office.post("/api/v1/organizations", organization("A"), Idempotency_Key="k")

    other_body = await office.post("/api/v1/organizations", organization("B"), Idempotency_Key="k")
    other_path = await office.post("/api/v1/people", organization("A"), Idempotency_Key="k")

    assert other_body.status == 422
    assert other_body.document["code"] == "key-reused-for-something-else"
    assert other_path.status == 422
    assert await office.head() == 1


async def test_a_key_is_good_for_one_version_and_one_query(office: Office) -> None:
    council = await office.made("organizations", organization("A"))
    path = f"/api/v1/stakeholders/{council}/renames"
    body = {"name": "B", "renamed_on": "2020"}

    first = await office.post(path, body, Idempotency_Key="k", If_Match='"1"')
    again = await office.post(path, body, Idempotency_Key="k", If_Match='"1"')
    other_version = await office.post(path, body, Idempotency_Key="k", If_Match='"2"')
    other_query = await office.post(f"{path}?x=1", body, Idempotency_Key="k", If_Match='"1"')

    assert (first.status, again.status) == (201, 200)
    assert [other_version.status, other_query.status] == [422, 422]
    assert other_version.document["code"] == "key-reused-for-something-else"
    assert other_query.document["code"] == "key-reused-for-something-else"


async def test_two_accounts_may_choose_the_same_key(office: Office) -> None:
    token = office.new_token("Other", (Role.RECORDER,))

    first = await office.post("/api/v1/organizations", organization("A"), Idempotency_Key="k")
    second = await office.post(
        "/api/v1/organizations",
        organization("B"),
        Idempotency_Key="k",
        Authorization=f"Bearer {token}",
    )

    assert (first.status, second.status) == (201, 201)


async def test_an_edit_needs_the_version_that_was_read(office: Office) -> None:
    ident = await office.made("sources", source())
    path = f"/api/v1/sources/{ident}/corrections"
    body = {**source("The right title"), "reason": "transcription"}

    without = await office.post(path, body)
    wrong = await office.post(path, body, If_Match='"2"')
    weak = await office.post(path, body, If_Match='W/"1"')
    right = await office.post(path, body, If_Match='"1"')
    stale = await office.post(path, {**source("Another"), "reason": "misreading"}, If_Match='"1"')

    assert [reply.status for reply in (without, wrong, weak, right, stale)] == [
        428,
        412,
        412,
        201,
        412,
    ]
    assert right.headers["ETag"] == '"2"'
    assert await office.head() == 2


async def test_what_is_added_needs_no_version_but_keeps_to_one(office: Office) -> None:
    ident = await office.made("sources", source())
    body = {"exact": "we will"}

    free = await office.post(f"/api/v1/sources/{ident}/quotations", body)
    bound = await office.post(f"/api/v1/sources/{ident}/quotations", body, If_Match='"1"')

    assert (free.status, bound.status) == (201, 412)


async def test_the_whole_life_of_a_commitment(office: Office) -> None:
    council = await office.made("organizations", organization("Council"))
    club = await office.made("organizations", organization("Club"))
    paper = await office.made("sources", source())
    quoted = await office.post(f"/api/v1/sources/{paper}/quotations", {"exact": "will build"})
    quotation = quoted.document["ids"]["quotation"]
    cited = [{"source": paper, "quotation": quotation}]
    ident = await office.made("commitments", promise(council, promisees=[club], citations=cited))
    other = await office.made("commitments", promise(council, "Build a pier."))
    path = f"/api/v1/commitments/{ident}"
    assessment = {
        "assessed_on": "2024-08-01",
        "assessor_kind": "promisee",
        "assessor": club,
        "progress": "in_progress",
        "citations": [{**cited[0], "role": "fulfilment"}],
    }
    dispute = {"ground": "wrong_status", "party": council, "text": "No", "opened_on": "2024-09"}

    replies = [
        await office.post(f"{path}/assessments", assessment),
        await office.post(
            f"{path}/reviews",
            {"looked_on": "2024-08-02", "assessor_kind": "official", "looked_at": "The bank"},
        ),
        await office.post(
            f"{path}/replies", {"party": council, "text": "Soon", "replied_on": "2024-08-03"}
        ),
        opened := await office.post(f"{path}/disputes", dispute),
        await office.post(
            f"{path}/due-moves",
            {"due": {"latest": "2026"}, "moved_on": "2024-09-02"},
            If_Match='"5"',
        ),
        await office.post(
            f"{path}/supersession",
            {"successor": other, "superseded_on": "2024-10-01"},
            If_Match='"6"',
        ),
    ]
    ledger_position = int(replies[-1].headers["X-Ledger-Position"])
    read = await office.read(path, ledger_position)

    assert [reply.status for reply in replies] == [201] * 6
    assert read["record_status"] == "superseded"
    assert read["successor"]["id"] == other
    assert read["progress"] == "in_progress"
    assert [each["id"] for each in read["disputes"]] == [opened.document["ids"]["dispute"]]
    assert read["due"]["latest"] == "2026"


async def test_a_dispute_is_resolved_by_somebody_else(office: Office) -> None:
    council = await office.made("organizations", organization("Council"))
    ident = await office.made("commitments", promise(council))
    path = f"/api/v1/commitments/{ident}/disputes"
    body = {"ground": "not_said", "text": "Never said", "opened_on": "2024-06"}
    dispute = (await office.post(path, body)).document["ids"]["dispute"]
    answer = {"resolution": "rejected", "text": "It was.", "resolved_on": "2024-07"}
    other = office.new_token("Reviewer", (Role.REVIEWER,))

    own = await office.post(f"{path}/{dispute}/resolution", answer)
    by_other = await office.post(
        f"{path}/{dispute}/resolution", answer, Authorization=f"Bearer {other}"
    )

    assert own.status in {409, 422}
    assert by_other.status == 201


async def test_the_history_tells_who_recorded_it_for_whom_and_why(office: Office) -> None:
    council = await office.made("organizations", organization("Council"))
    token = office.new_token("Clerk", (Role.RECORDER,), StreamId(council))

    reply = await office.post(
        "/api/v1/commitments",
        {**promise(council), "recorder": {"why": "Minutes of May"}},
        Authorization=f"Bearer {token}",
    )
    ident = reply.document["ids"]["id"]
    told = await office.read(
        f"/api/v1/facts/{reply.document['position']}", reply.document["position"]
    )

    recorder = told["recorder"]
    assert told["subject"]["id"] == ident
    assert (recorder["name"], recorder["why"]) == ("Clerk", "Minutes of May")
    assert recorder["on_behalf_of"]["id"] == council


async def test_an_account_of_nobody_on_record_records_nothing(office: Office) -> None:
    token = office.new_token("Clerk", (Role.RECORDER,), StreamId(ABSENT))

    reply = await office.post(
        "/api/v1/organizations", organization("Council"), Authorization=f"Bearer {token}"
    )

    assert reply.status == 422
    assert reply.document["code"] == "unknown-party"
    assert reply.pointers == ["/recorder/on_behalf_of"]
    assert await office.head() == 0


async def test_nothing_is_recorded_for_a_duplicate(office: Office) -> None:
    council = await office.made("organizations", organization("Council"))
    double = await office.made("organizations", organization("The Council"))
    path = f"/api/v1/stakeholders/{double}/merge"
    await office.post(path, {"into": council}, If_Match='"1"')

    reply = await office.post(
        "/api/v1/commitments", {**promise(council), "recorder": {"on_behalf_of": double}}
    )

    assert reply.status == 409
    assert reply.pointers == ["/recorder/on_behalf_of"]
    assert council in reply.document["detail"]


async def test_an_account_of_an_organization_speaks_for_no_other(office: Office) -> None:
    council = await office.made("organizations", organization("Council"))
    club = await office.made("organizations", organization("Club"))
    token = office.new_token("Clerk", (Role.RECORDER,), StreamId(council))

    reply = await office.post(
        "/api/v1/commitments",
        {**promise(council), "recorder": {"on_behalf_of": club}},
        Authorization=f"Bearer {token}",
    )

    assert reply.status == 403
    assert reply.pointers == ["/recorder/on_behalf_of"]


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "Bearer",
        "Bearer x",
        "Bearer clt_" + "A" * 43,
        "Basic YTpi",
        "bearer a b",
        "Bearer \udcff\udcff",
    ],
)
async def test_nobody_comes_in_without_a_token_that_holds(office: Office, shown: str) -> None:
    reply = await office.post("/api/v1/organizations", organization("A"), Authorization=shown)

    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].startswith('Bearer realm="desk"')
    assert await office.head() == 0


@pytest.mark.parametrize(
    ("role", "path", "wanted"),
    [
        (Role.ASSESSOR, "organizations", ["recorder"]),
        (Role.REVIEWER, "commitments", ["recorder"]),
        (Role.ADMIN, "statements", ["recorder"]),
        (Role.RECORDER, f"commitments/{ABSENT}/assessments", ["assessor"]),
        (Role.RECORDER, f"commitments/{ABSENT}/void", ["reviewer"]),
        (Role.REVIEWER, "rubrics", ["admin"]),
    ],
)
async def test_a_role_may_do_its_own_work_only(
    office: Office, role: Role, path: str, wanted: list[str]
) -> None:
    token = office.new_token("One role", (role,))

    reply = await office.post(f"/api/v1/{path}", {}, Authorization=f"Bearer {token}")

    assert reply.status == 403
    assert reply.document["errors"][0]["allowed"] == wanted


async def test_the_desk_describes_itself(office: Office) -> None:
    async with office.client.get(f"{office.running.desk_url}/api/v1/openapi.json") as response:
        described = await response.json()

    assert described["openapi"].startswith("3.1")
    assert "/api/v1/meeting-records" in described["paths"]
    assert "/api/v1/commitments/{id}/assessments" in described["paths"]


async def test_the_public_listener_records_nothing(office: Office) -> None:
    headers = {"Authorization": f"Bearer {office.token}", "Idempotency-Key": "k"}
    for path in ("organizations", "commitments", "meeting-records"):
        url = f"{office.running.public_url}/api/v1/{path}"
        async with office.client.post(url, json=organization("A"), headers=headers) as response:
            assert response.status in {404, 405}
    assert await office.head() == 0
