"""Seats for event streams: all of them are bounded, and what one address may have."""

import pytest

from api.edge.problems import ProblemError
from api.public.seats import Seats


def test_one_address_takes_its_share_and_leaves_the_others_theirs() -> None:
    seats = Seats(share=1, seats=3)

    with seats.seat("a"), seats.seat("b"), pytest.raises(ProblemError) as refused, seats.seat("a"):
        pass

    assert refused.value.problem.status == 429
    assert refused.value.problem.headers["Retry-After"] == "5"


def test_when_every_seat_is_taken_the_service_is_busy() -> None:
    seats = Seats(share=2, seats=2)

    with seats.seat("a"), seats.seat("b"), pytest.raises(ProblemError) as refused, seats.seat("c"):
        pass

    assert refused.value.problem.status == 503


def test_a_seat_is_free_again_however_the_stream_ended() -> None:
    seats = Seats(share=1)
    with pytest.raises(ConnectionError), seats.seat("a"):
        raise ConnectionError

    with seats.seat("a"):
        pass
