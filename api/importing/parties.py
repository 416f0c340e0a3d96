"""Names in cells, and the stakeholders that bear them: on record, on their way there, or new."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from api.importing.cells import parted
from api.importing.mapping import PartiesEntry
from api.importing.markup import plain
from api.importing.sameness import tidy
from api.record.ids import Ids
from ledger.commands import RegisterOrganization
from ledger.facts.fact import StreamId
from ledger.facts.stakeholder import OrganizationProfile
from ledger.rules.registry import claimed_names


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be registered together with the row that names them."""

    id: StreamId
    name: str
    looks: Sequence[str]
    register: PartiesEntry


def names_in(cell: str, register: PartiesEntry) -> list[str]:
    """The names that are meant by a cell, in order, each once."""
    words = plain(cell) if register.html else cell
    given = parted(words, register.split) if register.split else [words]
    meant = {tidy(name): names for name, names in register.names.items()}
    whole = tidy(words)
    given = [whole] if whole in meant else given
    found = (_meant(meant.get(tidy(name), tidy(name))) for name in given)
    return list(dict.fromkeys(tidy(name) for names in found for name in names if name))


def _meant(names: str | Sequence[str] | None) -> Sequence[str]:
    match names:
        case None:
            return ()
        case str():
            return (names,)
        case _:
            return names


def looks_of(name: str) -> Sequence[str]:
    """What the ledger compares names by: the skeletons of UTS 39."""
    profile = OrganizationProfile(name=name)
    return claimed_names(RegisterOrganization(id=StreamId(""), profile=profile), {})


@dataclass
class Directory:
    """Who bears which name. `holder` asks the ledger; `coming` are being recorded at the moment."""

    ids: Ids
    holder: Callable[[str], StreamId | None]
    known: dict[str, StreamId] = field(default_factory=dict)
    coming: dict[str, StreamId] = field(default_factory=dict)

    def find(self, name: str) -> StreamId | None:
        """The stakeholder with a name that looks the same."""
        looks = looks_of(name)
        for look in looks:
            if found := self.known.get(look) or self.coming.get(look):
                return found
        for look in looks:
            if held := self.holder(look):
                self.known[look] = held
                return held
        return None

    def newcomer(self, name: str, register: PartiesEntry) -> Newcomer:
        looks = looks_of(name)
        ident = StreamId(self.ids(f"party\0{looks[0] if looks else name}"))
        return Newcomer(ident, name, looks, register)

    def expect(self, newcomers: Sequence[Newcomer]) -> None:
        self.coming |= {look: each.id for each in newcomers for look in each.looks}

    def settle(self, newcomers: Sequence[Newcomer], *, arrived: bool) -> None:
        """They are on record now, or their row was refused and they are not."""
        for look in (look for each in newcomers for look in each.looks):
            ident = self.coming.pop(look)
            if arrived:
                self.known[look] = ident


@dataclass
class Guests:
    """The stakeholders that one row names; those that are new are registered with it."""

    directory: Directory
    registers: Mapping[str, PartiesEntry]
    new: dict[str, Newcomer] = field(default_factory=dict)

    def ids(self, register: str, cell: str) -> list[str]:
        """Ids in the order of the names; two spellings of one name are one."""
        entry = self.registers[register]
        return list(dict.fromkeys(self._id(name, entry) for name in names_in(cell, entry)))

    def _id(self, name: str, register: PartiesEntry) -> str:
        if found := self.directory.find(name):
            return found
        newcomer = self.directory.newcomer(name, register)
        return self.new.setdefault(newcomer.id, newcomer).id
