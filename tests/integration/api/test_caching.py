"""What is kept, for how long, and how much of it."""

from dataclasses import replace
from datetime import UTC, datetime

from api.edge.shelf import Printed, Shelf
from tests.integration.api import seed
from tests.integration.api.service import Service


def shelf_on(service: Service, day: list[int], limit: int = 1_000_000) -> Shelf:
    """A shelf whose calendar shows the last of these days of March."""
    parts = service.running.parts
    return Shelf(replace(parts, clock=lambda: datetime(2026, 3, day[-1], tzinfo=UTC)), limit)


async def test_a_new_day_is_a_new_edition_though_no_fact_came(service: Service) -> None:
    """Something may be overdue today that was not yesterday."""
    day = [1]
    shelf = shelf_on(service, day)

    first, again = await shelf.edition(), await shelf.edition()
    day.append(2)
    next_day = await shelf.edition()

    assert first == again != next_day


async def test_a_new_fact_is_a_new_edition_and_takes_the_old_bodies_away(service: Service) -> None:
    shelf, place = shelf_on(service, [1]), ("/facts.json", "application/json", False)
    before = await shelf.edition()
    shelf.put(before, place, Printed(b"old", {}))

    await service.seen(await seed.record(service.ledger, "more", seed.promise("another")))
    after = await shelf.edition()
    shelf.put(before, place, Printed(b"late", {}))

    assert before != after
    assert shelf.take(place) is None


async def test_the_least_used_bodies_go_first_when_there_are_too_many(service: Service) -> None:
    shelf = shelf_on(service, [1], limit=10_000)
    edition = await shelf.edition()
    places = [(f"/{number}", "text/plain", False) for number in range(4)]

    for place in places[:3]:
        shelf.put(edition, place, Printed(b"x" * 2000, {}))
    shelf.take(places[0])
    shelf.put(edition, places[3], Printed(b"x" * 2000, {}))

    assert [shelf.take(place) is not None for place in places] == [True, False, True, True]
