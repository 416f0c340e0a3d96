"""A ledger into a backup, checked on its way, so that no damage is kept quietly."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ledger.archive.checking import Checker
from ledger.archive.lines import epoch_line, fact_line, key_line, name_line
from ledger.archive.manifest import EPOCHS, FACTS, KEYS, NAMES
from ledger.archive.writing import Writer
from ledger.errors import DamagedError
from ledger.store.copying import Copy
from ledger.store.port import Entry

Progress = Callable[[int, int], None]
"""Called with the position that has been reached, and the last."""

STEP = 1000
Thing = TypeVar("Thing")


def take(copy: Copy, writer: Writer, checker: Checker, progress: Progress) -> None:
    """Raise DamagedError if the ledger is not whole; the checker then knows what was taken."""
    head = copy.head().position
    writer.write(FACTS, _facts(copy.entries(), head, checker, progress))
    if checker.position != head:
        raise DamagedError(f"the ledger counts {head} facts and holds {checker.position}")
    checker.facts_end()
    writer.write(KEYS, _checked(copy.keys(), checker.key, key_line))
    writer.write(NAMES, _checked(copy.claims(), checker.name, name_line))
    writer.write(EPOCHS, _checked(copy.epochs(), checker.epoch, epoch_line))


def _facts(
    entries: Iterable[Entry], head: int, checker: Checker, progress: Progress
) -> Iterator[bytes]:
    try:
        for entry in entries:
            checker.fact(entry)
            yield fact_line(entry)
            if entry.position % STEP == 0 or entry.position == head:
                progress(entry.position, head)
    except ValueError as error:
        # A leaf without an id is found before the checker sees it.
        raise DamagedError(f"fact {checker.position + 1} does not have a leaf") from error


def _checked(
    things: Iterable[Thing], check: Callable[[Thing], None], line: Callable[[Thing], bytes]
) -> Iterator[bytes]:
    for thing in things:
        check(thing)
        yield line(thing)
