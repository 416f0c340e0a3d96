"""A whole meeting in one request."""

import asyncio
from pathlib import Path
from typing import Any

import orjson

from api.desk.roles import Role
from api.samples import sample
from ledger.commands import VoidCommitment
from ledger.deciding import Context
from ledger.facts.fact import AccountId, StreamId
from ledger.service import open_ledger
from ledger.store.port import Recorder
from ledger.vocabulary import VoidReason
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


async def test_of_two_equal_names_in_one_document_the_second_is_refused(office: Office) -> None:
    twins = record(organizations={"council": {"name": "Moor"}, "club": {"name": "MOOR"}})

    reply = await office.post(PATH, twins)

    assert reply.status == 409
    assert reply.pointers == ["/organizations/club/name"]


async def test_a_record_in_json_is_read_as_strictly_as_any_body(office: Office) -> None:
    twice = orjson.dumps(record())[:-1] + b',"format":"meeting-record/1"}'

    assert (await office.send(PATH, twice)).status == 400
    assert (await office.send(PATH, b"{}")).status == 422


def quoting(*exact: str) -> Values:
    """A record whose commitment cites these words of a short archived text."""
    document = record(
        sources={
            "minutes": {
                "publisher": "Town Council",
                "title": "Minutes",
                "basis": "minutes",
                "text": "The mayor said that a jetty would be built. A jetty!",
                "retrieved_on": "2024-05-02",
            }
        }
    )
    cited = [{"source": "minutes", "exact": words} for words in exact]
    document["commitments"]["jetty"]["citations"] = cited
    return document


async def test_quotations_that_are_not_found_come_with_warnings(office: Office) -> None:
    document = quoting("a jetty would be built", "a pier would be built", "jetty")

    first = await office.post(PATH, document, Idempotency_Key="k")
    again = await office.post(PATH, document, Idempotency_Key="k")

    assert (first.status, again.status) == (201, 200)
    missing, twice = first.document["warnings"]
    assert missing["pointer"] == "/commitments/jetty/citations/1/exact"
    assert missing["detail"].startswith("“a pier would be built” is not found")
    assert twice["pointer"] == "/commitments/jetty/citations/2/exact"
    assert "more than once" in twice["detail"]
    assert again.raw == first.raw


async def test_a_warning_about_yaml_names_the_line(office: Office) -> None:
    text = sample().replace(b"exact: it will go on", b"exact: it shall go on", 1)

    reply = await office.send(PATH, text, **YAML)

    (warning,) = reply.document["warnings"]
    lines = text.decode().splitlines()
    assert lines[warning["line"] - 1].startswith("        exact: it shall go on")
    assert warning["column"] == 9


async def test_a_quotation_taken_by_itself_warns_too(office: Office) -> None:
    ids = (await office.post(PATH, quoting())).document["ids"]

    reply = await office.post(
        f"/api/v1/sources/{ids['minutes']}/quotations", {"exact": "a pier would be built"}
    )

    assert reply.status == 201
    assert [each["pointer"] for each in reply.document["warnings"]] == ["/exact"]


async def test_a_rehearsal_tells_what_recording_would_do_and_stores_nothing(
    office: Office,
) -> None:
    document = quoting("a jetty would be built", "a pier would be built")

    rehearsed = await office.post(f"{PATH}/dry-run", document, Idempotency_Key="k")
    before = await office.head()
    recorded = await office.post(PATH, document, Idempotency_Key="k")
    after = await office.post(f"{PATH}/dry-run", document, Idempotency_Key="k")

    told = rehearsed.document
    assert (rehearsed.status, before, recorded.status) == (200, 0, 201)
    assert told["recorded"] is None
    assert sum(told["facts"].values()) == len(recorded.document["facts"])
    assert told["names"] == ["Town Council", "Rowing Club"]
    assert told["quotations"] == {"found": 1, "not_found": 1}
    assert told["ids"] == recorded.document["ids"]
    assert told["warnings"] == recorded.document["warnings"]
    assert after.document["recorded"] == recorded.document
    assert after.document["facts"] == {}


async def test_a_rehearsal_refuses_what_recording_would_refuse(office: Office) -> None:
    first = await office.post(PATH, record())
    again = await office.post(f"{PATH}/dry-run", record())
    twins = record(organizations={"council": {"name": "Moor"}, "club": {"name": "MOOR"}})
    alike = await office.post(f"{PATH}/dry-run", twins)
    stranger = await office.post(f"{PATH}/dry-run", record(), Authorization="Bearer clt_none")

    assert (first.status, again.status, alike.status, stranger.status) == (201, 409, 409, 401)
    assert again.pointers == ["/organizations/council/name"]
    assert alike.pointers == ["/organizations/club/name"]
    assert await office.head() == 4


async def test_a_rehearsal_sees_what_another_process_has_recorded(office: Office) -> None:
    """Or the desk would say yes from memory to what the ledger then refuses."""
    ids = (await office.post(PATH, record())).document["ids"]
    later = {
        "format": "meeting-record/1",
        "outcomes": {
            "built": {
                "text": "The jetty stands.",
                "happened_on": "2025-05",
                "bears_on": [{"subject": ids["jetty"], "effect": "fulfils"}],
            }
        },
    }
    await office.post(f"{PATH}/dry-run", later)
    async with open_ledger(office.settings) as other:
        recorder = Recorder(by=AccountId("00000000-0000-4000-8000-000000000001"), name="Other")
        void = VoidCommitment(id=StreamId(ids["jetty"]), reason=VoidReason.NOT_SAID)
        await other.execute([void], Context(recorder=recorder, key="void", fingerprint=b"void"))

    reply = await office.post(f"{PATH}/dry-run", later)

    assert reply.status == 409
    assert reply.pointers == ["/outcomes/built/bears_on/0/subject"]


async def test_the_schema_is_published(office: Office) -> None:
    url = f"{office.running.public_url}/schemas/meeting-record.json"
    async with office.client.get(url) as response:
        schema = await response.json(content_type="application/schema+json")

    assert schema["title"] == "MeetingRecord"
