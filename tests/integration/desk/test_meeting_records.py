"""A whole meeting in one request."""

import asyncio
from pathlib import Path
from typing import Any

import orjson

from api.desk.roles import Role
from api.samples import sample
from tests.integration.desk.office import Office, open_office

Values = dict[str, Any]
PATH = "/api/v1/meeting-records"
YAML = {"Content_Type": "application/yaml"}


def record(**more: object) -> Values:
    return {
        "format": "meeting-record/1",
        "organizations": {"council": {"name": "Town Council"}, "club": {"name": "Rowing Club"}},
        "meeting": {"title": "Jetty meeting", "held_on": "2024-05-01"},
        "commitments": {
            "jetty": {
                "promisors": ["council"],
                "promisees": ["club"],
                "text": "Build a jetty.",
                "strength": {"form": "commits", "content": "specific_action"},
            }
        },
        **more,
    }


async def test_a_meeting_is_recorded_at_once(office: Office) -> None:
    reply = await office.post(PATH, record())

    assert reply.status == 201
    ids = reply.document["ids"]
    assert list(ids) == ["council", "club", "meeting", "jetty"]
    assert reply.headers["Location"].endswith(f"/api/v1/meetings/{ids['meeting']}")
    assert [fact["position"] for fact in reply.document["facts"]] == [1, 2, 3, 4]
    meeting = await office.read(f"/api/v1/meetings/{ids['meeting']}", reply.document["position"])
    assert [each["id"] for each in meeting["commitments"]] == [ids["jetty"]]


async def test_the_sample_is_recorded_as_yaml(office: Office) -> None:
    reply = await office.send(PATH, sample(), **YAML)

    assert reply.status == 201
    assert "community_lab" in reply.document["ids"]


async def test_the_same_document_with_the_same_key_is_stored_once(office: Office) -> None:
    replies = await asyncio.gather(
        *(office.send(PATH, sample(), Idempotency_Key="k", **YAML) for _ in range(5))
    )

    assert sorted(reply.status for reply in replies) == [200] * 4 + [201]
    assert len({reply.raw for reply in replies}) == 1
    assert await office.head() == len(replies[0].document["facts"])


async def test_the_sample_is_recorded_on_postgresql_too(
    tmp_path: Path, postgres_database_url: str
) -> None:
    async with open_office(tmp_path, url=postgres_database_url) as office:
        first = await office.send(PATH, sample(), Idempotency_Key="k", **YAML)
        again = await office.send(PATH, sample(), Idempotency_Key="k", **YAML)
        ids, position = first.document["ids"], first.document["position"]
        lab = await office.read(f"/api/v1/commitments/{ids['community_lab']}", position)

    assert (first.status, again.status) == (201, 200)
    assert lab["strength"]["form"] == "agrees_to_explore"


async def test_a_last_entry_that_is_wrong_takes_everything_with_it(office: Office) -> None:
    document = record()
    document["commitments"]["pier"] = {
        **document["commitments"]["jetty"],
        "due": {"latest": "2020"},
    }

    reply = await office.post(PATH, document)

    assert reply.status == 422
    assert reply.pointers == ["/commitments/pier/due/latest"]
    assert await office.head() == 0


async def test_after_a_refusal_the_corrected_document_may_use_the_key(office: Office) -> None:
    wrong = await office.post(PATH, record(reviews=[{"commitment": "pier"}]), Idempotency_Key="k")
    right = await office.post(PATH, record(), Idempotency_Key="k")

    assert (wrong.status, right.status) == (422, 201)


async def test_all_mistakes_come_with_their_lines(office: Office) -> None:
    text = (
        sample()
        .replace(b"kind: concern", b"kind: worry", 1)
        .replace(b"2022-02-15", b"2022-02-30", 1)
    )

    reply = await office.send(PATH, text, **YAML)

    assert reply.status == 422
    assert set(reply.pointers) == {"/meeting/held_on", "/statements/moderation_concern/kind"}
    assert all("(line " in each["detail"] for each in reply.document["errors"])
    assert await office.head() == 0


async def test_yaml_that_cannot_be_read_is_refused_with_its_place(office: Office) -> None:
    reply = await office.send(PATH, b"format: &a x\nmeeting: *a\n", **YAML)

    assert reply.status == 400
    assert reply.pointers == ["/format", "/meeting"]


async def test_every_command_of_a_record_takes_its_role(office: Office) -> None:
    token = office.new_token("Clerk", (Role.RECORDER,))
    review = {
        "commitment": "jetty",
        "looked_on": "2024-06",
        "assessor_kind": "official",
        "looked_at": "The bank",
    }

    refused = await office.post(PATH, record(reviews=[review]), Authorization=f"Bearer {token}")
    plain = await office.post(PATH, record(), Authorization=f"Bearer {token}")

    assert refused.status == 403
    assert refused.document["errors"][0]["pointer"] == "/reviews/0"
    assert refused.document["errors"][0]["allowed"] == ["assessor"]
    assert plain.status == 201


async def test_a_record_may_name_what_the_ledger_holds_already(office: Office) -> None:
    first = (await office.post(PATH, record())).document["ids"]
    later = {
        "format": "meeting-record/1",
        "outcomes": {
            "built": {
                "text": "The jetty stands.",
                "happened_on": "2025-05",
                "bears_on": [{"subject": first["jetty"], "effect": "fulfils"}],
            }
        },
    }

    reply = await office.post(PATH, later)
    jetty = await office.read(f"/api/v1/commitments/{first['jetty']}", reply.document["position"])

    assert reply.status == 201
    assert reply.headers["Location"].endswith(f"/api/v1/facts/{reply.document['position']}")
    assert jetty["outcomes"][0]["outcome"]["id"] == reply.document["ids"]["built"]


async def test_two_clerks_with_the_same_council_do_not_make_two(office: Office) -> None:
    replies = await asyncio.gather(*(office.post(PATH, record()) for _ in range(2)))

    assert sorted(reply.status for reply in replies) == [201, 409]
    refused = next(reply for reply in replies if reply.status == 409)
    assert refused.pointers == ["/organizations/council/name"]
    assert await office.head() == 4


async def test_a_record_in_json_is_read_as_strictly_as_any_body(office: Office) -> None:
    twice = orjson.dumps(record())[:-1] + b',"format":"meeting-record/1"}'

    assert (await office.send(PATH, twice)).status == 400
    assert (await office.send(PATH, b"{}")).status == 422


async def test_the_schema_is_published(office: Office) -> None:
    url = f"{office.running.public_url}/schemas/meeting-record.json"
    async with office.client.get(url) as response:
        schema = await response.json(content_type="application/schema+json")

    assert schema["title"] == "MeetingRecord"
