"""Which tables serve each view. A view is read from its live generation; another may be building.

A crash at any point leaves a table of generations that names whole transactions only: a building
generation goes on where it was, a retired one is dropped at the next start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, delete, func, inspect, select, update
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.dml import Update

from projections.keeping.keeper import Keeper, View
from projections.keeping.schema import drop_tables
from projections.sweeping import mark
from projections.tables import GENERATIONS, table_name

LIVE: Final = "live"
BUILDING: Final = "building"
RETIRED: Final = "retired"


class OvertakenError(Exception):
    """Another process moved the view on, or serves it from other tables: nothing was written."""


@dataclass(slots=True)
class Tail:
    """One generation of one view, and how far this process knows it to be.

    While `stalled_at` is set, the fact there would not fold: `error` says why, `tries` how often
    it was tried, and `wait_until` (monotonic seconds) when it is tried again.
    """

    view: View
    generation: int
    keeper: Keeper
    position: int
    stalled_at: int | None = None
    error: str | None = None
    tries: int = 0
    wait_until: float = field(default=0.0)


def create_generations(connection: Connection) -> None:
    if not inspect(connection).has_table(GENERATIONS.name):
        connection.execute(CreateTable(GENERATIONS))


def open_tail(connection: Connection, engine: Engine, view: View, state: str) -> Tail | None:
    """The view's generation in this state and of the code's version."""
    columns = GENERATIONS.c
    row = connection.execute(
        select(GENERATIONS).where(
            columns.view == view.name, columns.state == state, columns.version == view.version
        )
    ).first()
    if row is None:
        return None
    return Tail(view, row.generation, view.keeper(engine, row.generation), row.position)


def begin_generation(connection: Connection, engine: Engine, view: View, state: str) -> Tail:
    """New, empty tables beside whatever there is."""
    generation = _newest(connection, view) + 1
    keeper = view.keeper(engine, generation)
    drop_tables(connection, table_name(view.name, generation))
    keeper.create(connection)
    if state == LIVE:
        keeper.index(connection)
    connection.execute(
        GENERATIONS.insert().values(
            view=view.name, generation=generation, version=view.version, state=state, position=0
        )
    )
    return Tail(view, generation, keeper, 0)


def _newest(connection: Connection, view: View) -> int:
    newest = select(func.max(GENERATIONS.c.generation)).where(GENERATIONS.c.view == view.name)
    return connection.scalar(newest) or 0


_ADVANCE: Final = (
    update(GENERATIONS)
    .where(
        GENERATIONS.c.view == bindparam("the_view"),
        GENERATIONS.c.generation == bindparam("the_generation"),
        GENERATIONS.c.position == bindparam("expected"),
        GENERATIONS.c.state != RETIRED,
    )
    .values(position=bindparam("reached"), stalled_at=None, error=None)
)


def advance(connection: Connection, tails: Sequence[Tail], reached: Sequence[int]) -> None:
    """Move positions on, if nobody else did; raise OvertakenError. The first write of a batch."""
    if not tails:
        return
    result = connection.execute(
        _ADVANCE,
        [
            {
                "the_view": tail.view.name,
                "the_generation": tail.generation,
                "expected": tail.position,
                "reached": position,
            }
            for tail, position in zip(tails, reached, strict=True)
        ],
    )
    if result.rowcount != len(tails):
        raise OvertakenError


def note_stall(connection: Connection, tail: Tail, position: int | None, error: str | None) -> None:
    """Write down at which fact the tail stands still, for whoever asks."""
    connection.execute(_of(tail).values(stalled_at=position, error=error))


def _of(tail: Tail) -> Update:
    columns = GENERATIONS.c
    return update(GENERATIONS).where(
        columns.view == tail.view.name, columns.generation == tail.generation
    )


def flip(connection: Connection, tail: Tail) -> None:
    """From this transaction on, the tail serves its view."""
    columns = GENERATIONS.c
    connection.execute(
        update(GENERATIONS)
        .where(columns.view == tail.view.name, columns.generation != tail.generation)
        .values(state=RETIRED)
    )
    connection.execute(_of(tail).values(state=LIVE))


def retire(connection: Connection, tail: Tail) -> None:
    """Nobody will be led to these tables."""
    connection.execute(_of(tail).values(state=RETIRED))


def drop_retired(connection: Connection) -> None:
    """Tables that nobody is led to any more."""
    columns = GENERATIONS.c
    retired = select(columns.view, columns.generation).where(columns.state == RETIRED)
    for view, generation in connection.execute(retired).all():
        drop_tables(connection, table_name(view, generation))
        connection.execute(
            delete(GENERATIONS).where(columns.view == view, columns.generation == generation)
        )
        mark(connection)


def caught_up(connection: Connection, engine: Engine, tails: Sequence[Tail]) -> list[Tail]:
    """The tails as they stand now; one whose tables serve no more gives way to the one that does.

    Where nothing serves the view of this code, the tail stays as it is and is overtaken again.
    """
    columns = GENERATIONS.c
    rows = connection.execute(
        select(columns.view, columns.generation, columns.position).where(columns.state != RETIRED)
    )
    known = {(view, generation): position for view, generation, position in rows}
    return [_caught_up(connection, engine, tail, known) for tail in tails]


def _caught_up(
    connection: Connection, engine: Engine, tail: Tail, known: Mapping[tuple[str, int], int]
) -> Tail:
    position = known.get((tail.view.name, tail.generation))
    if position is None:
        return open_tail(connection, engine, tail.view, LIVE) or tail
    tail.position = position
    return tail
