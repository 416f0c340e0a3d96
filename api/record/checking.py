"""From plain values to a checked record: every mistake at once, each with its place in the text."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.record.document import SECTIONS, MeetingRecord
from api.record.ids import Ids
from api.record.pointers import nearest, pointer
from api.record.problems import BadRecord, Place, Problem
from api.record.words import MEETING, Labelled, Labels
from ledger.facts.fact import StreamId

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field here.",
    "string_type": "Text belongs here.",
    "bool_type": "Write true or false.",
    "tuple_type": "A list belongs here.",
    "mapping_type": "Named entries belong here.",
    "model_type": "An entry with named fields belongs here.",
    "string_pattern_mismatch": "A label is lower-case, begins with a letter and has no spaces.",
    "enum": "This is none of the accepted values.",
    "too_short": "At least one belongs here.",
    "string_too_short": "Something has to be written here.",
}
TOLD: Final = 500
"""Mistakes beyond these wait for the next try: nobody reads them all at once."""

LABELS_NAMED: Final = 50

Loc = tuple[int | str, ...]

_QUOTED: Final = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class Checked:
    """A record whose references are ids already, and the labels that became ids."""

    record: MeetingRecord
    labels: Labels
    ids: Ids

    @property
    def named(self) -> Mapping[str, str]:
        """Label → id, for the receipt."""
        return {label: known.id for label, known in self.labels.items()}


def check(value: object, ids: Ids) -> Checked:
    """Raise BadRecord with every problem of the document, without places."""
    labels, problems = _labels(value, ids)
    try:
        record = MeetingRecord.model_validate(value, context=labels)
    except ValidationError as error:
        raise BadRecord([*problems, *problems_of(error, labels)]) from error
    if problems:
        raise BadRecord(problems)
    return Checked(record, labels, ids)


def problems_of(error: ValidationError, labels: Labels | None = None) -> list[Problem]:
    """What pydantic found, in our words; the first `TOLD` of what may be any number."""
    details = error.errors(include_url=False, include_input=False)[:TOLD]
    around = {loc[:length] for loc in map(_loc, details) for length in range(len(loc))}
    told = [each for each in details if not _empty_for_mistakes(each, around)]
    return [_problem(each, labels or {}) for each in told]


def _loc(detail: ErrorDetails) -> Loc:
    return detail["loc"]


def _empty_for_mistakes(detail: ErrorDetails, around: Container[Loc]) -> bool:
    """Whether a list seems too short only because its members are wrong, which is said already.

    `around` holds the place of everything that something is wrong in.
    """
    return detail["type"] == "too_short" and detail["loc"] in around


def placed(problems: Iterable[Problem], places: Mapping[str, Place]) -> list[Problem]:
    """The same problems, each with the place of its member or of the nearest one around it."""
    return [replace(each, place=places.get(nearest(each.pointer, places))) for each in problems]


def _labels(value: object, ids: Ids) -> tuple[dict[str, Labelled], list[Problem]]:
    """An id for each label, before anything is checked, so that references can be."""
    labels: dict[str, Labelled] = {}
    problems: list[Problem] = []
    for section, label in _written_labels(value):
        if label in labels:
            at = pointer((section,) if section == MEETING else (section, label))
            problems.append(Problem(at, "Another entry bears this label."))
        labels.setdefault(label, Labelled(section, StreamId(ids(label))))
    return labels, problems


def _written_labels(value: object) -> Iterable[tuple[str, str]]:
    """Section and label of each entry; the meeting, if there is one, bears its own name."""
    document = value if isinstance(value, dict) else {}
    for section in SECTIONS:
        entries = document.get(section)
        if section == MEETING and entries is not None:
            yield MEETING, MEETING
        elif isinstance(entries, dict):
            yield from ((section, str(label)) for label in entries)


def _problem(error: ErrorDetails, labels: Labels) -> Problem:
    steps = [step for step in error["loc"] if step != "[key]"]
    sentence = _SENTENCES.get(error["type"], error["msg"])
    return Problem(pointer(steps), sentence, allowed=_allowed(error, labels))


def _allowed(error: ErrorDetails, labels: Labels) -> tuple[str, ...]:
    context = error.get("ctx", {})
    match error["type"]:
        case "enum" | "literal_error":
            return tuple(_QUOTED.findall(str(context["expected"])))
        case "label":
            wanted = cast("tuple[str, ...]", context["sections"])
            fitting = (label for label, known in labels.items() if known.section in wanted)
            return tuple(islice(fitting, LABELS_NAMED))
        case _:
            return ()
