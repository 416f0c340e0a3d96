"""The small types that entries are made of: text, addresses, dates, labels, references."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, cast

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    GetPydanticSchema,
    ValidationInfo,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from ledger.dates import PartialDate
from ledger.errors import Refusal
from ledger.facts.fact import StreamId
from ledger.rules.amounts import LIMITS, check_amount
from ledger.rules.words import (
    ARCHIVE_LIMIT,
    NAME_LIMIT,
    TEXT_LIMIT,
    TOPIC_LIMIT,
    URL_LIMIT,
    check_language,
    check_name,
    check_remark,
    check_text,
    check_topics,
    check_url,
)

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


LABEL: Final = "^[a-z][a-z0-9_-]{0,62}$"
UUID: Final = f"^{_UUID.pattern}$"

MEETING: Final = "meeting"
"""The label of the document's meeting, which it bears without being asked."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a label of the document stands for: a section's name, and the id it will have."""

    section: str
    id: StreamId


Labels = Mapping[str, Labelled]


def by_rule(check: Callable[[str, str], None]) -> AfterValidator:
    """The ledger's own rule, asked at the door already so that all mistakes show at once."""

    def ask(text: str) -> str:
        try:
            check(text, "")
        except Refusal as refusal:
            raise PydanticCustomError("words", "{detail}", {"detail": refusal.detail}) from refusal
        return text

    return AfterValidator(ask)


@dataclass(frozen=True, slots=True)
class AtMost:
    """How many entries a list or a section may have, in the schema and before they are checked.

    pydantic counts good entries only, so a list of bad ones would be checked to its end.
    """

    limit: int

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self._ask, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        found = handler(schema)
        keyword = "maxProperties" if found["type"] == "object" else "maxItems"
        return {**found, keyword: self.limit}

    def _ask(self, entries: object) -> object:
        try:
            check_amount(entries if isinstance(entries, list | dict) else (), self.limit, "")
        except Refusal as refusal:
            raise PydanticCustomError("amount", "{detail}", {"detail": refusal.detail}) from refusal
        return entries


def at_most(field: str) -> AtMost:
    """The ledger's limit for a list of that name."""
    return AtMost(LIMITS[field])


def _check_archive(text: str, pointer: str) -> None:
    check_text(text, pointer, ARCHIVE_LIMIT)


def _check_topic(text: str, pointer: str) -> None:
    check_topics([text], pointer)


def checked_date(text: str) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise PydanticCustomError("date", "{reason}.", {"reason": _sentence(error)}) from error


def _sentence(error: ValueError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def checked_uuid(text: str) -> str:
    if not is_uuid(text):
        raise PydanticCustomError("uuid", "This is not an id: write a lower-case UUID.")
    return text


def refers_to(*sections: str) -> Callable[[str, ValidationInfo], StreamId]:
    """A validator that turns a label, or the UUID of an older record, into an id."""

    def resolve(text: str, info: ValidationInfo) -> StreamId:
        labels: Labels = info.context or {}
        if is_uuid(text):
            return StreamId(text)
        found = labels.get(text)
        if found is None or found.section not in sections:
            raise _unknown_label(text, labels, sections)
        return found.id

    return resolve


def _unknown_label(text: str, labels: Labels, sections: tuple[str, ...]) -> PydanticCustomError:
    """What would do is looked up by whoever tells of it: there may be many mistakes."""
    wanted = " or ".join(sections)
    if text in labels:
        detail = f"This label stands for something else; one from {wanted} belongs here."
    else:
        detail = f"No such label under {wanted}, and no UUID of an older record."
    return PydanticCustomError("label", "{detail}", {"detail": detail, "sections": sections})


def described(pattern: str, description: str) -> FieldInfo:
    """The shape for the published schema only: the validator beside it has the better sentence."""
    return cast("FieldInfo", Field(description=description, json_schema_extra={"pattern": pattern}))


_DAY: Final = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_LANGUAGE: Final = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"
_TOPIC: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"

_AS_TEXT: Final = GetPydanticSchema(lambda _source, handler: handler(str))
"""Read as text; what the validator after it returns is the type that the field has."""

Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT), by_rule(check_name)]
Prose = Annotated[str, Field(max_length=TEXT_LIMIT), by_rule(check_remark)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT), by_rule(check_text)]
Archive = Annotated[str, Field(min_length=1, max_length=ARCHIVE_LIMIT), by_rule(_check_archive)]
Url = Annotated[str, Field(max_length=URL_LIMIT), by_rule(check_url)]
Day = Annotated[
    PartialDate,
    _AS_TEXT,
    described(_DAY, "YYYY, YYYY-MM or YYYY-MM-DD: as precise as is known."),
    AfterValidator(checked_date),
]
Language = Annotated[
    str,
    described(_LANGUAGE, "A BCP 47 tag: en, ur, zh-Hant; und where it is unknown."),
    by_rule(check_language),
]
Topic = Annotated[
    str,
    Field(max_length=TOPIC_LIMIT),
    described(_TOPIC, "Lower-case words joined by hyphens."),
    by_rule(_check_topic),
]
Label = Annotated[str, Field(pattern=LABEL)]

_REFERENCE: Final = described(
    f"{LABEL}|{UUID}", "A label of this document, or the UUID of a record."
)
PartyRef = Annotated[StreamId, _REFERENCE, AfterValidator(refers_to("organizations", "people"))]
OrganizationRef = Annotated[StreamId, _REFERENCE, AfterValidator(refers_to("organizations"))]
SourceRef = Annotated[StreamId, _REFERENCE, AfterValidator(refers_to("sources"))]
CommitmentRef = Annotated[StreamId, _REFERENCE, AfterValidator(refers_to("commitments"))]
StatementRef = Annotated[StreamId, _REFERENCE, AfterValidator(refers_to("statements"))]
SubjectRef = Annotated[StreamId, _REFERENCE, AfterValidator(refers_to("commitments", "statements"))]
RecordId = Annotated[
    StreamId, described(UUID, "The UUID of an older record."), AfterValidator(checked_uuid)
]
