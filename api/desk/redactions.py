"""Redactions over HTTP: one person proposes which words go and by whose order, another approves."""

import asyncio
from typing import Annotated, Final, Literal, TypedDict

import orjson
from aiohttp import hdrs, web
from pydantic import Field

from api.desk.accounts import ACCOUNTS
from api.desk.addresses import PREFIX
from api.desk.admission import admitted, recorder_for, require
from api.desk.bodies import RecorderBody, parsed
from api.desk.conditions import HEADERS, fingerprint, idempotency_key
from api.desk.proposals import Proposal, Proposals
from api.desk.receipts import REPLAYED, ReceiptDocument, answer, instant
from api.desk.redacting import carry_out, check_proposal
from api.desk.register import Session
from api.edge.body import JSON
from api.edge.operation import Operation, identity
from api.edge.parse import parse_json, read_body
from api.edge.problems import LOCATE, refuse
from api.parts import PARTS
from api.record.entries import Entry
from api.record.ids import ids_of
from api.record.words import Text, at_most, is_uuid
from ledger.commands import RedactParts
from ledger.deciding import Context
from ledger.facts.fact import StreamId
from ledger.redacting import Place
from ledger.service import KeyReusedForSomethingElse
from ledger.vocabulary import RedactionBasis

PATH: Final = f"{PREFIX}/redactions"
ONE: Final = f"{PATH}/{{id}}"
APPROVAL: Final = f"{ONE}/approval"
WITHDRAWAL: Final = f"{ONE}/withdrawal"


class TargetEntry(Entry):
    """A part that is to lose its words."""

    position: Annotated[int, Field(strict=True, ge=1, le=2**53 - 1)]
    """The fact's place in the ledger."""
    part: Literal["words", "attachment"] = "words"
    """Everything that people wrote in the fact; or its long text, archived or minutes."""


class ProposalBody(Entry):
    """Which words are to go, why, and by whose order."""

    targets: Annotated[tuple[TargetEntry, ...], at_most("targets")]
    basis: RedactionBasis
    authority: Text
    """The code of the order, such as court-12/2026: never a name."""


class DecisionBody(Entry):
    """What is said to an approval; readers see it. It must not repeat what is redacted."""

    recorder: RecorderBody = RecorderBody()


class WithdrawalBody(Entry):
    """Nothing needs to be said."""


class TargetDocument(TypedDict):
    """`position` is the fact's place in the ledger."""

    position: int
    part: str


class ProposalDocument(TypedDict):
    """A proposed redaction. `position` is that of its last fact, once it was carried out."""

    id: str
    state: str
    targets: list[TargetDocument]
    basis: str
    authority: str
    proposed_by: str
    proposed_at: str
    expires_at: str
    position: int | None


class ProposalsDocument(TypedDict):
    """Those that wait for approval, oldest first."""

    data: list[ProposalDocument]


def document(proposal: Proposal) -> ProposalDocument:
    return {
        "id": proposal.id,
        "state": proposal.state.value,
        "targets": [{"position": at, "part": part} for at, part in proposal.places],
        "basis": proposal.basis.value,
        "authority": proposal.authority,
        "proposed_by": proposal.proposed_by,
        "proposed_at": instant(proposal.proposed_at),
        "expires_at": instant(proposal.expires_at),
        "position": proposal.position,
    }


async def propose(request: web.Request) -> web.Response:
    """201, or 200 with what an earlier try with this key proposed."""
    session = await _redactor(request)
    key = idempotency_key(request)
    body = parsed(ProposalBody, parse_json(await read_body(request)))
    wanted = _proposal(session, key, body)
    proposals = _proposals(request)
    if not await asyncio.to_thread(proposals.is_known, wanted.id):
        await check_proposal(request.app[PARTS].ledger, wanted)
    kept, new = await asyncio.to_thread(proposals.add, wanted)
    if not kept.asks_the_same(wanted):
        raise KeyReusedForSomethingElse
    return _told(request, kept, new=new)


def _proposal(session: Session, key: str, body: ProposalBody) -> Proposal:
    """The id follows from account and key, so that a repetition finds it."""
    return Proposal(
        id=StreamId(ids_of(session.account, key)("redaction")),
        places=tuple([Place(each.position, each.part) for each in body.targets]),
        basis=body.basis,
        authority=body.authority,
        proposed_by=session.account,
    )


