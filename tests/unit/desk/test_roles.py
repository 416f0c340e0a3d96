"""The table of who may give which command."""

from typing import get_args

from api.desk.addresses import ADDRESSES
from api.desk.roles import MAY, Role, may, roles_for
from ledger import commands as intents
from ledger.commands import Command
from ledger.rules.keys import KeyCommand


def test_every_command_has_a_role_and_an_address() -> None:
    """But for those about the log's keys: they are given where the keys lie."""
    commands = {
        found
        for found in vars(intents).values()
        if isinstance(found, type) and issubclass(found, Command) and found is not Command
    } - set(get_args(KeyCommand))

    assert {command for allowed in MAY.values() for command in allowed} == commands
    # Redactions take two requests of two people, at addresses of their own.
    assert {address.command for address in ADDRESSES} == commands - {intents.RedactParts}


def test_a_recorder_neither_judges_nor_sets_right() -> None:
    recorder = [Role.RECORDER]

    assert may(recorder, intents.RecordCommitment)
    assert not may(recorder, intents.AssessProgress)
    assert not may(recorder, intents.CorrectCommitment)
    assert not may(recorder, intents.VoidCommitment)
    assert not may(recorder, intents.ResolveDispute)


def test_roles_add_up() -> None:
    assert may([Role.RECORDER, Role.ASSESSOR], intents.AssessProgress)
    assert not may([], intents.RecordCommitment)
    assert roles_for(intents.TakeQuotation) == (Role.RECORDER, Role.ASSESSOR)
