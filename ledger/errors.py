"""What a refusal is: a named sentence that says what is true, where, and what would be accepted."""

from collections.abc import Sequence


class Refusal(Exception):
    """A command that the rules turn down. Nothing was stored.

    `pointer` is the RFC 6901 JSON Pointer of the member at fault, relative to the command;
    `allowed` lists what would be accepted, where that is a closed list. The class's docstring
    is the sentence people read.
    """

    def __init__(self, detail: str = "", *, pointer: str = "", allowed: Sequence[str] = ()) -> None:
        self.detail = detail or (type(self).__doc__ or "").partition("\n")[0]
        self.pointer = pointer
        self.allowed = tuple(allowed)
        super().__init__(self.detail)


class Invalid(Refusal):
    """The command itself is wrong, whatever the ledger holds."""


class Conflict(Refusal):
    """The command does not fit what the ledger holds now."""


class Unknown(Refusal):
    """The command names something the ledger does not know."""


class LedgerError(Exception):
    """A technical failure. Whether anything was stored may be unknown: retry with the same key."""


class QueueFullError(LedgerError):
    """More commands wait than the ledger accepts at once; try again shortly."""


class StorageError(LedgerError):
    """The database failed; the same key will tell whether the facts were stored."""


class StorageFullError(StorageError):
    """The disk is nearly full, so nothing new is accepted; reading goes on."""


class UnsafeSettingError(LedgerError):
    """A setting that could lose acknowledged facts; the message names the cure."""


class DamagedError(LedgerError):
    """Something is not what it was when it was written; the message says what, and where."""


class PlaceTakenError(LedgerError):
    """There is something already where something new was to be put; the message names the cure."""


class NoLedgerError(LedgerError):
    """There is no ledger where the settings point."""
