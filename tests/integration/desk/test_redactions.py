"""Redactions over the desk: two people, and what each step answers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.desk.opening import desk_database
from api.desk.proposals import LASTS, Proposal, ProposalEnded, Proposals, State
from api.desk.register import Register
from api.desk.roles import Role
from ledger.config import Settings
from ledger.facts.fact import AccountId, StreamId
from ledger.redacting import Place
from ledger.vocabulary import RedactionBasis
from tests.integration.desk.office import ABSENT, Office, Reply, Values, organization

PATH = "/api/v1/redactions"
SECRET = "Xanthippe Quillfeather"


@dataclass(frozen=True)
class Two:
    """Two redactors and the office they work in. The fact at position 1 names somebody."""

    office: Office
    first: str
    second: str

    async def propose(self, **changed: object) -> Reply:
        value = {
            "targets": [{"position": 1}],
            "basis": "data_protection",
            "authority": "court-12/2026",
            **changed,
        }
        return await self.office.post(PATH, value, Authorization=f"Bearer {self.first}")

    async def proposed(self) -> str:
        reply = await self.propose()
        assert reply.status == 201, reply.raw
        ident: str = reply.document["id"]
        return ident

    async def decide(self, ident: str, step: str, who: str, **headers: str) -> Reply:
        bearer = f"Bearer {who}"
        return await self.office.post(f"{PATH}/{ident}/{step}", {}, Authorization=bearer, **headers)

    async def read(self, path: str, who: str | None = None) -> Reply:
        headers = {"Authorization": f"Bearer {who or self.first}"}
        url = f"{self.office.running.desk_url}{path}"
        async with self.office.client.get(url, headers=headers) as response:
            return Reply(response.status, response.headers, await response.read())


@pytest.fixture
async def two(office: Office) -> Two:
    await office.made("organizations", organization(SECRET))
    tokens = [office.new_token(name, (Role.REDACTOR,)) for name in ("Ines", "Omar")]
    return Two(office, *tokens)


async def test_one_proposes_and_another_approves(two: Two) -> None:
    proposed = await two.propose()
    ident = proposed.document["id"]
    waiting = await two.read(PATH, two.second)
    approved = await two.decide(ident, "approval", two.second)

    assert proposed.status == 201
    assert proposed.headers["Location"].endswith(f"{PATH}/{ident}")
    assert proposed.document["targets"] == [{"position": 1, "part": "words"}]
    assert [each["id"] for each in waiting.document["data"]] == [ident]
    assert approved.status == 201, approved.raw
    assert [fact["type"] for fact in approved.document["facts"]] == ["redaction.applied/1"]
    fact = await two.office.read("/api/v1/facts/1", approved.document["position"])
    assert (fact["recorder"]["name"], fact["data"]["profile"]["name"]) == (None, None)
    (redaction,) = fact["redactions"]
    assert redaction["authority"] == "court-12/2026"
    assert redaction["position"] == approved.document["position"]
    assert (await two.read(PATH)).document == {"data": []}
    done = (await two.read(f"{PATH}/{ident}")).document
    assert (done["state"], done["position"]) == ("approved", approved.document["position"])


async def test_nobody_approves_their_own(two: Two) -> None:
    ident = await two.proposed()

    reply = await two.decide(ident, "approval", two.first)

    assert (reply.status, reply.document["code"]) == (409, "approved-by-its-proposer")
    assert "two people" in reply.document["detail"]
    assert await two.office.head() == 1
    assert (await two.read(f"{PATH}/{ident}")).document["state"] == "pending"


async def test_a_repeated_request_gets_its_first_answer(two: Two) -> None:
    bearer = f"Bearer {two.first}"
    value = {
        "targets": [{"position": 1}],
        "basis": "safety",
        "authority": "police-7",
    }
    first = await two.office.post(PATH, value, Authorization=bearer, Idempotency_Key="p")
    again = await two.office.post(PATH, value, Authorization=bearer, Idempotency_Key="p")
    other = await two.office.post(
        PATH, {**value, "authority": "police-8"}, Authorization=bearer, Idempotency_Key="p"
    )
    ident = first.document["id"]
    approved = await two.decide(ident, "approval", two.second, Idempotency_Key="a")
    repeated = await two.decide(ident, "approval", two.second, Idempotency_Key="a")
    late = await two.decide(ident, "approval", two.second, Idempotency_Key="b")
    replayed = await two.office.post(PATH, value, Authorization=bearer, Idempotency_Key="p")

    assert (first.status, again.status, again.document) == (201, 200, first.document)
    assert other.status == 422
    assert (approved.status, repeated.status) == (201, 200)
    assert repeated.document == approved.document
    assert (late.status, late.document["code"]) == (409, "applied-already")
    assert (replayed.status, replayed.document["state"]) == (200, "approved")
    assert await two.office.head() == 2


async def test_what_is_withdrawn_is_not_approved(two: Two) -> None:
    ident = await two.proposed()
    withdrawn = await two.decide(ident, "withdrawal", two.first)
    again = await two.decide(ident, "withdrawal", two.second)
    approved = await two.decide(ident, "approval", two.second)

    assert (withdrawn.status, withdrawn.document["state"]) == (200, "withdrawn")
    assert (again.status, again.document) == (200, withdrawn.document)
    assert (approved.status, approved.document["code"]) == (409, "proposal-ended")
    assert "was withdrawn" in approved.document["detail"]
    assert await two.office.head() == 1


async def test_what_was_approved_is_not_withdrawn(two: Two) -> None:
    ident = await two.proposed()
    await two.decide(ident, "approval", two.second)

    reply = await two.decide(ident, "withdrawal", two.first)

    assert (reply.status, reply.document["code"]) == (409, "proposal-ended")


BAD: list[tuple[Values, str]] = [
    ({"targets": []}, "/targets"),
    ({"targets": [{"position": 1}, {"position": 1}]}, "/targets/1"),
    ({"targets": [{"position": 9}]}, "/targets/0/position"),
    ({"targets": [{"position": 1}, {"position": 0}]}, "/targets/1/position"),
    ({"targets": [{"position": 1, "part": "attachment"}]}, "/targets/0/part"),
    ({"targets": [{"position": 1, "part": "facts"}]}, "/targets/0/part"),
    ({"targets": [{"position": "1"}]}, "/targets/0/position"),
    ({"basis": "because"}, "/basis"),
    ({"authority": "Judge Amina"}, "/authority"),
    ({"authority": ""}, "/authority"),
    ({"reason": "x"}, "/reason"),
]


@pytest.mark.parametrize(("changed", "pointer"), BAD)
async def test_a_bad_proposal_is_told_where(two: Two, changed: Values, pointer: str) -> None:
    reply = await two.propose(**changed)

    assert reply.status == 422, reply.raw
    assert reply.pointers == [pointer]
    assert (await two.read(PATH)).document == {"data": []}


async def test_words_that_are_gone_are_not_proposed_again(two: Two) -> None:
    await two.decide(await two.proposed(), "approval", two.second)

    reply = await two.propose()

    assert (reply.status, reply.document["code"]) == (409, "redacted-already")


async def test_two_proposals_for_the_same_words_are_not_both_carried_out(two: Two) -> None:
    first, second = await two.proposed(), await two.proposed()
    await two.decide(first, "approval", two.second)

    reply = await two.decide(second, "approval", two.second)

    assert (reply.status, reply.document["code"]) == (409, "redacted-already")
    assert (await two.read(f"{PATH}/{second}")).document["state"] == "pending"


async def test_only_redactors_redact_or_see_proposals(two: Two) -> None:
    everything_else = tuple(role for role in Role if role is not Role.REDACTOR)
    other = two.office.new_token("Uri", everything_else)
    ident = await two.proposed()

    answers = [
        await two.office.post(PATH, {}, Authorization=f"Bearer {other}"),
        await two.decide(ident, "approval", other),
        await two.decide(ident, "withdrawal", other),
        await two.read(PATH, other),
        await two.read(f"{PATH}/{ident}", other),
    ]

    assert [reply.status for reply in answers] == [403] * 5
    assert (await two.read(PATH, "clt_nobody")).status == 401


@pytest.mark.parametrize("ident", [ABSENT, "nothing"])
async def test_a_proposal_that_is_not_there_is_not_found(two: Two, ident: str) -> None:
    answers = [
        await two.decide(ident, "approval", two.second),
        await two.decide(ident, "withdrawal", two.second),
        await two.read(f"{PATH}/{ident}"),
    ]

    assert [reply.status for reply in answers] == [404] * 3


async def test_every_step_wants_a_key_and_leaves_a_trail(two: Two) -> None:
    ident = await two.proposed()
    bearer = f"Bearer {two.second}"
    for path in (PATH, f"{PATH}/{ident}/approval", f"{PATH}/{ident}/withdrawal"):
        reply = await two.office.post(path, {}, Authorization=bearer, Idempotency_Key="")
        assert reply.status == 428
    await two.decide(ident, "approval", two.second)
    await two.decide(await _another(two), "withdrawal", two.second)

    with desk_database(two.office.settings) as engine:
        trail = [line for line in Register(engine).trail() if line.event.startswith("redaction.")]

    assert [line.event.partition(".")[2] for line in reversed(trail)] == [
        "proposed",
        "approved",
        "proposed",
        "withdrawn",
    ]
    assert not any(SECRET in line.detail for line in trail)


async def _another(two: Two) -> str:
    await two.office.made("organizations", organization("Harbour Board"))
    reply = await two.propose(targets=[{"position": 3}])
    ident: str = reply.document["id"]
    return ident


# --- the table of proposals, on a clock of its own


@pytest.fixture
def proposals(tmp_path: Path) -> Iterator[tuple[Proposals, Proposal, list[datetime]]]:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    with desk_database(Settings(data_dir=tmp_path)) as engine:
        account = Register(engine).add("Ines", [Role.REDACTOR]).id
        proposal = Proposal(
            id=StreamId(ABSENT),
            places=(Place(1, "words"),),
            basis=RedactionBasis.SAFETY,
            authority="order-1",
            proposed_by=account,
        )
        yield Proposals(engine, lambda: now[0]), proposal, now


def test_a_proposal_expires_after_thirty_days(
    proposals: tuple[Proposals, Proposal, list[datetime]],
) -> None:
    kept, proposal, now = proposals
    kept.add(proposal)
    now[0] += LASTS - timedelta(milliseconds=1)
    assert [each.id for each in kept.pending()] == [proposal.id]

    now[0] += timedelta(milliseconds=1)

    assert kept.pending() == []
    assert kept.find(proposal.id).state is State.EXPIRED
    with pytest.raises(ProposalEnded, match="was expired"):
        kept.begin_approval(proposal.id, proposal.proposed_by)


def test_an_approval_that_a_crash_cut_short_can_be_given_again(
    proposals: tuple[Proposals, Proposal, list[datetime]],
) -> None:
    kept, proposal, now = proposals
    kept.add(proposal)
    kept.begin_approval(proposal.id, proposal.proposed_by)
    now[0] += 2 * LASTS

    with pytest.raises(ProposalEnded):
        kept.withdraw(proposal.id, proposal.proposed_by)
    kept.begin_approval(proposal.id, proposal.proposed_by)
    kept.carried_out(proposal.id, proposal.proposed_by, 7)

    found = kept.find(proposal.id)
    assert (found.state, found.position) == (State.APPROVED, 7)
    assert found.asks_the_same(proposal)
    assert not found.asks_the_same(replace(proposal, proposed_by=AccountId(ABSENT)))
