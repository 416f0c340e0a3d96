"""The filters of a list as people use them: labelled fields, and those in use with a way out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.public.presentation.addresses import address
from api.public.presentation.terms import BY_SLUG


@dataclass(frozen=True, slots=True)
class Option:
    """What the address says, and what people read."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Records that a filter may name. When there are too many to list, only the chosen one."""

    options: tuple[Option, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class FilterField:
    """One labelled field of the form; without options it is a line to type in."""

    name: str
    label: str
    hint: str
    value: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class InUse:
    """A filter that narrows the list now; `without` is the list without it."""

    label: str
    words: str
    without: str


YES_OR_NO: Final = (Option("true", "yes"), Option("false", "no"))

PARTY_ROLES: Final = (Option("promisor", "promised"), Option("promisee", "was promised"))

_LABELS: Final[Mapping[str, str]] = {
    "text": "Words",
    "party": "Party on either side",
    "role": "That party",
    "promisor": "Promised by",
    "promisee": "Promised to",
    "speaker": "Said by",
    "addressee": "Said to",
    "member_of": "Belongs to",
    "delegation": "Delegation of",
    "status": "What came of it",
    "record_status": "State of the record",
    "due_before": "Due before",
    "due_after": "Due after",
    "made_before": "Promised before",
    "made_after": "Promised after",
    "archived": "Text kept here",
    "subject": "Bears on",
}

_RECORDS: Final[Mapping[str, str]] = {
    "party": "stakeholders",
    "promisor": "stakeholders",
    "promisee": "stakeholders",
    "speaker": "stakeholders",
    "addressee": "stakeholders",
    "participant": "stakeholders",
    "delegation": "stakeholders",
    "member_of": "stakeholders",
    "stakeholder": "stakeholders",
    "meeting": "meetings",
    "source": "sources",
}

_TERMS: Final[Mapping[str, str]] = {
    "status": "progress",
    "record_status": "record-status",
    "form": "form",
    "content": "content",
    "classification": "classification",
    "basis": "basis",
    "flag": "flag",
    "effect": "effect",
}

_KINDS: Final[Mapping[str, str]] = {
    "stakeholders": "stakeholder-kind",
    "statements": "statement-kind",
}

_SWITCHES: Final = frozenset({"overdue", "verifiable", "archived", "addressed", "disputed"})

_STATEMENT_FLAGS: Final = ("disputed", "quote_unverified")
"""Flags that a statement can bear; a commitment can bear all of them."""


def collection_named_by(name: str) -> str | None:
    """The collection whose records the filter names, if it names records."""
    return _RECORDS.get(name)


def fields(
    collection: str,
    known: Mapping[str, str],
    given: Mapping[str, str],
    choices: Mapping[str, Choices],
) -> list[FilterField]:
    """Every filter of the list in the order that the views name them; `known` explains each."""
    return [
        _field(name, hint, given.get(name, ""), _listed(collection, name, choices))
        for name, hint in known.items()
    ]


_DATE_HINT: Final = "A date such as 2022-02-27, 2022-02 or 2022."

_HINTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("due_before", "due_after", "made_before", "made_after", "since", "until"), _DATE_HINT
    ),
    "topic": "As topics are written, such as online-safety.",
    "text": "All of them must be in the record.",
}
"""For people who type; the views' own sentences are for programs."""


def _field(name: str, hint: str, value: str, options: tuple[Option, ...]) -> FilterField:
    """Only a line to type in needs a hint: a list shows what it takes."""
    return FilterField(
        name, _label(name), "" if options else _HINTS.get(name, hint), value, options
    )


def in_use(
    collection: str,
    known: Mapping[str, str],
    choices: Mapping[str, Choices],
    *,
    path: str,
    query: Mapping[str, str],
) -> list[InUse]:
    """The filters that the query sets, each with the address that leaves it out."""
    return [
        InUse(
            label=_label(name),
            words=_words(text, _options(collection, name, choices)),
            without=address(path, {**query, name: ""}),
        )
        for name, text in query.items()
        if name in known
    ]


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def _words(text: str, options: Sequence[Option]) -> str:
    return next((option.words for option in options if option.code == text), text)


def _listed(collection: str, name: str, choices: Mapping[str, Choices]) -> tuple[Option, ...]:
    """What a select can offer; nothing where the list would not be whole."""
    if name in choices and not choices[name].complete:
        return ()
    return _options(collection, name, choices)


def _options(collection: str, name: str, choices: Mapping[str, Choices]) -> tuple[Option, ...]:
    if name in choices:
        return choices[name].options
    if name in _SWITCHES:
        return YES_OR_NO
    if name == "role":
        return PARTY_ROLES
    return tuple(
        option
        for option in _terms(collection, name)
        if (collection, name) != ("statements", "flag") or option.code in _STATEMENT_FLAGS
    )


def _terms(collection: str, name: str) -> tuple[Option, ...]:
    vocabulary = _KINDS.get(collection, "") if name == "kind" else _TERMS.get(name, "")
    return tuple(Option(term.value, term.label) for term in BY_SLUG.get(vocabulary, ()))
