"""One consistent look at the views: which tables serve them, at which moment they are read.

Questions are written once for each set of tables and each shape of a moment, and only their
parameters change from reader to reader: writing SQL costs more than asking it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    Integer,
    Result,
    Select,
    bindparam,
    select,
)

from projections.asking.memory import Memory
from projections.asking.prepared import Prepared
from projections.asking.reach import Point
from projections.asking.served import Served
from projections.asking.standing import Standing, State
from projections.days import utc_day
from projections.port import Moment
from projections.spans import FOREVER
from projections.tables import OPEN

Asked = Select[*tuple[Any, ...]]
Answered = Result[*tuple[Any, ...]]


class Shape(NamedTuple):
    """Which of its clocks a moment sets."""

    as_of: bool
    on: bool


class Snapshot:
    """Reads inside one transaction; `known` is what was found in this state already."""

    def __init__(
        self,
        connection: Connection,
        moment: Moment,
        today: Callable[[], date],
        memory: Memory | None = None,
        standing: Standing | None = None,
    ) -> None:
        self._connection, self._today = connection, today
        self.moment = moment
        self.shape = Shape(moment.as_of is not None, moment.on is not None)
        self._clocks = {"as_of": moment.as_of, "on": moment.on and moment.on.toordinal()}
        self._state = (standing or Standing(connection)).look()
        self.served = self._state.served
        self.known = (memory or Memory()).recall(self._state)

    def position(self, view: str) -> int:
        """What the view has folded; raise ViewUnavailable."""
        return self._state.position(view)

    @property
    def state(self) -> State:
        """Which tables are read, and how far they are."""
        return self._state

    def ask(self, question: Asked, **parameters: object) -> Answered:
        """The answer to a question, whose clocks are those of the moment."""
        return self._connection.execute(question, {**self._clocks, **parameters})

    @property
    def dialect(self) -> Dialect:
        """For whom questions are prepared."""
        return self._connection.dialect

    def rows(self, question: Prepared, values: Mapping[str, object]) -> Sequence[Any]:
        """As `ask`, of a prepared question: tuples in the order of its columns."""
        return question.ask(self._connection, {**self._clocks, **values})

    @cached_property
    def point(self) -> Point:
        """The moment as numbers."""
        as_of, on = self.moment.as_of, self.moment.on
        return Point(
            OPEN - 1 if as_of is None else as_of, FOREVER - 1 if on is None else on.toordinal()
        )

    @cached_property
    def day(self) -> date:
        """`on`; else the day on which `as_of` was recorded; else today (all in UTC)."""
        if self.moment.on is not None:
            return self.moment.on
        if self.moment.as_of is None or self.moment.as_of >= self.position("timeline"):
            return self._today()
        question = _recorded(self.served, self._connection.dialect)
        found = self.rows(question, {"position": self.moment.as_of})
        return utc_day(found[0][0]) if found else self._today()


@lru_cache(8)
def _recorded(served: Served, dialect: Dialect) -> Prepared:
    """When the fact at `position` was recorded, in ms."""
    facts = served.timeline().facts
    return Prepared(
        select(facts.c.at).where(facts.c.position == bindparam("position", type_=BigInteger)),
        dialect,
    )


AS_OF: Final = bindparam("as_of", type_=BigInteger)
ON: Final = bindparam("on", type_=Integer)


def known(table: FromClause, shape: Shape) -> list[ColumnElement[bool]]:
    """Rows that the ledger knew at the moment, whatever day they are about."""
    if shape.as_of:
        return [table.c.pos_from <= AS_OF, table.c.pos_to > AS_OF]
    return [table.c.pos_to == OPEN]


def identified(facets: FromClause, idents: BindParameter[Any]) -> list[ColumnElement[bool]]:
    """Leads from ids to `born`: a record bears its id at every moment, so today's facet will do."""
    return [facets.c.facet == "id", facets.c.value.in_(idents), facets.c.pos_to == OPEN]


def holding(table: FromClause, shape: Shape) -> list[ColumnElement[bool]]:
    """Rows that the ledger knew at the moment, and that are about its day."""
    if shape.on:
        return [*known(table, shape), table.c.day_from <= ON, table.c.day_to > ON]
    return [*known(table, shape), table.c.day_to == FOREVER]
