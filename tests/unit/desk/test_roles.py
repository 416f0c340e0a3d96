"""The table of who may give which command."""

from api.desk.addresses import ADDRESSES
from api.desk.roles import MAY, Role, may, roles_for
from ledger import commands as intents
from ledger.commands import Command


def test_every_command_has_a_role_and_an_address() -> None:
    commands = {
        found
        for found in vars(intents).values()
        if isinstance(found, type) and issubclass(found, Command) and found is not Command
    }

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
