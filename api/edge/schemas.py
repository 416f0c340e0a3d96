"""JSON Schema (2020-12) of the documents' typed dicts, read from their annotations."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import TypeAdapter

Schema = dict[str, object]
REFERENCES: Final = "#/components/schemas/"

_PLAIN: Final[dict[object, Schema]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    object: {},
    Any: {},
}


@dataclass(frozen=True, slots=True)
class Enveloped:
    """A type as it stands in `data` of the API's envelope."""

    data: object


class Schemas:
    """Collects the named schemas that a description refers to."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}

    def of(self, annotation: object) -> Schema:
        """The schema of a type; typed dicts are named and referred to."""
        if isinstance(annotation, Enveloped):
            return self._envelope(annotation)
        if annotation in _PLAIN:
            return _PLAIN[annotation]
        if isinstance(annotation, type) and is_typeddict(annotation):
            return self._reference(annotation)
        return self._compound(annotation)

    def of_model(self, model: type) -> Schema:
        """The schema of a pydantic model or a type that pydantic knows; its parts are named."""
        schema = TypeAdapter(model).json_schema(ref_template=REFERENCES + "{model}")
        parts = schema.pop("$defs", {})
        self.named.update(parts)
        return schema

    def _envelope(self, enveloped: Enveloped) -> Schema:
        properties = {
            "data": self.of(enveloped.data),
            "position": {"type": "integer", "description": "The last fact the answer knows."},
            "as_of": {"type": ["integer", "null"], "description": "The position asked about."},
            "on": {"type": ["string", "null"], "format": "date"},
            "links": {"type": "object", "additionalProperties": {"type": "string"}},
        }
        return {
            "type": "object",
            "properties": properties,
            "required": sorted(properties),
            "additionalProperties": False,
        }

    def _reference(self, document: type) -> Schema:
        name = document.__name__
        if name not in self.named:
            self.named[name] = {}
            self.named[name] = self._object(document)
        return {"$ref": REFERENCES + name}

    def _object(self, document: type) -> Schema:
        hints = get_type_hints(document)
        described = {"description": document.__doc__} if document.__doc__ else {}
        return {
            "type": "object",
            **described,
            "properties": {name: self.of(hint) for name, hint in hints.items()},
            "required": sorted(hints),
            "additionalProperties": False,
        }

    def _compound(self, annotation: object) -> Schema:
        arguments = get_args(annotation)
        match get_origin(annotation):
            case origin if origin is list:
                return {"type": "array", "items": self.of(arguments[0])}
            case origin if origin is dict:
                return {"type": "object", "additionalProperties": self.of(arguments[1])}
            case origin if origin in (UnionType, Union):
                return {"anyOf": [self.of(argument) for argument in arguments]}
            case _:
                raise TypeError(f"no JSON Schema for {annotation!r}")
