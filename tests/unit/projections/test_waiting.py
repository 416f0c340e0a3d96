"""Read-your-writes without polling."""

import asyncio

from projections.waiting import Reached, Waiting

SOON = 5.0


def at(**positions: int) -> dict[str, Reached]:
    return {name: Reached(position, stalled=False) for name, position in positions.items()}


async def test_what_is_reached_is_answered_at_once() -> None:
    waiting = Waiting()
    waiting.update(at(search=7, timeline=8))

    assert await waiting.until(7, SOON) is True


async def test_a_waiter_is_released_when_the_last_view_arrives() -> None:
    waiting = Waiting()
    waiting.update(at(search=6, timeline=6))
    answer = asyncio.create_task(waiting.until(7, SOON))
    await asyncio.sleep(0)

    waiting.update(at(search=7, timeline=6))
    await asyncio.sleep(0)
    assert not answer.done()
    waiting.update(at(search=7, timeline=7))

    assert await answer is True


async def test_only_the_named_views_are_waited_for() -> None:
    waiting = Waiting()
    waiting.update(at(search=7, timeline=6))

    assert await waiting.until(7, SOON, ["search"]) is True


async def test_time_runs_out() -> None:
    waiting = Waiting()
    waiting.update(at(search=6))

    assert await waiting.until(7, 0.01) is False


async def test_a_stalled_view_is_not_waited_for() -> None:
    waiting = Waiting()
    waiting.update({"search": Reached(3, stalled=True), **at(timeline=6)})
    answer = asyncio.create_task(waiting.until(7, SOON))
    await asyncio.sleep(0)

    waiting.update({"search": Reached(3, stalled=True), **at(timeline=7)})

    assert await answer is False


async def test_a_waiter_who_left_is_forgotten() -> None:
    waiting = Waiting()
    waiting.update(at(search=6))
    gone = asyncio.create_task(waiting.until(7, SOON))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)

    waiting.update(at(search=7))

    assert await waiting.until(7, SOON) is True


async def test_nothing_is_reached_before_the_views_were_heard_of() -> None:
    waiting = Waiting()

    assert await waiting.until(1, 0.01) is False
