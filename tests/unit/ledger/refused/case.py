"""One refusal: a sentence, a history, a command, and what the rules say to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.commands import Command
from ledger.errors import Refusal
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId


@dataclass(frozen=True)
class Case:
    """`given` is the command's own stream; `knowing` holds streams that differ from the world."""

    sentence: str
    given: Sequence[AnyFact]
    when: Command
    refusal: type[Refusal]
    pointer: str
    allowed: Sequence[str] = ()
    knowing: Mapping[StreamId, Sequence[AnyFact]] = field(default_factory=dict)
