"""How many entries a list may have: more than any record has needed, few enough to be read."""

from collections.abc import Iterator, Mapping, Sized
from typing import Final

from ledger.commands import Command
from ledger.errors import Invalid

LIMITS: Final[Mapping[str, int]] = {
    "addressees": 200,
    "agenda": 200,
    "aliases": 100,
    "bears_on": 500,
    "citations": 200,
    "claimed_dates": 100,
    "namesakes": 100,
    "participants": 1_000,
    "promisees": 200,
    "promisors": 200,
    "relations": 200,
    "sources": 500,
    "speakers": 200,
    "targets": 1_000,
    "third_parties": 200,
    "topics": 50,
}
"""The most that each list of a command takes, by the name of its field, wherever it stands."""

_WRAPPERS: Final = ("", "profile", "content")


class TooMany(Invalid):
    """The list has more entries than are kept; shorten it, or record several."""


def check_amounts(command: Command) -> None:
    """Raise TooMany for the first list that is too long: before anybody looks at its entries."""
    for pointer, name, entries in _lists(command):
        check_amount(entries, LIMITS[name], pointer)


def check_amount(entries: Sized, limit: int, pointer: str) -> None:
    if len(entries) > limit:
        raise TooMany(
            f"There are {len(entries):,} entries here; {limit:,} are the most that are kept.",
            pointer=pointer,
        )


def _lists(command: Command) -> Iterator[tuple[str, str, Sized]]:
    for wrapper in _WRAPPERS:
        holder = getattr(command, wrapper, None) if wrapper else command
        for name, found in vars(holder).items() if holder is not None else ():
            if isinstance(found, tuple):
                yield f"/{wrapper}/{name}" if wrapper else f"/{name}", name, found
