"""Any command at all: values for every field of every command, drawn from a small world."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from types import NoneType
from typing import Final, NewType, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from ledger.commands import Command, PublishRubric, RedactParts
from ledger.dates import PartialDate
from ledger.facts.fact import StreamId
from ledger.rules.assessment import AssessmentCommand
from ledger.rules.commitment import CommitmentCommand
from ledger.rules.dispute import DisputeCommand
from ledger.rules.keys import LOG, KeyCommand
from ledger.rules.meeting import MeetingCommand
from ledger.rules.outcome import OutcomeCommand
from ledger.rules.source import SourceCommand
from ledger.rules.stakeholder import StakeholderCommand
from ledger.rules.statement import StatementCommand
from ledger.rules.streams import AnyCommand
from ledger.vocabulary import Progress
from tests.golden.facts import FIRST_KEY, NEXT_KEY, OTHER_KEY
from tests.unit.ledger.samples import (
    ASSESSMENT,
    BAD_SOURCE,
    COMMITMENT,
    COMPANY,
    CONCERN,
    DISPUTE,
    DOUBLE,
    HEADING,
    MEETING,
    MEMBERSHIP,
    MILESTONE,
    MINISTRY,
    NOBODY,
    OTHER_COMMITMENT,
    OUTCOME,
    PERSON,
    QUOTE,
    REPLY,
    RUBRIC,
    SOURCE,
    UNDERTAKING,
    UNIVERSITY,
    ident,
    stream,
)

PARTIES: Final = (COMPANY, MINISTRY, COMPANY, MINISTRY, UNIVERSITY, PERSON, DOUBLE)
SOURCES: Final = (SOURCE, SOURCE, SOURCE, BAD_SOURCE)
STATEMENTS: Final = (UNDERTAKING, UNDERTAKING, CONCERN)
COMMITMENTS: Final = (COMMITMENT, OTHER_COMMITMENT)
NAMED: Final[Mapping[str, tuple[StreamId, ...]]] = {
    "source": SOURCES,
    "sources": SOURCES,
    "meeting": (MEETING,),
    "follows": (MEETING,),
    "statement": STATEMENTS,
    "commitment": COMMITMENTS,
    "parent": COMMITMENTS,
    "successor": COMMITMENTS,
    "subject": (*COMMITMENTS, *STATEMENTS),
}
"""What a field of this name refers to; any other refers to parties."""
ABOUT: Final = (
    (StakeholderCommand, PARTIES),
    (SourceCommand, SOURCES),
    (MeetingCommand, (MEETING,)),
    (StatementCommand, STATEMENTS),
    (CommitmentCommand | AssessmentCommand, COMMITMENTS),
    (OutcomeCommand, (OUTCOME,)),
    (KeyCommand, (LOG,)),
    (PublishRubric | DisputeCommand, (RUBRIC, *COMMITMENTS, *STATEMENTS)),
    (RedactParts, (ident("redaction"),)),
)
KNOWN: Final[Mapping[str, Sequence[str]]] = {
    "QuotationId": (QUOTE, HEADING),
    "MembershipId": (MEMBERSHIP,),
    "MilestoneId": (MILESTONE,),
    "AssessmentId": (ASSESSMENT,),
    "DisputeId": (DISPUTE,),
    "ReplyId": (REPLY,),
}
TEXTS: Final[Mapping[str, Sequence[str]]] = {
    "url": ("", "", "https://x.example/", "javascript:a"),
    "language": ("en", "ur", "zh-Hant", "?"),
    "topics": ("plans", "wires", "laws", "Plans"),
    "rubric": ("1", "1", "1", "2"),
    "exact": ("share a plan", "plan", "castle"),
    "noticed_by": ("", "Ada"),
    "key": (FIRST_KEY, NEXT_KEY, OTHER_KEY, "key"),
    "before": (FIRST_KEY, NEXT_KEY, "ledger.example", "a name"),
    "root": ("ab" * 32, "ab"),
    "prefix": ("", "will "),
    "suffix": ("", "."),
}
WORDS: Final = (*(f"They will share plan {number}." for number in range(9)), "Ada", "", "\0")
DAYS: Final = ("2021", "2022-02-15", "2022-02", "2022-03-01", "2022-05", "2022-06-30", "2023")


def commands() -> st.SearchStrategy[Command]:
    """Many are refused; those that are not make histories."""
    kinds = get_args(AnyCommand)
    often = [kind for kind in kinds if not kind.__name__.startswith("Void")]
    return st.one_of([_command(kind) for kind in (*kinds, *often, *often)])


def _command(kind: type[Command]) -> st.SearchStrategy[Command]:
    (pool,) = (pool for union, pool in ABOUT if kind in (get_args(union) or (union,)))
    begins = kind.__name__.startswith(("Register", "Record", "PublishRubric"))
    newcomers = [stream(f"{pool[0]} {number}") for number in range(3)]
    known, new = (pool[:1], newcomers) if begins else (pool * 3, newcomers[:1])
    return st.builds(kind, **{**_members(kind), "id": st.sampled_from([*known, *new])})


def _members(kind: type[object]) -> dict[str, st.SearchStrategy[object]]:
    hints = get_type_hints(kind)
    return {name: _values(name, hint) for name, hint in hints.items() if name in _fields(kind)}


def _fields(kind: type[object]) -> Sequence[str]:
    return [each.name for each in fields(kind)] if is_dataclass(kind) else []


def _values(name: str, hint: object) -> st.SearchStrategy[object]:
    if isinstance(hint, NewType):
        return _ids(name, hint)
    if NoneType in get_args(hint):
        (other,) = (each for each in get_args(hint) if each is not NoneType)
        return st.none() | _values(name, other)
    if get_origin(hint) is tuple:
        return st.lists(_values(name, get_args(hint)[0]), max_size=2).map(tuple)
    if hint == Mapping[str, str]:
        return st.just({value.value: value.definition for value in Progress})
    if isinstance(hint, type):
        return _plain(name, hint)
    raise TypeError(f"no values for {name}: {hint!r}")


def _ids(name: str, hint: NewType) -> st.SearchStrategy[str]:
    if hint is StreamId:
        return st.sampled_from([*NAMED.get(name, PARTIES) * 4, NOBODY])
    kind = hint.__name__
    return st.sampled_from([*KNOWN.get(kind, ()), ident(f"{kind} 1"), ident(f"{kind} 2")])


def _plain(name: str, hint: type[object]) -> st.SearchStrategy[object]:
    if is_dataclass(hint):
        return st.builds(hint, **_members(hint))
    if hint is PartialDate:
        return st.sampled_from(DAYS).map(PartialDate)
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(-1, 3)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    return st.sampled_from(TEXTS.get(name, WORDS))
