"""The ledger's facts about itself, in a stream of their own. No command asks for them here."""

from typing import NamedTuple

from ledger.facts.housekeeping import RedactionApplied


class Housekeeping(NamedTuple):
    """How many redactions the stream records."""

    redactions: int = 0


def evolve(state: Housekeeping | None, _fact: RedactionApplied) -> Housekeeping:
    """One redaction more."""
    return Housekeeping(1 if state is None else state.redactions + 1)
