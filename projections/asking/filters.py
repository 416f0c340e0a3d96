"""What lists can be narrowed by: each filter's sentence, how its text is read, what it asks for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from ledger.dates import PartialDate
from ledger.vocabulary import (
    STALE_AFTER_DAYS,
    Basis,
    Classification,
    Content,
    Effect,
    Flag,
    Form,
    Progress,
    RecordStatus,
    StakeholderKind,
    StatementKind,
    Term,
)
from projections.keeping.fulltext import terms_of
from projections.port import BadFilter

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Having:
    """The record has the facet with one of the values.

    `party` says that the value is a stakeholder, and also stands for those merged with it.
    """

    facet: str
    values: tuple[str, ...]
    party: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """A day of the row is in [low, high); `outside` asks for the contrary, "no day" included."""

    column: str
    low: int | None = None
    high: int | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """The words of the record match."""

    terms: str


@dataclass(frozen=True, slots=True)
class Addressed:
    """An outcome addresses the statement, or none does."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class FulfilledLate:
    """Assessed as fulfilled after the due day, and no outcome shows that it was in time."""


@dataclass(frozen=True, slots=True)
class QuoteUnverified:
    """A quotation of the record could not be found in its archived text."""


@dataclass(frozen=True, slots=True)
class Never:
    """Nothing can meet it."""


Condition = Having | Between | Matching | Addressed | FulfilledLate | QuoteUnverified | Never


@dataclass(frozen=True, slots=True)
class Question:
    """A filter's text with what else it may depend on; `day` is the day that flags look at."""

    name: str
    text: str
    filters: Mapping[str, str]
    day: date


@dataclass(frozen=True, slots=True)
class Filter:
    sentence: str
    read: Callable[[Question], Sequence[Condition]]


def conditions(
    known: Mapping[str, Filter], filters: Mapping[str, str], day: date
) -> list[Condition]:
    """What the filters ask for; raise BadFilter."""
    return [
        condition
        for name, text in filters.items()
        for condition in _known(known, name).read(Question(name, text, filters, day))
    ]


def _known(known: Mapping[str, Filter], name: str) -> Filter:
    if name not in known:
        raise BadFilter(name, "there is no such filter here", sorted(known))
    return known[name]


@lru_cache(16)
def last_fresh_day(day: date) -> int:
    """A look before this day is stale on `day`."""
    return (day - timedelta(days=STALE_AFTER_DAYS)).toordinal()


# --- ways to read a text


def read_id(question: Question) -> str:
    ident = question.text.strip().lower()
    if not _UUID.fullmatch(ident):
        raise BadFilter(question.name, "write an id as a UUID of 36 characters")
    return ident


def read_date(question: Question) -> PartialDate:
    try:
        return PartialDate.parse(question.text.strip())
    except ValueError as error:
        raise BadFilter(question.name, str(error)) from error


def read_bool(question: Question) -> bool:
    return _one_of(question, ("true", "false")) == "true"


def _one_of(question: Question, allowed: Sequence[str]) -> str:
    code = question.text.strip().lower()
    if code not in allowed:
        raise BadFilter(question.name, f"this is no {question.name} that is known here", allowed)
    return code


def _truths(question: Question) -> tuple[str, ...]:
    return ("true" if read_bool(question) else "false",)


def _code(facet: str, terms: type[Term]) -> Callable[[Question], Sequence[Condition]]:
    allowed = tuple(term.value for term in terms)
    return lambda question: (Having(facet, (_one_of(question, allowed),)),)


def _id(facet: str) -> Callable[[Question], Sequence[Condition]]:
    return lambda question: (Having(facet, (read_id(question),)),)


def _party(facet: str) -> Callable[[Question], Sequence[Condition]]:
    return lambda question: (Having(facet, (read_id(question),), party=True),)


def _words(facet: str) -> Callable[[Question], Sequence[Condition]]:
    """The whole value, whatever the case; no text holds a NUL."""
    return lambda question: (Having(facet, (_plain(question.text),)),)


def _plain(text: str) -> str:
    return text.replace("\0", " ").strip().casefold()


def _truth(facet: str) -> Callable[[Question], Sequence[Condition]]:
    """A facet that says "true" or "false"."""
    return lambda question: (Having(facet, _truths(question)),)


