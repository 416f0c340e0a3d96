"""From the bytes of a mapping file to a mapping that holds together."""

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import replace

from pydantic import ValidationError

from api.importing.cells import cells_of
from api.importing.mapping import TAGS, ImportMapping, MakeEntry, TableEntry
from api.record.checking import placed, problems_of
from api.record.pointers import pointer
from api.record.problems import BadRecord, Problem
from api.record.reading import read

Where = tuple[str | int, ...]


def read_mapping(raw: bytes) -> ImportMapping:
    """Raise BadRecord with every mistake, each at its place in the text."""
    document = read(raw)
    try:
        mapping = ImportMapping.model_validate(document.value)
    except ValidationError as error:
        raise BadRecord(placed(map(_untagged, problems_of(error)), document.places)) from error
    if problems := list(_loose_ends(mapping)):
        raise BadRecord(placed(problems, document.places))
    return mapping


def _untagged(problem: Problem) -> Problem:
    """Without the steps that only say which shape a value was taken for."""
    steps = (step for step in problem.pointer.split("/") if step not in TAGS)
    return replace(problem, pointer="/".join(steps))


def _loose_ends(mapping: ImportMapping) -> Iterator[Problem]:
    yield from _twice([table.name for table in mapping.tables], ("tables",), "name")
    for index, table in enumerate(mapping.tables):
        yield from _in_table(mapping, table, ("tables", index))
    tables = [table.name for table in mapping.tables]
    for kind, same in mapping.same.items():
        if same.retitled and same.retitled.table not in tables:
            at = pointer(("same", kind, "retitled", "table"))
            yield Problem(at, "No table has this name.", allowed=tuple(tables))


def _in_table(mapping: ImportMapping, table: TableEntry, at: Where) -> Iterator[Problem]:
    yield from _cells(mapping, table.source, (*at, "source"))
    yield from _twice([make.named for make in table.records], (*at, "records"), "label", table)
    for index, make in enumerate(table.records):
        here = (*at, "records", index)
        yield from _cells(mapping, make.entry, (*here, "entry"))
        if not isinstance(make.quote, str | None):
            yield from _cells(mapping, make.quote.role, (*here, "quote", "role"))


def _twice(
    names: list[str], at: Where, field: str, table: TableEntry | None = None
) -> Iterator[Problem]:
    """Names that two bear, unless no row can bring the two together."""
    counted = Counter(names)
    for index, name in enumerate(names):
        apart = table is not None and _apart([m for m in table.records if m.named == name])
        if counted[name] > 1 and not apart:
            yield Problem(pointer((*at, index, field)), f"Another one is called {name}.")


def _apart(makes: list[MakeEntry]) -> bool:
    """Whether each of them asks something of the row, so that the author keeps them apart."""
    return all(make.where for make in makes)


def _cells(mapping: ImportMapping, part: object, at: Where) -> Iterator[Problem]:
    for path, cell in cells_of(part, at):
        yield from _names(cell.words, mapping.vocabularies, (*path, "words"))
        yield from _names(cell.parties, mapping.parties, (*path, "parties"))
        yield from _names(cell.party, mapping.parties, (*path, "party"))


def _names(name: object, known: Container[str], at: Where) -> Iterator[Problem]:
    if isinstance(name, str) and name not in known:
        allowed = tuple(known) if isinstance(known, dict) else ()
        yield Problem(pointer(at), "Nothing has this name in the mapping.", allowed=allowed)