async def show_pending(request: web.Request) -> web.Response:
    await _redactor(request)
    found = await asyncio.to_thread(_proposals(request).pending)
    return _answer({"data": [document(each) for each in found]})


async def show_one(request: web.Request) -> web.Response:
    await _redactor(request)
    return _answer(document(await _found(request)))


async def approve(request: web.Request) -> web.Response:
    """Carry it out: the answer is the receipt of the facts that say so."""
    session = await _redactor(request)
    key = idempotency_key(request)
    raw = await read_body(request)
    said = parsed(DecisionBody, parse_json(raw)).recorder
    proposal = await _found(request)
    context = Context(
        recorder=recorder_for(session, said.on_behalf_of, said.why),
        key=key,
        fingerprint=fingerprint(request, raw),
    )
    request[LOCATE] = _nowhere_in_the_body
    parts = request.app[PARTS]
    receipt = await carry_out(parts.ledger, _proposals(request), proposal, context)
    location = f"{parts.public_url}{PREFIX}/facts/{receipt.facts[0].position}"
    return await answer(parts, receipt, {"id": proposal.id}, location)


def _nowhere_in_the_body(pointer: str) -> str:
    """What is wrong lies with the proposal, or with whoever approves it."""
    return "/recorder/on_behalf_of" if pointer == "/recorder/on_behalf_of" else ""


async def withdraw(request: web.Request) -> web.Response:
    """By its proposer or by anybody else who may redact; twice is no mistake."""
    session = await _redactor(request)
    idempotency_key(request)
    parsed(WithdrawalBody, parse_json(await read_body(request)))
    proposal = await _found(request)
    proposals = _proposals(request)
    ended = await asyncio.to_thread(proposals.withdraw, proposal.id, session.account)
    return _answer(document(ended))


async def _redactor(request: web.Request) -> Session:
    session = await admitted(request)
    await require(request, session, [(RedactParts, "")])
    return session


async def _found(request: web.Request) -> Proposal:
    ident = request.match_info["id"]
    if not is_uuid(ident):
        raise refuse("not-found")
    return await asyncio.to_thread(_proposals(request).find, ident)


def _proposals(request: web.Request) -> Proposals:
    return request.app[ACCOUNTS].proposals


def _told(request: web.Request, proposal: Proposal, *, new: bool) -> web.Response:
    response = _answer(document(proposal), status=201 if new else 200)
    desk = request.app[PARTS].desk_url
    response.headers[hdrs.LOCATION] = f"{desk}{PATH}/{proposal.id}"
    if not new:
        response.headers[REPLAYED] = "true"
    return response


def _answer(told: object, status: int = 200) -> web.Response:
    headers = {hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(status=status, body=orjson.dumps(told), content_type=JSON, headers=headers)


_READING: Final = ("unauthorized", "forbidden", "not-found")


def operations(problems: tuple[str, ...]) -> tuple[Operation, ...]:
    """`problems` are those of every recording."""
    one = identity("redaction")
    return (
        Operation(
            path=PATH,
            handler=propose,
            name="propose_redaction",
            summary="Propose that words go, by order; somebody else has to approve it.",
            parameters=HEADERS,
            body=ProposalBody,
            returns=ProposalDocument,
            status=201,
            tag="redactions",
            method=hdrs.METH_POST,
            problems=problems,
        ),
        Operation(
            path=PATH,
            handler=show_pending,
            name="list_redactions",
            summary="The proposals that wait for approval.",
            tag="redactions",
            returns=ProposalsDocument,
            problems=_READING,
        ),
        Operation(
            path=ONE,
            handler=show_one,
            name="get_redaction",
            summary="One proposal, and what became of it.",
            tag="redactions",
            parameters=(one,),
            returns=ProposalDocument,
            problems=_READING,
        ),
        Operation(
            path=APPROVAL,
            handler=approve,
            name="approve_redaction",
            summary="Carry out a redaction that somebody else has proposed.",
            parameters=(one, *HEADERS),
            body=DecisionBody,
            returns=ReceiptDocument,
            status=201,
            tag="redactions",
            method=hdrs.METH_POST,
            problems=problems,
        ),
        Operation(
            path=WITHDRAWAL,
            handler=withdraw,
            name="withdraw_redaction",
            summary="Withdraw a proposal that nobody has approved yet.",
            parameters=(one, *HEADERS),
            body=WithdrawalBody,
            returns=ProposalDocument,
            tag="redactions",
            method=hdrs.METH_POST,
            problems=problems,
        ),
    )
