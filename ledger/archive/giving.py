"""A backup into an empty ledger, or into nothing where it is only to be checked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final, TypeVar

from ledger.archive.checking import Checker
from ledger.archive.lines import read_epoch, read_fact, read_key, read_name
from ledger.archive.manifest import EPOCHS, FACTS, KEYS, NAMES
from ledger.archive.reading import Reader, within
from ledger.archive.taking import Progress
from ledger.errors import DamagedError
from ledger.store.batch import ClaimRow, FactRow, KeyRow
from ledger.store.copying import LINES, Filling, Place, fact_row
from ledger.store.port import Entry, Epoch, Part

STAND_IN: Final = b""
"""Stands for content that was redacted, until the redaction takes it away again."""

Thing = TypeVar("Thing")


class Nowhere:
    """Fills nothing: what passes through has been checked, and that is all."""

    def facts(self, facts: Sequence[FactRow], redacted: Place | None = None) -> None: ...

    def keys(self, keys: Sequence[KeyRow]) -> None: ...

    def claims(self, claims: Sequence[ClaimRow]) -> None: ...

    def epochs(self, epochs: Sequence[Epoch]) -> None: ...


def give(reader: Reader, filling: Filling, checker: Checker, progress: Progress) -> None:
    """Facts, keys and names of the backup's ledger, as they were; raise DamagedError."""
    with within(FACTS):
        _give_facts(reader, filling, checker, progress)
        _agree(reader, checker)
    with within(KEYS):
        _pass_on(map(read_key, reader.lines(KEYS)), checker.key, filling.keys)
    with within(NAMES):
        _pass_on(map(read_name, reader.lines(NAMES)), checker.name, filling.claims)
    with within(EPOCHS):
        _note_epochs(reader, checker)


def begin_epoch(filling: Filling, checker: Checker, epoch: Epoch) -> None:
    """End the filling: what is recorded from now on belongs to `epoch`, which notes the others."""
    filling.epochs([*checker.epochs, epoch])


def _give_facts(reader: Reader, filling: Filling, checker: Checker, progress: Progress) -> None:
    putting = Putting(filling)
    for line in reader.lines(FACTS):
        entry = read_fact(line)
        if putting.put(entry, checker.fact(entry)):
            progress(entry.position, reader.manifest.position)
    putting.end()
    progress(checker.position, reader.manifest.position)
    checker.facts_end()


class Putting:
    """Facts into a ledger through its triggers, many at once.

    A redaction ends its batch: a part is taken away while the fact that orders it is newest. Until
    then something stands in its place, for a part is stored with some content.
    """

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self._batch = list[FactRow]()

    def put(self, entry: Entry, redacted: Place | None) -> bool:
        """The next fact, and the part that it takes away; whether that filled a batch."""
        self._batch.append(_stored(fact_row(entry)))
        if redacted is None and len(self._batch) < LINES:
            return False
        self._filling.facts(self._batch, redacted)
        self._batch = []
        return True

    def end(self) -> None:
        """There is no further fact for now."""
        self._filling.facts(self._batch)
        self._batch = []


def _note_epochs(reader: Reader, checker: Checker) -> None:
    for line in reader.lines(EPOCHS):
        checker.epoch(read_epoch(line))
    if not checker.epochs or checker.epochs[-1].id != reader.manifest.epoch:
        raise DamagedError("it does not end with the epoch of the manifest")


def _stored(row: FactRow) -> FactRow:
    return replace(row, parts=tuple(map(_with_content, row.parts)))


def _with_content(part: Part) -> Part:
    return Part(part.name, STAND_IN, STAND_IN) if part.content is None else part


def _agree(reader: Reader, checker: Checker) -> None:
    """The ledger ends where the manifest says that it does."""
    manifest, head = reader.manifest, checker.head.hex() or None
    if (checker.position, head) != (manifest.position, manifest.head):
        raise DamagedError(
            f"the last fact is {checker.position}, with another hash or place than the manifest's"
        )


def _pass_on(
    things: Iterable[Thing],
    check: Callable[[Thing], None],
    store: Callable[[Sequence[Thing]], None],
) -> None:
    for some in _some(iter(things)):
        for thing in some:
            check(thing)
        store(some)


def _some(things: Iterator[Thing]) -> Iterator[list[Thing]]:
    return iter(partial(_first, things), [])


def _first(things: Iterator[Thing]) -> list[Thing]:
    return list(islice(things, LINES))
