"""OpenAPI 3.1, made from the operations that the router serves, so that it cannot drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from api.edge.kinds import KINDS
from api.edge.operation import Operation, Parameter
from api.edge.problems import MEDIA
from api.edge.schemas import REFERENCES, Schema, Schemas

ALWAYS: Final = (
    "bad-request",
    "headers-too-large",
    "not-acceptable",
    "too-many-requests",
    "misdirected",
    "failed",
    "busy",
)
"""Problems that any operation may answer."""


def describe(title: str, server: str, operations: Sequence[Operation]) -> Schema:
    """The whole document."""
    schemas = Schemas()
    paths: dict[str, dict[str, object]] = {}
    for operation in operations:
        described = _operation(operation, schemas)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": _version(), "summary": _SUMMARY},
        "servers": [{"url": server}],
        "tags": [{"name": tag} for tag in dict.fromkeys(o.tag for o in operations)],
        "paths": paths,
        "components": {
            "schemas": {**schemas.named, "Problem": PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


_SUMMARY: Final = "Who promised what to whom, and what came of it; every answer names its position."


def _version() -> str:
    try:
        return version("commitment-ledger")
    except PackageNotFoundError:
        return "0"


def _operation(operation: Operation, schemas: Schemas) -> Schema:
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": {**_success(operation, schemas), **_problems(operation)},
    }
    if operation.body is not None:
        content = {"application/json": {"schema": schemas.of_model(operation.body)}}
        described["requestBody"] = {"required": True, "content": content}
        described["security"] = [{"token": []}]
    return described


def _parameter(parameter: Parameter) -> Schema:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.sentence,
        "required": parameter.required,
        "schema": parameter.schema,
    }


def _success(operation: Operation, schemas: Schemas) -> Mapping[str, object]:
    content = {operation.media: {"schema": _returned(operation, schemas)}}
    phrase = HTTPStatus(operation.status).phrase
    found: dict[str, object] = {str(operation.status): {"description": phrase, "content": content}}
    if operation.method == "GET":
        found["304"] = {"description": "Not modified: the ETag you sent is still right."}
    return found


def _returned(operation: Operation, schemas: Schemas) -> Schema:
    """Without a type, any JSON if it is JSON, else text."""
    if operation.returns is not None:
        return schemas.of(operation.returns)
    return {} if operation.media.endswith("json") else {"type": "string"}


def _problems(operation: Operation) -> Mapping[str, object]:
    kinds = [KINDS[slug] for slug in (*ALWAYS, *operation.problems)]
    content = {MEDIA: {"schema": {"$ref": f"{REFERENCES}Problem"}}}
    by_status: dict[str, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(str(kind.status), []).append(kind.meaning)
    return {
        status: {"description": " ".join(meanings), "content": content}
        for status, meanings in sorted(by_status.items())
    }


PROBLEM: Final[Schema] = {
    "type": "object",
    "description": "RFC 9457.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "enum": [f"/problems/{slug}" for slug in KINDS]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "The rule that said no, by name."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901, into the body."},
                    "parameter": {"type": "string"},
                    "header": {"type": "string"},
                    "detail": {"type": "string"},
                    "allowed": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
        "links": {
            "type": "object",
            "description": "`latest-version`: it is on record now, though it was not then.",
            "additionalProperties": {"type": "string", "format": "uri"},
        },
    },
}
