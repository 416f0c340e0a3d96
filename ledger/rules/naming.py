"""Names that look the same: who may bear them, and how somebody says that two are not one.

A name is claimed by the first who bears it, as a name or as an alias, for good: see decision 6.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from ledger.commands import (
    AddAlias,
    CorrectOrganization,
    CorrectPerson,
    RegisterOrganization,
    RegisterPerson,
    RenameStakeholder,
)
from ledger.errors import Conflict
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId, Withheld
from ledger.facts.stakeholder import (
    AliasAdded,
    OrganizationCorrected,
    OrganizationRegistered,
    PersonCorrected,
    PersonRegistered,
    StakeholderRenamed,
)
from ledger.names import skeleton
from ledger.rules.stakeholder import LookAlikeName, Stakeholder
from ledger.rules.streams import State

Naming = (
    RegisterOrganization
    | CorrectOrganization
    | RegisterPerson
    | CorrectPerson
    | RenameStakeholder
    | AddAlias
)


class NotANamesake(Conflict):
    """The stakeholder bears no name that looks like a new one; leave it out of `namesakes`."""


def claimed_names(command: Naming, states: Mapping[StreamId, State]) -> Sequence[str]:
    """What nobody else may look like: what the stakeholder has not borne before.

    What a namesake has borne is claimed in a place of one's own. `states` are those from before
    the command.
    """
    own = _looks_of(_ever_borne(states.get(command.id)))
    theirs = _looks_of(name for each in command.namesakes for name in _ever_borne(states.get(each)))
    looks = dict.fromkeys(look for _, name in _given(command) for look in _looks(name))
    return [
        _beside(look, command.id) if _is_among(look, theirs) else look
        for look in looks
        if look not in own
    ]


def names_given(fact: AnyFact) -> Sequence[str]:
    """The names that the fact gives its stakeholder, but for those that are withheld."""
    match fact:
        case StakeholderRenamed():
            names: tuple[str, ...] = (fact.name,)
        case AliasAdded():
            names = (fact.alias,)
        case (
            OrganizationRegistered()
            | OrganizationCorrected()
            | PersonRegistered()
            | PersonCorrected()
        ):
            names = (fact.profile.name, *fact.profile.aliases)
        case _:
            names = ()
    return [name for name in names if not isinstance(name, Withheld)]


def claims_of(stream: StreamId, names: Iterable[str]) -> Iterator[str]:
    """Everything that a stakeholder of these names can have claimed, as itself or as a namesake."""
    for look in _looks_of(names):
        yield look
        yield _beside(look, stream)


def _beside(look: str, stream: StreamId) -> str:
    """A place of one's own, for a name that a namesake bears."""
    return f"{look}#{stream}"


def bears(command: Naming, look: str) -> bool:
    """Whether the command gives a name that looks so."""
    return any(look in _looks(name) for _, name in _given(command))


def look_alike(command: Naming, look: str, holder: StreamId) -> LookAlikeName:
    """The refusal for a name that `holder` bears or has borne, or one that looks the same."""
    return LookAlikeName(
        f"{holder} bears this name or one that looks the same; use that id, or list it under "
        "`namesakes` if this is somebody else.",
        pointer=next(at for at, name in _given(command) if look in _looks(name)),
    )


def refuse_unlike_name(command: Naming, namesake: Stakeholder, pointer: str) -> None:
    """A namesake is somebody whose name can be taken for a new one."""
    theirs = _looks_of(_ever_borne(namesake))
    if not any(_is_among(look, theirs) for _, name in _given(command) for look in _looks(name)):
        raise NotANamesake(pointer=pointer)


def _given(command: Naming) -> Iterator[tuple[str, str]]:
    """Each name that the command gives, after its pointer."""
    match command:
        case RenameStakeholder():
            yield "/name", command.name
        case AddAlias():
            yield "/alias", command.alias
        case _:
            yield "/profile/name", command.profile.name
            for index, alias in enumerate(command.profile.aliases):
                yield f"/profile/aliases/{index}", alias


def _ever_borne(state: State | None) -> Iterable[str]:
    if not isinstance(state, Stakeholder):
        return ()
    return (state.profile.name, *state.profile.aliases, *state.dropped)


_UNKNOWN: Final = ""
"""What a withheld name looks like: no name looks like nothing, and it may be any."""


@lru_cache(maxsize=8192)
def _looks(name: str) -> Sequence[str]:
    """As written (a capital I looks like l) and in small letters.

    Kept, because whoever has a hundred aliases is asked about all of them for the next one.
    """
    written = skeleton(name)
    small = name.casefold()
    return (written,) if small == name else tuple(dict.fromkeys((written, skeleton(small))))


def _looks_of(names: Iterable[str]) -> frozenset[str]:
    return frozenset(
        look
        for name in names
        for look in ((_UNKNOWN,) if isinstance(name, Withheld) else _looks(name))
    )


def _is_among(look: str, looks: frozenset[str]) -> bool:
    return look in looks or _UNKNOWN in looks
