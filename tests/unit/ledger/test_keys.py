"""The log's keys and names are announced as facts."""

from ledger.commands import ContinueLog, RotateKey
from ledger.dates import PartialDate
from ledger.facts.keys import KeyRotated, LogContinued
from ledger.rules.keys import LOG, Keys
from ledger.rules.registry import evolve
from tests.golden.facts import FIRST_KEY, NEXT_KEY, OTHER_KEY
from tests.unit.ledger.samples import ROTATED
from tests.unit.ledger.scenario import TODAY, given

ROOT = "ab" * 32


def test_a_key_announces_the_next() -> None:
    command = RotateKey(id=LOG, key=NEXT_KEY, before=FIRST_KEY)

    given().when(command).then(
        KeyRotated(effective_on=PartialDate(TODAY), key=NEXT_KEY, before=FIRST_KEY)
    )


def test_a_lost_log_goes_on_under_another_name() -> None:
    command = ContinueLog(id=LOG, key=OTHER_KEY, before="ledger.example", size=7, root=ROOT)

    given(ROTATED).when(command).then(
        LogContinued(
            effective_on=PartialDate(TODAY),
            key=OTHER_KEY,
            before="ledger.example",
            size=7,
            root=ROOT,
        )
    )


def test_every_key_is_remembered() -> None:
    continued = LogContinued(
        effective_on=PartialDate(TODAY), key=OTHER_KEY, before="ledger.example", size=7, root=ROOT
    )

    assert evolve(evolve(None, ROTATED), continued) == Keys((NEXT_KEY, OTHER_KEY))
