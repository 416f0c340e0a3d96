"""Totals as tables with words, definitions and shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.public.presentation.terms import BY_SLUG, definition, label
from projections.documents import Statistics, Transparency


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to divide commitments; `filter` is how the list of them names it."""

    title: str
    vocabulary: str
    filter: str


_DIMENSIONS: Final[Mapping[str, Dimension]] = {
    "progress": Dimension("Commitments by what came of them", "progress", "status"),
    "form": Dimension("Commitments by form", "form", "form"),
    "content": Dimension("Commitments by content", "content", "content"),
    "verifiable": Dimension("Commitments by whether they can be checked", "", "verifiable"),
    "formal_status": Dimension("Commitments by formal status", "formal-status", ""),
    "record_status": Dimension(
        "Commitments by the state of the record", "record-status", "record_status"
    ),
}

_TRUTHS: Final = {"true": "yes", "false": "no"}


@dataclass(frozen=True, slots=True)
class CountLine:
    """`percent` is a whole number of hundredths of the table's sum."""

    words: str
    count: int
    percent: int
    definition: str = ""
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CountTable:
    title: str
    what: str
    lines: tuple[CountLine, ...]


@dataclass(frozen=True, slots=True)
class Total:
    name: str
    path: str
    count: int


def totals(statistics: Statistics, kinds: Sequence[str]) -> list[Total]:
    """How many records of each kind that has pages."""
    counts = statistics["entities"]
    return [Total(kind.capitalize(), f"/{kind}", counts.get(kind, 0)) for kind in kinds]


def tables(statistics: Statistics) -> list[CountTable]:
    """Every dimension of commitments that is counted, in our order, then statements by kind."""
    counted = statistics["commitments"]
    commitments = [
        _commitments(name, counted[name], dimension)
        for name, dimension in _DIMENSIONS.items()
        if name in counted
    ]
    return [*commitments, _statements(statistics["statements"])]


def _commitments(name: str, counts: Mapping[str, int], dimension: Dimension) -> CountTable:
    """All but the last divide what is published only, so their links ask for that too."""
    always = {} if name == "record_status" else {"record_status": "published"}
    lines = _lines(counts, dimension.vocabulary, "/commitments", dimension.filter, always)
    return CountTable(dimension.title, label(name).capitalize(), lines)


def _statements(counts: Mapping[str, int]) -> CountTable:
    always = {"record_status": "published"}
    lines = _lines(counts, "statement-kind", "/statements", "kind", always)
    return CountTable("Statements by kind", "Kind", lines)


def _lines(
    counts: Mapping[str, int],
    vocabulary: str,
    path: str,
    narrowed_by: str,
    always: Mapping[str, str],
) -> tuple[CountLine, ...]:
    """Lines link to what they count where the list can be narrowed so."""
    whole = sum(counts.values())
    return tuple(
        CountLine(
            words=_TRUTHS.get(code, label(code)),
            count=count,
            percent=round(100 * count / whole) if whole else 0,
            definition=definition(vocabulary, code) if vocabulary else "",
            path=path if narrowed_by else "",
            query={narrowed_by: code, **always} if narrowed_by else {},
        )
        for code, count in sorted(counts.items(), key=lambda each: _rank(vocabulary, each[0]))
    )


def _rank(vocabulary: str, code: str) -> int:
    """Where the vocabulary names the code; codes that it lacks come last, in the order given."""
    codes = [term.value for term in BY_SLUG.get(vocabulary, ())]
    return codes.index(code) if code in codes else len(codes)


def redaction_tables(report: Transparency) -> list[CountTable]:
    """What was redacted, by reason, by part and by month."""
    return [
        CountTable(
            "By reason", "Reason", _lines(report["by_basis"], "redaction-basis", "", "", {})
        ),
        CountTable("By what lost its words", "Part", _plain(report["by_part"], _PARTS)),
        CountTable("By year", "Year", _plain(report["by_year"], {})),
        CountTable("By month", "Month", _plain(report["by_month"], {})),
    ]


_PARTS: Final = {
    "words": "what people wrote in a fact",
    "attachment": "an archived text, or minutes",
}


def _plain(counts: Mapping[str, int], words: Mapping[str, str]) -> tuple[CountLine, ...]:
    whole = sum(counts.values())
    return tuple(
        CountLine(words.get(code, code), count, round(100 * count / whole))
        for code, count in counts.items()
    )
