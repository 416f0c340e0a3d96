"""`commitments schema`."""

import click
import orjson

from api.record.document import json_schema


def print_schema() -> None:
    click.echo(orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2))
