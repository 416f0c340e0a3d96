"""What an audit finds wrong."""

from ledger.errors import LedgerError


class LieError(LedgerError):
    """Something in the log is not what was published; the message says what, in plain words."""
