"""Recording over HTTP, one command an address: parse, call, render."""

from collections.abc import Mapping
from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from api.desk import meeting_records, redactions
from api.desk.addresses import ADDRESSES, PREFIX, Address
from api.desk.admission import admitted, recorder_for, require
from api.desk.bodies import Body, body_of, parsed
from api.desk.conditions import HEADERS, VERSION, expected_version, fingerprint, idempotency_key
from api.desk.receipts import ReceiptDocument, answer
from api.desk.register import Session
from api.edge.operation import Operation, Parameter, identity
from api.edge.parse import parse_json, read_body
from api.edge.problems import LOCATE, refuse
from api.parts import PARTS
from api.record.findings import warnings_of
from api.record.ids import Ids, ids_of
from api.record.plan import Step
from api.record.pointers import below_first
from api.record.words import is_uuid
from ledger.commands import Command
from ledger.deciding import Context

PROBLEMS: Final = (
    "bad-json",
    "unauthorized",
    "forbidden",
    "not-found",
    "timeout",
    "conflict",
    "version-moved",
    "too-large",
    "unsupported-media-type",
    "invalid",
    "precondition-required",
    "outcome-unknown",
    "storage-full",
)


def _recording(address: Address, model: type[Body]) -> Handler:
    async def record(request: web.Request) -> web.Response:
        session = await admitted(request)
        await require(request, session, [(address.command, "")])
        key = idempotency_key(request)
        expected = expected_version(request, required=address.edits)
        named = _named(request)
        raw = await read_body(request)
        body = parsed(model, parse_json(raw))
        made = _made(address, named, ids_of(session.account, key))
        command = _command(address, body, {**named, **made}, session)
        context = Context(
            recorder=recorder_for(session, body.recorder.on_behalf_of, body.recorder.why),
            key=key,
            fingerprint=fingerprint(request, raw),
            expected={} if expected is None else {command.id: expected},
        )
        request[LOCATE] = below_first
        ledger = request.app[PARTS].ledger
        receipt = await ledger.execute([command], context)
        warnings = await warnings_of(ledger, receipt, [Step(command, "")])
        parts = request.app[PARTS]
        location = f"{parts.public_url}{PREFIX}/{address.collection}/{command.id}"
        return await answer(parts, receipt, made, location, warnings)

    return record


def _named(request: web.Request) -> dict[str, str]:
    """The ids in the address; what is no id names nothing."""
    named = dict(request.match_info)
    if not all(is_uuid(ident) for ident in named.values()):
        raise refuse("not-found")
    return named


def _made(address: Address, named: Mapping[str, str], ids: Ids) -> dict[str, str]:
    """The ids that the desk gives: to a new record, and to what is added to one."""
    wanted = [] if "id" in named else ["id"]
    if address.makes is not None:
        wanted.append(address.makes)
    return {name: ids(name) for name in wanted}


def _command(address: Address, body: Body, idents: Mapping[str, str], session: Session) -> Command:
    account = {} if address.by is None else {address.by: session.account}
    return body.command(**idents, **account)


def _operation(address: Address) -> Operation:
    headers = (*HEADERS, VERSION) if address.edits else HEADERS
    model = body_of(address)
    return Operation(
        path=f"{PREFIX}/{address.path}",
        handler=_recording(address, model),
        name=address.operation,
        summary=address.summary,
        tag=address.collection,
        method=hdrs.METH_POST,
        parameters=(*_variables(address), *headers),
        body=model,
        returns=ReceiptDocument,
        status=201,
        problems=PROBLEMS,
    )


def _variables(address: Address) -> tuple[Parameter, ...]:
    return tuple(
        identity(address.collection)
        if name == "id"
        else Parameter(name, "path", f"Which {name}.", {"type": "string"}, required=True)
        for name in address.variables
    )


OPERATIONS: Final = (
    *meeting_records.operations(PROBLEMS),
    *redactions.operations(PROBLEMS),
    *(_operation(address) for address in ADDRESSES),
)
"""Everything that the desk records, as the router serves it and OpenAPI describes it."""
