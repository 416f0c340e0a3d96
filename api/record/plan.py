"""The commands of a record in the making: steps that know where in the document they came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeVar

from api.record.entries import Citations, QuotationEntry
from api.record.ids import Ids
from ledger.commands import Command, TakeQuotation
from ledger.facts.fact import QuotationId
from ledger.facts.source import Citation

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from pydantic import BaseModel

Shape = TypeVar("Shape", bound="DataclassInstance")


def filled(shape: type[Shape], entry: "BaseModel", **given: object) -> Shape:
    """The value whose fields have the entry's values, but for those given."""
    names = [each.name for each in fields(shape) if each.name not in given]
    taken = {name: getattr(entry, name) for name in names if name in type(entry).model_fields}
    return shape(**taken, **given)


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and the pointer of the entry that it was made from."""

    command: Command
    origin: str

    def blame(self, path: str) -> str:
        """Where in the document the member of the command at `path` was written."""
        for wrapper in ("/content", "/profile"):
            if path == wrapper or path.startswith(f"{wrapper}/"):
                return self.origin + path.removeprefix(wrapper)
        return self.origin + path


@dataclass
class Plan:
    """Grows step by step; words that are cited twice become one quotation."""

    ids: Ids
    steps: list[Step] = field(default_factory=list)
    _taken: dict[QuotationEntry, QuotationId] = field(default_factory=dict)

    def add(self, command: Command, origin: str) -> None:
        self.steps.append(Step(command, origin))

    def cite(self, citations: Citations, origin: str) -> tuple[Citation, ...]:
        """Take each quotation that is new, before the entry that cites it."""
        return tuple(
            self._cited(entry, f"{origin}/citations/{index}")
            for index, entry in enumerate(citations)
        )

    def _cited(self, entry: QuotationEntry, origin: str) -> Citation:
        words = entry.model_copy(update={"role": None})
        if words not in self._taken:
            self._taken[words] = QuotationId(self.ids(origin))
            taken = self._taken[words]
            self.add(filled(TakeQuotation, entry, id=entry.source, quotation=taken), origin)
        return Citation(source=entry.source, quotation=self._taken[words], role=entry.role)


def translated_back(steps: Iterable[Step], path: str) -> str:
    """The document's pointer for a refusal's, which begins with the number of the command."""
    number, _, member = path.removeprefix("/").partition("/")
    if number == "recorder":
        return path
    known: Mapping[int, Step] = dict(enumerate(steps))
    step = known.get(int(number)) if number.isdecimal() else None
    return step.blame(f"/{member}" if member else "") if step else ""
