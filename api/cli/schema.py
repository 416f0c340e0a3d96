"""`commitments schema`."""

import click
import orjson

from api.importing import mapping
from api.record import document


def print_schema(kind: str) -> None:
    made = mapping.json_schema() if kind == "import" else document.json_schema()
    click.echo(orjson.dumps(made, option=orjson.OPT_INDENT_2))
