"""The whole meeting record, and its published JSON Schema (draft 2020-12)."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from api.record.entries import (
    AssessmentEntry,
    CommitmentEntry,
    Entry,
    MeetingEntry,
    OrganizationEntry,
    OutcomeEntry,
    PersonEntry,
    RecorderEntry,
    ReviewEntry,
    SourceEntry,
    StatementEntry,
)
from api.record.words import MEETING, AtMost, Label
from ledger.vocabulary import Term

FORMAT: Final = "meeting-record/1"
SECTIONS: Final = (
    "organizations",
    "people",
    "sources",
    MEETING,
    "statements",
    "commitments",
    "outcomes",
)
"""The sections whose entries bear labels, and the meeting, which is one entry by itself."""

ENTRIES: Final = 1_000
"""The most that one section holds; a longer meeting is several documents."""

_MOST: Final = AtMost(ENTRIES)


class MeetingRecord(Entry):
    """A whole meeting, put on record at once or not at all.

    Every entry of the first six sections bears a label of its own choosing, unlike any other
    label of the document. Wherever a record is named, a label will do, or the UUID of a record
    that the ledger holds already.
    """

    format: Literal["meeting-record/1"]
    recorder: RecorderEntry = RecorderEntry()
    organizations: Annotated[Mapping[Label, OrganizationEntry], _MOST] = Field(default={})
    people: Annotated[Mapping[Label, PersonEntry], _MOST] = Field(default={})
    sources: Annotated[Mapping[Label, SourceEntry], _MOST] = Field(default={})
    meeting: MeetingEntry | None = None
    """Left out where the document only adds to what is on record."""
    statements: Annotated[Mapping[Label, StatementEntry], _MOST] = Field(default={})
    commitments: Annotated[Mapping[Label, CommitmentEntry], _MOST] = Field(default={})
    outcomes: Annotated[Mapping[Label, OutcomeEntry], _MOST] = Field(default={})
    assessments: Annotated[tuple[AssessmentEntry, ...], _MOST] = ()
    reviews: Annotated[tuple[ReviewEntry, ...], _MOST] = ()


class DefiningSchema(GenerateJsonSchema):
    """JSON Schema in which every term of a closed list carries its definition."""

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Entries by label: a name that is no label is refused, as it is when it is read."""
        found = super().dict_schema(schema)
        if "patternProperties" in found:
            found["additionalProperties"] = False
        return found

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        found = super().enum_schema(schema)
        terms = [term for term in schema["members"] if isinstance(term, Term)]
        found["oneOf"] = [{"const": term.value, "description": term.definition} for term in terms]
        found.pop("enum", None)
        return found


def json_schema() -> dict[str, object]:
    """What `commitments schema` prints and the public listener serves."""
    schema = MeetingRecord.model_json_schema(schema_generator=DefiningSchema)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema}
