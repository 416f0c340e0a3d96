"""Every list of every command has an end, and the refusal says where it is."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_origin, get_type_hints

from ledger import commands as intents
from ledger.commands import Command, RecordCommitment
from ledger.rules.amounts import LIMITS, TooMany
from tests.unit.ledger.refused.amounts import TOPICS
from tests.unit.ledger.samples import COMMITMENT_CONTENT, NEW
from tests.unit.ledger.scenario import given


def lists_of(kind: type[Any]) -> Iterator[str]:
    """The names of the fields that are lists, and of those within."""
    for name in (each.name for each in fields(kind)):
        hint = get_type_hints(kind)[name]
        if get_origin(hint) is tuple:
            yield name
        for within in (hint, *get_args(hint)):
            if isinstance(within, type) and is_dataclass(within):
                yield from lists_of(within)


def test_every_list_of_every_command_has_a_limit() -> None:
    commands = [
        found
        for found in vars(intents).values()
        if isinstance(found, type) and issubclass(found, Command)
    ]

    assert {name for command in commands for name in lists_of(command)} == LIMITS.keys()


def test_a_list_may_be_as_long_as_its_limit_and_the_refusal_of_one_more_says_so() -> None:
    longest, longer = (replace(COMMITMENT_CONTENT, topics=each) for each in (TOPICS[1:], TOPICS))

    given().when(RecordCommitment(id=NEW, content=longest)).accepted()
    refusal = given().when(RecordCommitment(id=NEW, content=longer)).refused(TooMany)

    assert refusal.detail == "There are 51 entries here; 50 are the most that are kept."
