"""The mapping file: which tables are read, and what each row of them becomes.

A mapping is a meeting record with holes: wherever a meeting record takes a value, a mapping takes
one too, or a cell that says from which column it comes and how it is read.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    StrictBool,
    Tag,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from api.importing.encodings import text_encoding
from api.importing.finding import NoPattern, compiled
from api.importing.patterns import DateFormat, date_format
from api.record.document import DefiningSchema
from api.record.entries import Entry
from api.record.words import Day, Label, Prose, RecordId
from ledger.vocabulary import ReopenReason

FORMAT: Final = "import-mapping/1"

Kind = Literal[
    "organization",
    "person",
    "source",
    "meeting",
    "statement",
    "commitment",
    "outcome",
    "assessment",
    "review",
]
Keyed = Literal["organization", "person", "source", "meeting", "statement", "commitment", "outcome"]
Reader = Literal["csv", "jsonl", "json", "yaml", "xlsx", "pages"]

Vocabulary = Mapping[str, str | None]
"""Their word → ours; nothing where theirs stands for no word at all."""


def _compiles(text: str) -> str:
    try:
        compiled(text)
    except NoPattern as error:
        raise PydanticCustomError(
            "pattern", "This is no regular expression: {reason}.", {"reason": str(error)}
        ) from error
    return text


def _is_format(text: str) -> str:
    try:
        date_format(text)
    except ValueError as error:
        raise PydanticCustomError("format", "{reason}", {"reason": str(error)}) from error
    return text


def _is_encoding(text: str) -> str:
    try:
        return text_encoding(text)
    except LookupError as error:
        raise PydanticCustomError(
            "encoding", "No such encoding; utf-8, utf-16 and windows-1252 are the usual ones."
        ) from error


Pattern = Annotated[str, AfterValidator(_compiles)]
Format = Annotated[str, AfterValidator(_is_format)]
Encoding = Annotated[str, AfterValidator(_is_encoding)]


_ORIGINS: Final[list[JsonValue]] = [{"required": ["from"]}, {"required": ["value"]}]
"""By these a cell is told from fields, in the published schema too."""


class Cell(Entry):
    """A value that comes from the row. What is given is done in the order of the fields."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _ORIGINS})

    from_: Annotated[str, Field(alias="from", min_length=1)] = ""
    """The name of a column, or text with names of columns in braces: "{id} of {plan}"."""
    value: str = ""
    """Words of the mapping's own, instead of `from`: the same for every row."""
    replace: Mapping[str, str] = {}
    """Signs that stand for others in this table, such as those that an export wrote as codes."""
    html: StrictBool = False
    """Leave the marks of HTML out; the address of a link stays, in brackets."""
    find: Pattern | None = None
    """A regular expression: its first group is taken, or all it matches."""
    otherwise: "str | Cell | None" = None
    """What stands here when nothing is found: words, or another cell; else it is left out."""
    words: str | Vocabulary | None = None
    """Their words and ours: a table written here, or the name of one under `vocabularies`."""
    dates: tuple[Format, ...] = ()
    """How days are written: YYYY-MM-DD, D.M.YYYY, MMMM YYYY, YYYY, or iso for a timestamp."""
    months: str = "en"
    """The language of month names."""
    slug: StrictBool = False
    """Write it as a topic: lower-case words joined by hyphens."""
    split: tuple[str, ...] = ()
    """Signs between several values in the cell, which becomes a list."""
    parties: str | None = None
    """A list of stakeholders, found or registered as `parties` says under this name."""
    party: str | None = None
    """The same for a field that takes one stakeholder."""
    record: Keyed | None = None
    """The cell is the key of such a record: of this mapping, in whichever table."""

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if bool(self.from_) == bool(self.value):
            raise PydanticCustomError("cell", "A cell has either `from` or `value`.")
        return self

    @property
    def formats(self) -> tuple[DateFormat, ...]:
        return tuple(date_format(text, self.months) for text in self.dates)


_CELL: Final = "<cell>"
_FIELDS: Final = "<fields>"
_LIST: Final = "<list>"
_WORDS: Final = "<words>"
TAGS: Final = (_CELL, _FIELDS, _LIST, _WORDS)
"""Steps in the place of a mistake that name a shape, not a field."""


def _shape(value: object) -> str:
    match value:
        case Cell():
            return _CELL
        case dict():
            return _CELL if "from" in value or "value" in value else _FIELDS
        case list() | tuple():
            return _LIST
        case _:
            return _WORDS


if TYPE_CHECKING:
    Part = object  # a type checker cannot follow a union that holds itself through its tags
else:
    Part = TypeAliasType(
        "Part",
        Annotated[
            Annotated[Cell, Tag(_CELL)]
            | Annotated[
                dict[str, "Part"],
                Tag(_FIELDS),
                Field(json_schema_extra={"not": {"anyOf": _ORIGINS}}),
            ]
            | Annotated[list["Part"], Tag(_LIST)]
            | Annotated[str | bool | None, Tag(_WORDS)],
            Discriminator(_shape),
        ],
    )
