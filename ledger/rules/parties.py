"""The sides of a record: who speaks or promises, and to whom."""

from collections.abc import Sequence

from ledger.errors import Invalid
from ledger.facts.fact import StreamId


class PartyTwice(Invalid):
    """One party stands on the same side twice; name it once."""


def check_side(parties: Sequence[StreamId], pointer: str) -> None:
    seen: set[StreamId] = set()
    for index, party in enumerate(parties):
        if party in seen:
            raise PartyTwice(pointer=f"{pointer}/{index}")
        seen.add(party)
