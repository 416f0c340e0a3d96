"""A whole meeting in one request: everything in the document is recorded, or nothing is."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import hdrs, web

from api.desk.addresses import PREFIX
from api.desk.admission import admitted, recorder_for, require
from api.desk.bodies import told
from api.desk.conditions import HEADERS, fingerprint, idempotency_key
from api.desk.receipts import ReceiptDocument, answer
from api.edge.body import JSON
from api.edge.operation import Operation
from api.edge.parse import parse_json, read_body
from api.edge.problems import LOCATE
from api.parts import PARTS
from api.record.checking import Checked, check
from api.record.document import MeetingRecord
from api.record.ids import Ids, ids_of
from api.record.plan import Step, translated_back
from api.record.problems import Place
from api.record.reading import read
from api.record.translation import translate
from api.record.words import MEETING
from ledger.service import Context

PATH: Final = f"{PREFIX}/meeting-records"
YAML: Final = ("application/yaml", "application/x-yaml", "text/yaml")


async def record_meeting(request: web.Request) -> web.Response:
    session = await admitted(request)
    key = idempotency_key(request)
    raw = await read_body(request, *YAML)
    checked, steps = await _translated(request, raw, ids_of(session.account, key))
    await require(request, session, [(type(step.command), step.origin) for step in steps])
    asked = checked.record.recorder
    context = Context(
        recorder=recorder_for(session, asked.on_behalf_of, asked.why),
        key=key,
        fingerprint=fingerprint(request, raw),
    )
    request[LOCATE] = lambda pointer: translated_back(steps, pointer)
    receipt = await request.app[PARTS].ledger.execute([step.command for step in steps], context)
    return answer(receipt, checked.named, _location(request, checked, receipt.position))


async def _translated(request: web.Request, raw: bytes, ids: Ids) -> tuple[Checked, Sequence[Step]]:
    """In a thread: a document may be long, and everything that is wrong with it is looked for."""
    value, places = await _values(request, raw)
    with told(places):
        return await asyncio.to_thread(_planned, value, ids)


def _planned(value: object, ids: Ids) -> tuple[Checked, Sequence[Step]]:
    checked = check(value, ids)
    return checked, translate(checked)


async def _values(request: web.Request, raw: bytes) -> tuple[object, Mapping[str, Place]]:
    """JSON by the strict rules of every other body; YAML with places."""
    if request.content_type == JSON:
        return await asyncio.to_thread(parse_json, raw), {}
    with told({}):
        document = await asyncio.to_thread(read, raw)
    return document.value, document.places


def _location(request: web.Request, checked: Checked, position: int) -> str:
    """The meeting, or the last fact of a document without one."""
    site = f"{request.app[PARTS].public_url}{PREFIX}"
    meeting = checked.labels.get(MEETING)
    return f"{site}/meetings/{meeting.id}" if meeting else f"{site}/facts/{position}"


def operations(problems: Sequence[str]) -> tuple[Operation, ...]:
    """The one address."""
    return (
        Operation(
            path=PATH,
            handler=record_meeting,
            name="record_whole_meeting",
            summary="Record a whole meeting at once, as JSON or YAML.",
            tag="meeting-records",
            method=hdrs.METH_POST,
            parameters=HEADERS,
            body=MeetingRecord,
            returns=ReceiptDocument,
            status=201,
            problems=problems,
        ),
    )
