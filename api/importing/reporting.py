"""What became of each row, and the report of those that were turned down."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final, Protocol, TextIO

import orjson

from api.public.tables import safe

REPORT_LINE: Final = 1 << 20
"""Bytes of a first line that are looked at."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing that is wrong with one row, and what would be accepted.

    `field` is a place in the record that the row would have become; `column` and `words` are what
    was read for it.
    """

    table: str
    row: int
    key: str
    field: str
    column: str
    words: str
    reason: str
    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The row is on record: `facts` new ones, or none where it was there already."""

    facts: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """The mapping says that nothing is to be made of such a row."""

    because: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing of the row is on record."""

    rejections: tuple[Rejection, ...]


Outcome = Recorded | Ignored | Rejected


class Report(Protocol):
    """Takes rejections, in the order of the rows."""

    def add(self, rejection: Rejection) -> None: ...


class _Csv:
    def __init__(self, text: TextIO) -> None:
        self._writer = csv.writer(text, lineterminator="\r\n")
        self._writer.writerow(each.name for each in fields(Rejection))

    def add(self, rejection: Rejection) -> None:
        values = {**asdict(rejection), "accepted": "; ".join(rejection.accepted)}
        self._writer.writerow(safe(str(value)) for value in values.values())


class _JsonLines:
    def __init__(self, text: TextIO) -> None:
        self._text = text

    def add(self, rejection: Rejection) -> None:
        self._text.write(orjson.dumps(asdict(rejection)).decode() + "\n")


class NotAReportError(OSError):
    """There is a file of this name that no import wrote; choose another name for the report."""


@contextmanager
def report_to(path: Path) -> Iterator[Report]:
    """JSON Lines if the name ends so, else CSV that is safe to open in a spreadsheet.

    Raise OSError: an earlier report is written over, any other file is left alone.
    """
    if path.exists() and not _is_report(path):
        raise NotAReportError(NotAReportError.__doc__)
    with path.open("w", encoding="utf-8", newline="") as text:
        yield _JsonLines(text) if path.suffix in {".json", ".jsonl"} else _Csv(text)


def _is_report(path: Path) -> bool:
    """Known by the names in its first line; one that a crash left empty is one, too."""
    with path.open("rb") as file:
        first = file.readline(REPORT_LINE)
    names = [each.name.encode() for each in fields(Rejection)]
    listed = first.rstrip() == b",".join(names)
    keyed = first.startswith(b"{") and all(b'"%b":' % name in first for name in names)
    return not first or listed or keyed
