"""How often an address may ask, minute by minute."""

import pytest

from api.edge.limits import WINDOW_SECONDS, Allowance
from ledger.config import Settings


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def allowance(clock: Hands) -> Allowance:
    return Allowance(Settings(rate_limit=2), clock)


def test_each_address_has_its_own(allowance: Allowance) -> None:
    took = [allowance.take(who) for who in ("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2")]

    assert took == [True, True, False, True]


def test_one_customer_of_ipv6_has_one(allowance: Allowance) -> None:
    took = [allowance.take(who) for who in ("2001:db8::1", "2001:db8::2", "2001:db8::3")]

    assert took == [True, True, False]


def test_the_next_minute_begins_anew_and_not_before(allowance: Allowance, clock: Hands) -> None:
    took = []
    for later in (0, 0, WINDOW_SECONDS - 1, 1):
        clock.now += later
        took.append(allowance.take("192.0.2.1"))

    assert took == [True, True, False, True]
