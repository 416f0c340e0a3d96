"""A whole meeting in one request: everything in the document is recorded, or nothing is.

A rehearsal asks the same rules and stores nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import orjson
from aiohttp import hdrs, web

from api.desk.addresses import PREFIX
from api.desk.admission import admitted, recorder_for, require
from api.desk.bodies import told
from api.desk.conditions import HEADERS, fingerprint, idempotency_key
from api.desk.receipts import ReceiptDocument, answer
from api.desk.rehearsals import RehearsalDocument, rehearsed
from api.edge.body import JSON
from api.edge.operation import Operation
from api.edge.parse import parse_json, read_body
from api.edge.problems import LOCATE
from api.parts import PARTS
from api.record.checking import Checked, check, placed
from api.record.document import MeetingRecord
from api.record.findings import warnings_of
from api.record.ids import Ids, ids_of
from api.record.plan import Step, translated_back
from api.record.problems import Place
from api.record.reading import read
from api.record.translation import translate
from api.record.words import MEETING
from ledger.deciding import Context

PATH: Final = f"{PREFIX}/meeting-records"
DRY_RUN: Final = f"{PATH}/dry-run"
YAML: Final = ("application/yaml", "application/x-yaml", "text/yaml")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A document that is in order, and on whose behalf it came."""

    checked: Checked
    steps: Sequence[Step]
    places: Mapping[str, Place]
    context: Context


async def record_meeting(request: web.Request) -> web.Response:
    asked = await _asked(request)
    ledger = request.app[PARTS].ledger
    receipt = await ledger.execute([step.command for step in asked.steps], asked.context)
    warnings = placed(await warnings_of(ledger, receipt, asked.steps), asked.places)
    location = _location(request, asked.checked, receipt.position)
    return await answer(request.app[PARTS], receipt, asked.checked.named, location, warnings)


async def rehearse_meeting(request: web.Request) -> web.Response:
    asked = await _asked(request)
    ledger = request.app[PARTS].ledger
    document = await rehearsed(ledger, asked.checked, asked.steps, asked.context, asked.places)
    headers = {hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(body=orjson.dumps(document), content_type=JSON, headers=headers)


async def _asked(request: web.Request) -> _Asked:
    """Raise the problem of whoever may not ask, or of a document that is not in order."""
    session = await admitted(request)
    key = idempotency_key(request)
    raw = await read_body(request, *YAML)
    value, places = await _values(request, raw)
    with told(places):
        # In a thread: a document may be long, and everything that is wrong with it is looked for.
        checked, steps = await asyncio.to_thread(_planned, value, ids_of(session.account, key))
    await require(request, session, [(type(step.command), step.origin) for step in steps])
    asked = checked.record.recorder
    context = Context(
        recorder=recorder_for(session, asked.on_behalf_of, asked.why),
        key=key,
        fingerprint=fingerprint(request, raw, PATH),
    )
    request[LOCATE] = lambda pointer: translated_back(steps, pointer)
    return _Asked(checked, steps, places, context)


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
    """Recording, and its rehearsal at an address of its own.

    A desk that knows no rehearsals answers 404 there; one that did not know an option would record.
    """
    recording = Operation(
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
    )
    rehearsing = replace(
        recording,
        path=DRY_RUN,
        handler=rehearse_meeting,
        name="rehearse_whole_meeting",
        summary="Ask every rule what recording the same request would do, and store nothing.",
        returns=RehearsalDocument,
        status=200,
    )
    return recording, rehearsing
