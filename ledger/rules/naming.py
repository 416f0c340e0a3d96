"""Names that look the same: who may bear them, and how somebody says that two are not one."""

from collections.abc import Sequence

from ledger.commands import RegisterOrganization, RegisterPerson, RenameStakeholder
from ledger.errors import Conflict
from ledger.facts.fact import StreamId, Withheld
from ledger.names import skeleton
from ledger.rules.stakeholder import LookAlikeName, Stakeholder

Naming = RegisterOrganization | RegisterPerson | RenameStakeholder


class NotANamesake(Conflict):
    """The stakeholder bears no name that looks like the new one; leave it out of `namesakes`."""


def claimed_names(command: Naming) -> Sequence[str]:
    """What nobody else may look like: as written (a capital I looks like l) and in small letters.

    Who names namesakes claims the same in a place of its own.
    """
    own = f"#{command.id}" if command.namesakes else ""
    return [f"{name}{own}" for name in _looks(_new_name(command))]


def _new_name(command: Naming) -> str:
    return command.name if isinstance(command, RenameStakeholder) else command.profile.name


def _looks(name: str) -> Sequence[str]:
    return list(dict.fromkeys((skeleton(name), skeleton(name.casefold()))))


def look_alike(command: Naming, holder: StreamId) -> LookAlikeName:
    """The refusal for a name that `holder` bears already, or one that looks like it."""
    pointer = "/name" if isinstance(command, RenameStakeholder) else "/profile/name"
    return LookAlikeName(
        f"{holder} bears this name or one that looks the same; use that id, or list it under "
        "`namesakes` if this is somebody else.",
        pointer=pointer,
    )


def refuse_unlike_name(command: Naming, namesake: Stakeholder, pointer: str) -> None:
    """A namesake is somebody whose name can be taken for the new one; withheld names may be."""
    borne = (namesake.profile.name, *namesake.profile.aliases)
    looks = set(_looks(_new_name(command)))
    if not any(isinstance(name, Withheld) or looks & set(_looks(name)) for name in borne):
        raise NotANamesake(pointer=pointer)
