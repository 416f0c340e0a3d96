"""Bad input: a clear error with a pointer, nothing stored, and the feed alive afterwards."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import feedparser
import orjson
import pytest

from ledger.vocabulary import Form, StatementKind
from projections.projector import open_views
from tests.integration.desk.office import (
    ABSENT,
    Office,
    open_office,
    organization,
    promise,
    source,
)

Values = dict[str, Any]
CYRILLIC_O: Final = "\u043e"


@dataclass(frozen=True)
class Bad:
    """A request, and the answer it gets. `{council}` and the like become ids."""

    name: str
    status: int
    body: object
    path: str = "organizations"
    pointers: tuple[str, ...] | None = None
    allowed: tuple[str, ...] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def council(**changed: object) -> Values:
    return {"profile": {"name": "New Council", **changed}}


def deep(levels: int) -> bytes:
    return b'{"profile":' + b"[" * levels + b"]" * levels + b"}"


UNREADABLE: Final = (
    Bad("malformed", 400, b'{"profile": '),
    Bad("empty body", 400, b""),
    Bad("a crowd of values", 400, b'{"profile": [' + b"1," * 200_000 + b"1]}"),
    Bad("spaces only", 400, b"   "),
    Bad("trailing garbage", 400, orjson.dumps(council()) + b" x"),
    Bad("two texts", 400, orjson.dumps(council()) * 2),
    Bad("not UTF-8", 400, b'{"profile": {"name": "\xff\xfe"}}'),
    Bad("UTF-16", 400, '{"profile": {"name": "A"}}'.encode("utf-16")),
    Bad("duplicate names", 400, b'{"profile": {"name": "A", "name": "B"}}'),
    Bad("NaN", 400, b'{"profile": {"name": NaN}}'),
    Bad("infinity", 400, b'{"profile": {"name": -Infinity}}'),
    Bad("nested too deep", 400, deep(33)),
    Bad("a bomb of brackets", 400, deep(100_000)),
    Bad("integer beyond 2^53", 400, b'{"profile": {"name": 9007199254740993}}'),
    Bad("huge integer", 400, b'{"profile": {"name": 1' + b"0" * 5000 + b"}}"),
    Bad("NUL", 400, b'{"profile": {"name": "a\\u0000b"}}'),
    Bad("lone surrogate", 400, b'{"profile": {"name": "\\ud800"}}'),
    Bad("too long", 413, b'{"profile": "' + b"a" * 1_100_000 + b'"}'),
    Bad(
        "gzip bomb",
        413,
        gzip.compress(b" " * 50_000_000),
        headers={"Content_Encoding": "gzip"},
    ),
    Bad("no gzip", 400, b"plain", headers={"Content_Encoding": "gzip"}),
    Bad("strange coding", 415, b"{}", headers={"Content_Encoding": "br"}),
    Bad("a form", 415, b"a=b", headers={"Content_Type": "application/x-www-form-urlencoded"}),
    Bad("text", 415, b"{}", headers={"Content_Type": "text/plain"}),
    Bad("no media type", 415, b"{}", headers={"Content_Type": "x/y"}),
    Bad(
        "a foreign charset",
        415,
        b"{}",
        headers={"Content_Type": "application/json; charset=latin1"},
    ),
    Bad("YAML where JSON is wanted", 415, b"a: 1", headers={"Content_Type": "application/yaml"}),
)

HEADERS: Final = (
    Bad("no key", 428, council(), headers={"Idempotency_Key": ""}),
    Bad("a key with a space", 400, council(), headers={"Idempotency_Key": "two words"}),
    Bad("a key too long", 400, council(), headers={"Idempotency_Key": "k" * 256}),
    Bad("a wish of its own", 417, council(), headers={"Expect": "miracles"}),
    Bad("another site's page", 403, council(), headers={"Sec_Fetch_Site": "cross-site"}),
    Bad("a neighbour's page", 403, council(), headers={"Sec_Fetch_Site": "same-site"}),
    Bad("another site's origin", 403, council(), headers={"Origin": "https://evil.example"}),
    Bad("an origin that is no address", 403, council(), headers={"Origin": "http://[::1"}),
    Bad("an origin that hides", 403, council(), headers={"Origin": "null"}),
    Bad(
        "a form on another site's page",
        403,
        council(),
        headers={"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"},
    ),
    Bad("a foreign host", 421, council(), headers={"Host": "evil.example"}),
    Bad(
        "no version",
        428,
        {**source(), "reason": "misreading"},
        path="sources/{source}/corrections",
    ),
    Bad(
        "any version",
        412,
        {**source(), "reason": "misreading"},
        path="sources/{source}/corrections",
        headers={"If_Match": "*"},
    ),
)

CONTENT: Final = (
    Bad("not an object", 422, [], pointers=("",)),
    Bad("a null", 422, b"null", pointers=("",)),
    Bad("a missing field", 422, {}, pointers=("/profile",)),
    Bad("an extra field", 422, {**council(), "x": 1}, pointers=("/x",)),
    Bad("an extra field inside", 422, council(x=1), pointers=("/profile/x",)),
    Bad("an id of its own choosing", 422, {**council(), "id": ABSENT}, pointers=("/id",)),
    Bad("no name", 422, council(name=""), pointers=("/profile/name",)),
    Bad("a blank name", 422, council(name="   "), pointers=("/profile/name",)),
    Bad("a number for a name", 422, council(name=7), pointers=("/profile/name",)),
    Bad("a name that turns", 422, council(name="A\u202eB"), pointers=("/profile/name",)),
    Bad("a name of two lines", 422, council(name="A\nB"), pointers=("/profile/name",)),
    Bad("a bell", 422, council(purpose="a\x07"), pointers=("/profile/purpose",)),
    Bad("an endless name", 422, council(name="a" * 301), pointers=("/profile/name",)),
    Bad("a script", 422, council(url="javascript:alert(1)"), pointers=("/profile/url",)),
    Bad("data", 422, council(url="data:text/html,x"), pointers=("/profile/url",)),
    Bad("credentials", 422, council(url="https://a:b@c.example"), pointers=("/profile/url",)),
    Bad(
        "an unknown kind",
        422,
        {
            "content": {"kind": "rumour", "speakers": ["{council}"], "text": "x"},
            "said_on": "2024",
        },
        path="statements",
        pointers=("/content/kind",),
        allowed=tuple(StatementKind),
    ),
    Bad(
        "an unknown form",
        422,
        promise("{council}", strength={"form": "vows", "content": "seek"}),
        path="commitments",
        pointers=("/content/strength/form",),
        allowed=tuple(Form),
    ),
    Bad(
        "a day that does not exist",
        422,
        promise("{council}", made_on="2023-02-29"),
        path="commitments",
        pointers=("/content/made_on",),
    ),
    Bad(
        "a day in other words",
        422,
        promise("{council}", made_on="15/02/2022"),
        path="commitments",
        pointers=("/content/made_on",),
    ),
    Bad(
        "a day to come",
        422,
        promise("{council}", made_on="9999-01-01"),
        path="commitments",
        pointers=("/content/made_on",),
    ),
    Bad(
        "due before made",
        422,
        promise("{council}", due={"latest": "2020-01-01"}),
        path="commitments",
        pointers=("/content/due/latest",),
    ),
    Bad(
        "no promisors",
        422,
        promise("{council}", promisors=[]),
        path="commitments",
        pointers=("/content/promisors",),
    ),
    Bad(
        "more topics than anybody reads",
        422,
        promise("{council}", topics=["Two Words"] * 51),
        path="commitments",
        pointers=("/content/topics",),
    ),
    Bad(
        "more promisees than anybody knows",
        422,
        promise("{council}", promisees=["the council"] * 201),
        path="commitments",
        pointers=("/content/promisees",),
    ),
    Bad(
        "more citations than anybody checks",
        422,
        {"withdrawn_on": "2024", "citations": [{}] * 201},
        path="commitments/{ended}/withdrawal",
        pointers=("/citations",),
        headers={"If_Match": '"1"'},
    ),
    Bad(
        "an unknown party",
        422,
        promise(ABSENT),
        path="commitments",
        pointers=("/content/promisors/0",),
    ),
    Bad(
        "no id",
        422,
        promise("the council"),
        path="commitments",
        pointers=("/content/promisors/0",),
    ),
    Bad(
        "recorded for nobody",
        422,
        {**council(), "recorder": {"on_behalf_of": ABSENT}},
        pointers=("/recorder/on_behalf_of",),
    ),
    Bad(
        "recorded for a promise",
        422,
        {**council(), "recorder": {"on_behalf_of": "{ended}"}},
        pointers=("/recorder/on_behalf_of",),
    ),
    Bad(
        "a meeting recorded for nobody",
        422,
        {
            "format": "meeting-record/1",
            "recorder": {"on_behalf_of": ABSENT},
            "organizations": {"new": {"name": "New Council"}},
        },
        path="meeting-records",
        pointers=("/recorder/on_behalf_of",),
    ),
    Bad(
        "an unknown meeting",
        422,
        promise("{council}", meeting=ABSENT),
        path="commitments",
        pointers=("/content/meeting",),
    ),
    Bad(
        "everything at once",
        422,
        {
            "content": {
                "promisors": ["x"],
                "text": "",
                "made_on": "yesterday",
                "strength": {"form": "x", "content": "y"},
                "topics": ["Two Words"],
            }
        },
        path="commitments",
        pointers=(
            "/content/promisors/0",
            "/content/text",
            "/content/made_on",
            "/content/strength/form",
            "/content/strength/content",
            "/content/topics/0",
        ),
    ),
)

CONFLICTS: Final = (
    Bad(
        "a name that looks the same",
        409,
        council(name=f"T{CYRILLIC_O}wn Council"),
        pointers=("/profile/name",),
    ),
    Bad(
        "an end state left without a reason",
        409,
        {"assessed_on": "2025-03", "assessor_kind": "official", "progress": "stalled"},
        path="commitments/{ended}/assessments",
        pointers=("/reopen_reason",),
    ),
    Bad(
        "an unknown commitment",
        404,
        {"looked_on": "2024", "assessor_kind": "official", "looked_at": "x"},
        path=f"commitments/{ABSENT}/reviews",
    ),
    Bad(
        "what is no id",
        404,
        {"looked_on": "2024", "assessor_kind": "official", "looked_at": "x"},
        path="commitments/42/reviews",
    ),
    Bad("no such address", 404, council(), path="gossip"),
)

EVERY: Final = (*UNREADABLE, *HEADERS, *CONTENT, *CONFLICTS)
"""The list of RELIABILITY, as far as a body or its headers can be bad."""


@pytest.fixture
async def ids(office: Office) -> dict[str, str]:
    """What bad requests name: a council, a source, and a commitment that has ended."""
    council = await office.made("organizations", organization("Town Council"))
    paper = await office.made("sources", source())
    ended = await office.made("commitments", promise(council))
    assessment = {
        "assessed_on": "2025-01",
        "assessor_kind": "official",
        "progress": "not_fulfilled",
        "failure_reason": "unknown",
    }
    await office.post(
        f"/api/v1/commitments/{ended}/due-moves",
        {"due": {"latest": "2024-06"}, "moved_on": "2024-05-02"},
        If_Match='"1"',
    )
    reply = await office.post(f"/api/v1/commitments/{ended}/assessments", assessment)
    assert reply.status == 201, reply.raw
    return {"council": council, "source": paper, "ended": ended}


def filled(value: object, ids: Mapping[str, str]) -> bytes:
    raw = value if isinstance(value, bytes) else orjson.dumps(value)
    for name, ident in ids.items():
        raw = raw.replace(f"{{{name}}}".encode(), ident.encode())
    return raw


async def test_bad_input_is_refused_stores_nothing_and_breaks_nothing(
    office: Office, ids: dict[str, str]
) -> None:
    before = await office.head()
    wrong: dict[str, object] = {}

    for bad in EVERY:
        path = filled(f"/api/v1/{bad.path}".encode(), ids).decode()
        reply = await office.send(path, filled(bad.body, ids), **bad.headers)
        if complaint := _complaint(bad, reply.status, reply.raw, reply.headers):
            wrong[bad.name] = complaint

    assert wrong == {}
    assert await office.head() == before
    await _everything_still_works(office)


def _complaint(bad: Bad, status: int, raw: bytes, headers: Mapping[str, str]) -> object:
    """What is not as it should be about an answer; None if nothing."""
    if status != bad.status or headers["Content-Type"] != "application/problem+json":
        return status, headers["Content-Type"], raw[:300]
    problem = orjson.loads(raw)
    faults = problem.get("errors", [])
    if problem["status"] != status or len(problem["detail"]) < 10:
        return problem
    if bad.pointers is not None and {each["pointer"] for each in faults} != {*bad.pointers}:
        return faults
    if bad.allowed is not None and tuple(faults[0]["allowed"]) != bad.allowed:
        return faults
    return None


async def _everything_still_works(office: Office) -> None:
    reply = await office.post("/api/v1/organizations", organization("After all"))
    position = reply.document["position"]
    headers = {"X-Ledger-Position": str(position)}
    url = f"{office.running.public_url}/facts.atom"
    async with office.client.get(url, headers=headers) as response:
        feed = feedparser.parse(await response.read())
    async with open_views(office.running.parts.settings, office.running.parts.ledger) as elsewhere:
        await elsewhere.rebuild()

    assert reply.status == 201
    assert not feed.bozo
    assert f"fact {position};" in feed.entries[0].summary
    assert office.running.parts.views.position() == position


async def test_wrong_methods_are_told_the_right_ones(office: Office) -> None:
    url = f"{office.running.desk_url}/api/v1/organizations"

    for method in ("GET", "PUT", "DELETE", "PATCH"):
        async with office.client.request(method, url) as response:
            assert response.status == 405
            assert "POST" in response.headers["Allow"]


async def test_the_desks_own_pages_and_programs_may_ask(office: Office) -> None:
    url = office.running.desk_url
    ours: tuple[dict[str, str], ...] = (
        {},
        {"Sec_Fetch_Site": "same-origin", "Origin": url},
        {"Sec_Fetch_Site": "none"},
        {"Origin": url},
    )

    replies = [
        await office.post("/api/v1/organizations", organization(f"Body {index}"), **headers)
        for index, headers in enumerate(ours)
    ]

    assert [reply.status for reply in replies] == [201] * len(ours)


async def test_a_link_to_the_desk_is_followed_and_a_picture_of_it_is_not_shown(
    office: Office,
) -> None:
    url = f"{office.running.desk_url}/healthz"
    statuses = []

    for mode in ("navigate", "no-cors"):
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode}
        async with office.client.get(url, headers=headers) as response:
            statuses.append(response.status)

    assert statuses == [200, 403]


async def test_a_problem_repeats_no_bytes_of_the_request(office: Office) -> None:
    marker = "Zmarker"
    bodies = [
        f'{{"profile": {marker}}}'.encode(),
        orjson.dumps(council(**{marker: 1})),
        orjson.dumps(council(name=f"{marker}\u202e")),
        orjson.dumps(council(founder=marker)),
    ]

    replies = [await office.send("/api/v1/organizations", body) for body in bodies]

    assert [reply.status for reply in replies] == [400, 422, 422, 422]
    assert marker.encode() not in b"".join(
        reply.raw for index, reply in enumerate(replies) if index != 1
    )


async def test_guesses_of_the_token_meet_the_limit(office: Office) -> None:
    async with open_office(office.settings.data_dir / "narrow", rate_limit=5) as narrow:
        replies = [
            await narrow.post("/api/v1/organizations", council(), Authorization="Bearer no")
            for _ in range(12)
        ]

    statuses = [reply.status for reply in replies]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert int(replies[-1].headers["Retry-After"]) >= 1
