"""What holds for every record: it begins once, refers to others, and ends when it is voided."""

from ledger.errors import Conflict, Invalid


class IdTaken(Conflict):
    """The id belongs to a record already; take a new one, or correct the record that has it."""


class OfAnotherKind(Conflict):
    """The id belongs to a record of another kind; name a record of the kind that is asked for."""


class Voided(Conflict):
    """The record was voided as wholly wrong and takes nothing more; record it anew."""


class NothingCorrected(Conflict):
    """The correction says what the record says already; change what was wrong, or leave it."""


class NamesItself(Invalid):
    """A record cannot refer to itself here; name another one."""


def refuse_taken(state: object) -> None:
    """A record can only begin where there is none."""
    if state is not None:
        raise IdTaken(pointer="/id")


def refuse_voided(*, voided: bool) -> None:
    if voided:
        raise Voided(pointer="/id")


def refuse_unchanged(before: object, after: object, pointer: str) -> None:
    if before == after:
        raise NothingCorrected(pointer=pointer)


def refuse_itself(own: str, named: str | None, pointer: str) -> None:
    if own == named:
        raise NamesItself(pointer=pointer)