"""A value of a meeting record, or a cell."""

Parts = dict[str, Part]
Where = Mapping[str, str | tuple[str, ...]]


_CITING: Final = frozenset({"statement", "commitment", "outcome", "assessment"})


class QuoteEntry(Entry):
    """Which words of the row the record rests on."""

    of: str
    """The column; its words are quoted as they stand there."""
    role: Part = "origin"


class MakeEntry(Entry):
    """A record that is made of a row."""

    make: Kind
    where: Where = Field(default={})
    """Column → the value, or the values, with which a row is meant; left out: every row.

    `*` is any value but an empty one.
    """
    key: str = ""
    """What tells this record from others of its kind, in braces as in `from`."""
    label: Label | None = None
    """Its label within the row; left out, the word after `make`."""
    quote: str | QuoteEntry | None = None
    """The column whose words are quoted."""
    reopens: ReopenReason | None = None
    """Given where an assessment overturns an end state, and only there."""
    entry: Parts
    """The fields of the record, as a meeting record has them."""

    @property
    def named(self) -> str:
        """The label that other parts of the row may use."""
        return self.label or self.make

    @model_validator(mode="after")
    def _has_a_key(self) -> Self:
        if not self.key and self.make not in {"assessment", "review"}:
            raise PydanticCustomError("key", "Say under `key` what tells one from another.")
        if self.quote and self.make not in _CITING:
            raise PydanticCustomError("quote", "Such a record cites nothing; leave `quote` out.")
        if self.reopens and self.make != "assessment":
            raise PydanticCustomError("reopens", "Only an assessment reopens anything.")
        return self


class IgnoreEntry(Entry):
    """Rows that become nothing, on purpose."""

    where: Where
    because: str


class TableEntry(Entry):
    """A file of rows."""

    name: Label
    """Part of what every record of it is known by: do not change it after the first import."""
    file: str
    """Below the folder of the data; `*` stands for anything."""
    read: Reader | None = None
    """Left out: by the ending of the file. `pages` are texts with a YAML header."""
    encoding: Encoding = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    sheet: str = ""
    """Of a workbook; left out, the first."""
    at: str = ""
    """Where the rows lie in a JSON or YAML document: names joined by a slash."""
    row: str = ""
    """What tells one row from another; left out, all that stands in it."""
    source: Parts
    """The source that each row is archived as: the fields of a source of a meeting record."""
    retrieved_on: Day
    """When the file was fetched."""
    records: Annotated[tuple[MakeEntry, ...], Field(min_length=1)]
    ignore: tuple[IgnoreEntry, ...] = ()


class PartiesEntry(Entry):
    """How names in cells become stakeholders."""

    split: tuple[str, ...] = ()
    """Signs between several names in one cell."""
    names: Mapping[str, str | tuple[str, ...] | None] = {}
    """A name as it stands there → the name, or names, that are meant; nothing: leave it out."""
    html: StrictBool = False
    register_as: Literal["organization", "person"] = "organization"
    """What a name that the ledger does not know is registered as."""
    entry: Mapping[str, str] = {}
    """Fields of those registered, such as `classification`."""


class RetitledEntry(Entry):
    """A history keyed by words, in which a reworded record goes and comes in one step."""

    table: Label
    key: str
    gone: Where
    came: Where
    together: str
    """The column whose value both rows share."""
    alike: Annotated[float, Field(gt=0, le=1)] = 0.6
    """How like each other the two must be, from 0 to 1."""


class SameEntry(Entry):
    """When two keys mean one record."""

    fold: StrictBool = False
    """Only letters and digits count, and no case."""
    keys: Mapping[str, str] = {}
    """A key that was used → the key that is meant, finally: `retitled` does not change it."""
    retitled: RetitledEntry | None = None


class ImportRecorder(Entry):
    """For whom it is put on record, and why."""

    on_behalf_of: RecordId | None = None
    why: Prose = ""


class ImportMapping(Entry):
    """Columns of tables that others keep → records of the ledger.

    Ids are made from `name` and the keys, so that the same row is recorded once, however often it
    is imported.
    """

    format: Literal["import-mapping/1"]
    name: Label
    """What the imported records are known by: do not change it after the first import."""
    recorder: ImportRecorder = ImportRecorder()
    vocabularies: Mapping[str, Vocabulary] = {}
    """Name → their words and ours."""
    parties: Mapping[str, PartiesEntry] = {}
    same: Mapping[Keyed, SameEntry] = {}
    """By kind of record."""
    tables: Annotated[tuple[TableEntry, ...], Field(min_length=1)]
    """In the order in which they are read: what is named comes first."""


def json_schema() -> dict[str, object]:
    """What `commitments schema import` prints."""
    schema = ImportMapping.model_json_schema(schema_generator=DefiningSchema)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema}
