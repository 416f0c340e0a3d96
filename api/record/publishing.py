"""The JSON Schema of the meeting record, for everybody to read and editors to check against."""

from functools import cache
from typing import Final

import orjson
from aiohttp import hdrs, web

from api.edge.operation import Operation
from api.record.document import json_schema

PATH: Final = "/schemas/meeting-record.json"
MEDIA: Final = "application/schema+json"


@cache
def _schema() -> bytes:
    return orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2)


async def schema(_request: web.Request) -> web.Response:
    headers = {hdrs.CACHE_CONTROL: "public, max-age=3600"}
    return web.Response(body=_schema(), content_type=MEDIA, headers=headers)


OPERATIONS: Final = (
    Operation(
        path=PATH,
        handler=schema,
        name="get_meeting_record_schema",
        summary="The JSON Schema of a meeting record.",
        tag="schemas",
        media=MEDIA,
    ),
)
"""For the public listener."""
