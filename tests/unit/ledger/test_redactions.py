"""What the rules make of a redaction that two people agree on."""

from dataclasses import replace

import pytest

from ledger.rules.housekeeping import AppliedAlready
from tests.unit.ledger.refused.redactions import APPLIED, ORDER, TEXT
from tests.unit.ledger.scenario import given


def test_every_part_gets_a_fact_of_its_own_in_their_order() -> None:
    given().when(ORDER).then(APPLIED, replace(APPLIED, part="attachment", c=TEXT.c))


def test_whatever_was_redacted_the_stream_takes_no_second_order() -> None:
    given(APPLIED, APPLIED).when(ORDER).refused(AppliedAlready, "/id")


@pytest.mark.parametrize("code", ["17", "court-12/2026", "GDPR.17:a_3", "x" * 63 + "1"])
def test_an_authority_is_a_code(code: str) -> None:
    given().when(replace(ORDER, authority=code)).accepted()