def _before(column: str) -> Callable[[Question], Sequence[Condition]]:
    return lambda question: (Between(column, high=read_date(question).earliest.toordinal()),)


def _after(column: str) -> Callable[[Question], Sequence[Condition]]:
    return lambda question: (Between(column, low=read_date(question).latest.toordinal() + 1),)


def _since(column: str) -> Callable[[Question], Sequence[Condition]]:
    return lambda question: (Between(column, low=read_date(question).earliest.toordinal()),)


def _until(column: str) -> Callable[[Question], Sequence[Condition]]:
    return lambda question: (Between(column, high=read_date(question).latest.toordinal() + 1),)


def _text(question: Question) -> Sequence[Condition]:
    return (Matching(question.text) if terms_of(question.text) else Never(),)


def _disputed(question: Question) -> Sequence[Condition]:
    return (Having("disputed", _truths(question)),)


# --- commitments


def _commitment_party(question: Question) -> Sequence[Condition]:
    role = Question("role", question.filters.get("role", "party"), question.filters, question.day)
    facet = _one_of(role, ("party", *_ROLES))
    return (Having(facet, (read_id(question),), party=True),)


def _role(question: Question) -> Sequence[Condition]:
    _one_of(question, _ROLES)
    if "party" not in question.filters:
        raise BadFilter("role", "a role needs a party beside it", ("party",))
    return ()


_ROLES: Final = ("promisor", "promisee")


def _overdue(question: Question) -> Sequence[Condition]:
    today = question.day.toordinal()
    return (Between("open_due", high=today, outside=not read_bool(question)),)


def _flag(
    flags: Mapping[str, Callable[[date], Condition]],
) -> Callable[[Question], list[Condition]]:
    allowed = tuple(str(flag) for flag in flags)
    return lambda question: [flags[_one_of(question, allowed)](question.day)]


_ANY_FLAG: Final[Mapping[str, Callable[[date], Condition]]] = {
    Flag.DISPUTED: lambda _day: Having("disputed", ("true",)),
    Flag.QUOTE_UNVERIFIED: lambda _day: QuoteUnverified(),
}

_COMMITMENT_FLAGS: Final[Mapping[str, Callable[[date], Condition]]] = {
    Flag.OVERDUE: lambda day: Between("open_due", high=day.toordinal()),
    Flag.LATE: lambda _day: FulfilledLate(),
    Flag.REVIEW_DUE: lambda day: Between("review", high=day.toordinal()),
    Flag.STALE: lambda day: Between("looked", high=last_fresh_day(day)),
    Flag.SELF_REPORTED_ONLY: lambda _day: Having("self_reported", ("true",)),
    **_ANY_FLAG,
}


_RECORD_STATUS: Final = Filter(
    "Status of the record: published, superseded, withdrawn or voided.",
    _code("record_status", RecordStatus),
)
_TEXT: Final = Filter("Words that the record must hold, all of them.", _text)
_TOPIC: Final = Filter("Topic, a lower-case slug.", _words("topic"))
_MEETING: Final = Filter("Id of the meeting where it was said.", _id("meeting"))
_SOURCE: Final = Filter("Id of a source that it cites.", _id("source"))
_DISPUTED: Final = Filter("Whether a dispute about it is open.", _disputed)

