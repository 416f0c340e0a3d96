"""Reading a document, YAML or JSON: plain values, and where in the text each one stands.

Both are read by the same strict rules. YAML is cut down to what a record needs: text, lists and
mappings. Every unquoted scalar is text except `null`, `true` and `false`, so a date stays the
date that was written and `no` stays a word. Anchors, aliases, tags, repeated fields and a second
document are refused, which leaves nothing that expands or constructs anything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import yaml

from api.record.pointers import pointer
from api.record.problems import BadRecord, Place, Problem

Value = str | bool | None | list["Value"] | dict[str, "Value"]
Path = tuple[str | int, ...]

DEPTH_LIMIT: Final = 32
SIZE_LIMIT: Final = 1024 * 1024
VALUE_LIMIT: Final = 20_000
"""A meeting of a week has a tenth of that."""
_CONSTANTS: Final[Mapping[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
}
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")
_PAIR: Final = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)


@dataclass(frozen=True, slots=True)
class Document:
    """`places` holds the pointer of every member, with where it begins."""

    value: Value
    places: Mapping[str, Place]


@dataclass
class _Reader:
    events: Iterator[yaml.Event]
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def node(self, event: yaml.Event, path: Path) -> Value:
        """The value that begins with this event, and its place."""
        self.places.setdefault(pointer(path), _place(event.start_mark))
        self._check(event, path)
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(path)
            case yaml.SequenceStartEvent():
                return self._sequence(path)
            case yaml.ScalarEvent():
                return self._scalar(event, path)
            case _:
                return None

    def _check(self, event: yaml.Event, path: Path) -> None:
        if len(self.places) > VALUE_LIMIT:
            raise _unreadable(f"There are more than {VALUE_LIMIT:,} values here.", event, path)
        if len(path) > DEPTH_LIMIT:
            raise _unreadable(f"This is nested more than {DEPTH_LIMIT} deep.", event, path)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._complain("Anchors and aliases are not accepted; write it out.", event, path)
        if getattr(event, "tag", None) is not None:
            self._complain("Tags are not accepted; write plain values.", event, path)

    def _mapping(self, path: Path) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = self._name(event, path)
            if name in found:
                self._complain("This field is written twice.", event, (*path, name))
            self.places.setdefault(pointer((*path, name)), _place(event.start_mark))
            found[name] = self.node(next(self.events), (*path, name))
        return found

    def _name(self, event: yaml.Event, path: Path) -> str:
        if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
            raise _unreadable("The name of a field is plain text.", event, path)
        return str(event.value)

    def _sequence(self, path: Path) -> list[Value]:
        found: list[Value] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.node(event, (*path, len(found))))
        return found

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Value:
        text = str(event.value)
        if event.implicit[0] and text in _CONSTANTS:
            return _CONSTANTS[text]
        if _UNFIT.search(text):
            self._complain("The text holds a character that cannot be stored.", event, path)
        return text

    def _complain(self, detail: str, event: yaml.Event, path: Path) -> None:
        self.problems.append(Problem(pointer(path), detail, _place(event.start_mark)))


def read(raw: bytes) -> Document:
    """Raise BadRecord, not readable, unless the bytes are one document of values."""
    try:
        return _document(_decoded(raw))
    except yaml.MarkedYAMLError as error:
        detail = f"This is neither well-formed YAML nor JSON: {error.problem}."
        problem = Problem("", detail, _place(error.problem_mark))
        raise BadRecord([problem], readable=False) from error
    except yaml.YAMLError as error:
        raise _refused("The text holds a character that cannot be stored.") from error


def _decoded(raw: bytes) -> str:
    if len(raw) > SIZE_LIMIT:
        raise _refused(f"The document is larger than {SIZE_LIMIT} bytes.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused("The document is not in UTF-8.") from error
    return _PAIR.sub(_joined, text) if text.lstrip().startswith("{") else text


def _joined(pair: re.Match[str]) -> str:
    """JSON writes a character beyond U+FFFF as two escapes; YAML knows only the one long form."""
    high, low = int(pair[2], 16), int(pair[3], 16)
    return f"{pair[1]}\\U{0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF):08x}"


def _document(text: str) -> Document:
    events = (event for event in yaml.parse(text, Loader=_LOADER) if _counts(event))
    first = next(events, None)
    if first is None:
        raise _refused("The document is empty.")
    reader = _Reader(events)
    value = reader.node(first, ())
    if (extra := next(events, None)) is not None:
        raise _unreadable("Only one document is read at a time.", extra, ())
    if reader.problems:
        raise BadRecord(reader.problems, readable=False)
    return Document(value, reader.places)


def _counts(event: yaml.Event) -> bool:
    """Whether the event belongs to a value, not to the frame around the values."""
    return not isinstance(event, _FRAME)


_FRAME: Final = (
    yaml.StreamStartEvent,
    yaml.StreamEndEvent,
    yaml.DocumentStartEvent,
    yaml.DocumentEndEvent,
)


class _Mark(Protocol):
    """Where the reader stood, counted from 0."""

    line: int
    column: int


def _place(mark: _Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _refused(detail: str) -> BadRecord:
    return BadRecord([Problem("", detail)], readable=False)


def _unreadable(detail: str, event: yaml.Event, path: Path) -> BadRecord:
    return BadRecord([Problem(pointer(path), detail, _place(event.start_mark))], readable=False)
