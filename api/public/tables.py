"""Documents as CSV (RFC 4180): one row each, safe to open in a spreadsheet."""

from __future__ import annotations

import csv as csv_format
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import orjson

from projections import documents

Document = Mapping[str, object]

_DOCUMENTS: Final[Mapping[str, type]] = {
    "commitments": documents.Commitment,
    "stakeholders": documents.Stakeholder,
    "meetings": documents.Meeting,
    "statements": documents.Statement,
    "sources": documents.Source,
    "outcomes": documents.Outcome,
    "facts": documents.FactView,
    "hits": documents.Hit,
    "cells": documents.MatrixCell,
    "redactions": documents.RedactionLine,
}
_LED_BY: Final = ("=", "+", "-", "@", "\t", "\r")


def csv(kind: str, items: Sequence[Document]) -> bytes:
    """A header line and a line each; an empty list still has its header."""
    text = io.StringIO()
    writer = csv_format.writer(text, lineterminator="\r\n")
    if kind in _DOCUMENTS:
        columns = tuple(_DOCUMENTS[kind].__annotations__)
        writer.writerow(columns)
        writer.writerows([_cell(item[column]) for column in columns] for item in items)
    else:
        writer.writerow(("name", "value"))
        writer.writerows(row for item in items for row in _leaves("", item))
    return text.getvalue().encode()


def _leaves(path: str, value: object) -> Iterable[tuple[str, str]]:
    """A tree as rows: the path of each leaf with dots, and the leaf."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from _leaves(f"{path}.{name}" if path else name, inner)
        case list() if any(isinstance(inner, dict) for inner in value):
            for index, inner in enumerate(value):
                yield from _leaves(f"{path}.{index}", inner)
        case _:
            yield safe(path), _cell(value)


def _cell(value: object) -> str:
    return safe(_text(value))


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value)
        case {"id": str(ident), "name": name} | {"id": str(ident), "title": name}:
            return f"{name or ''} [{ident}]".strip()
        case list() | tuple():
            return "; ".join(_text(item) for item in value)
        case _:
            return orjson.dumps(value).decode()


def safe(text: str) -> str:
    """A leading sign would make a spreadsheet run the cell as a formula (CWE-1236)."""
    return f"'{text}" if text.startswith(_LED_BY) else text