FILTERS: Final[Mapping[str, Mapping[str, Filter]]] = {
    "commitments": {
        "party": Filter("Id of a stakeholder on either side.", _commitment_party),
        "role": Filter("Which side the party is on: promisor or promisee.", _role),
        "promisor": Filter("Id of a stakeholder who promised.", _party("promisor")),
        "promisee": Filter("Id of a stakeholder who was promised.", _party("promisee")),
        "status": Filter("Progress as assessed.", _code("status", Progress)),
        "record_status": _RECORD_STATUS,
        "form": Filter("How binding the words are.", _code("form", Form)),
        "content": Filter("What kind of act is promised.", _code("content", Content)),
        "verifiable": Filter("Whether the words can be checked.", _truth("verifiable")),
        "topic": _TOPIC,
        "meeting": _MEETING,
        "source": _SOURCE,
        "statement": Filter("Id of the statement it was read from.", _id("statement")),
        "due_before": Filter("Due before this date.", _before("due")),
        "due_after": Filter("Due after this date.", _after("due")),
        "overdue": Filter("Whether it is past its due day and not ended.", _overdue),
        "made_before": Filter("Promised before this date.", _before("day")),
        "made_after": Filter("Promised after this date.", _after("day")),
        "disputed": _DISPUTED,
        "flag": Filter("A flag that the record bears.", _flag(_COMMITMENT_FLAGS)),
        "text": _TEXT,
    },
    "stakeholders": {
        "kind": Filter("Organization or person.", _code("kind", StakeholderKind)),
        "classification": Filter(
            "What kind of organization.", _code("classification", Classification)
        ),
        "member_of": Filter(
            "Id of an organization they belong or belonged to.", _party("member_of")
        ),
        "text": _TEXT,
    },
    "meetings": {
        "participant": Filter("Id of a stakeholder who took part.", _party("participant")),
        "delegation": Filter("Id of an organization that was represented.", _party("delegation")),
        "place": Filter("The place, as it is written.", _words("place")),
        "series": Filter("The series it belongs to, as it is written.", _words("series")),
        "source": Filter("Id of a source that reports it.", _id("source")),
        "since": Filter("Held on this date or later.", _since("day")),
        "until": Filter("Held on this date or earlier.", _until("day")),
        "record_status": _RECORD_STATUS,
        "text": _TEXT,
    },
    "statements": {
        "kind": Filter("What kind of statement.", _code("kind", StatementKind)),
        "speaker": Filter("Id of a stakeholder who said it.", _party("speaker")),
        "addressee": Filter("Id of a stakeholder to whom it was said.", _party("addressee")),
        "party": Filter("Id of a stakeholder on either side.", _party("party")),
        "meeting": _MEETING,
        "source": _SOURCE,
        "topic": _TOPIC,
        "addressed": Filter(
            "Whether an outcome addresses it.", lambda question: (Addressed(read_bool(question)),)
        ),
        "since": Filter("Said on this date or later.", _since("day")),
        "until": Filter("Said on this date or earlier.", _until("day")),
        "disputed": _DISPUTED,
        "flag": Filter("A flag that the record bears.", _flag(_ANY_FLAG)),
        "record_status": _RECORD_STATUS,
        "text": _TEXT,
    },
    "sources": {
        "basis": Filter("How the source knows.", _code("basis", Basis)),
        "publisher": Filter("The publisher, as it is written.", _words("publisher")),
        "language": Filter("The language, a BCP 47 tag.", _words("language")),
        "archived": Filter("Whether its text is kept.", _truth("archived")),
        "record_status": _RECORD_STATUS,
        "text": _TEXT,
    },
    "outcomes": {
        "subject": Filter("Id of a commitment or statement it bears on.", _id("subject")),
        "effect": Filter("What it means for what it bears on.", _code("effect", Effect)),
        "source": _SOURCE,
        "since": Filter("Happened on this date or later.", _since("day")),
        "until": Filter("Happened on this date or earlier.", _until("day")),
        "record_status": _RECORD_STATUS,
        "text": _TEXT,
    },
}


@dataclass(frozen=True, slots=True)
class Order:
    """`facet` holds what is sorted by, `column` the same in the row; None: by `born` alone."""

    sentence: str
    facet: str | None = None
    column: str | None = None
    descending: bool = False


_BY_RECORD: Final = {
    "newest": Order("The newest record first.", descending=True),
    "oldest": Order("The oldest record first."),
}

ORDERS: Final[Mapping[str, Mapping[str, Order]]] = {
    "commitments": {
        **_BY_RECORD,
        "due": Order("The next due day first; without a due day last.", "due", "due"),
        "made": Order("The latest promised first.", "made", "day", descending=True),
    },
    "stakeholders": {**_BY_RECORD, "name": Order("By name.", "name")},
    "meetings": {**_BY_RECORD, "held": Order("The latest first.", "held", "day", descending=True)},
    "statements": {
        **_BY_RECORD,
        "said": Order("The latest first.", "said", "day", descending=True),
    },
    "sources": _BY_RECORD,
    "outcomes": {
        **_BY_RECORD,
        "happened": Order("The latest first.", "happened", "day", descending=True),
    },
}
