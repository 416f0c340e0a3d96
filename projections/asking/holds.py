"""Conditions as SQL: each says of a record, known by its `born`, whether it meets them.

The SQL depends on the form of a condition only; `parameters` are what it is asked with, under
names that begin with the condition's own.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from sqlalchemy import ColumnElement, Integer, and_, bindparam, exists, false, not_, or_, select

from projections.asking.filters import (
    Addressed,
    Between,
    Condition,
    FulfilledLate,
    Having,
    Matching,
    Never,
    QuoteUnverified,
)
from projections.asking.served import Served
from projections.asking.snapshot import Shape, holding

Truth = ColumnElement[bool]


def form(condition: Condition) -> Condition:
    """The condition without what it is asked with."""
    match condition:
        case Having(values=values):
            return replace(condition, values=values[:2])
        case Between(low=low, high=high):
            return replace(condition, low=low and 1, high=high and 1)
        case Matching():
            return Matching("")
        case _:
            return condition


def parameters(
    condition: Condition, name: str, served: Served, collection: str
) -> Mapping[str, object]:
    match condition:
        case Matching(terms=terms):
            return {"terms": served.search()[1].terms(terms, collection)}
        case Having(values=values):
            return {f"{name}_values": values, f"{name}_value": values[0]}
        case Between(low=low, high=high):
            return {f"{name}_low": low, f"{name}_high": high}
        case _:
            return {}


def among(column: ColumnElement[str], condition: Having, name: str) -> Truth:
    """Equal to the only value, or one of several: an index is best entered by a single value."""
    if len(condition.values) == 1:
        return column == bindparam(f"{name}_value", type_=column.type)
    return column.in_(bindparam(f"{name}_values", expanding=True))


class Holds:
    """Writes the conditions of one collection."""

    def __init__(self, served: Served, shape: Shape, collection: str) -> None:
        self._served, self._shape, self._collection = served, shape, collection
        self._tables = served.records(collection)

    def write(self, condition: Condition, name: str, born: ColumnElement[int]) -> Truth:
        match condition:
            case Having():
                truth = self._having(condition, name, born)
            case Between():
                truth = self._between(condition, name)
            case Matching():
                truth = self._matching(born)
            case Addressed():
                truth = self._addressed(condition)
            case FulfilledLate():
                truth = self._fulfilled_late(born)
            case QuoteUnverified():
                truth = self._unverified(born)
            case Never():
                truth = false()
            case _:
                assert_never(condition)
        return truth

    def _having(self, condition: Having, name: str, born: ColumnElement[int]) -> Truth:
        facets = self._tables.facets.alias()
        return exists().where(
            facets.c.facet == condition.facet,
            among(facets.c.value, condition, name),
            facets.c.born == born,
            *holding(facets, self._shape),
        )

    def _between(self, condition: Between, name: str) -> Truth:
        column = self._tables.rows.c[condition.column]
        bounds: list[Truth] = [column.is_not(None)]
        if condition.low is not None:
            bounds.append(column >= bindparam(f"{name}_low", type_=Integer))
        if condition.high is not None:
            bounds.append(column < bindparam(f"{name}_high", type_=Integer))
        inside = and_(*bounds)
        return or_(column.is_(None), not_(inside)) if condition.outside else inside

    def _matching(self, born: ColumnElement[int]) -> Truth:
        tables, index = self._served.search()
        return born.in_(
            select(tables.words.c.born)
            .select_from(index.source())
            .where(
                index.matches(self._collection),
                *holding(tables.words, self._shape),
            )
        )

    def _addressed(self, condition: Addressed) -> Truth:
        facets = self._served.records("outcomes").facets.alias()
        addressed = exists().where(
            facets.c.facet == "addresses",
            facets.c.value == self._tables.rows.c.stream,
            *holding(facets, self._shape),
        )
        return addressed if condition.wanted else not_(addressed)

    def _fulfilled_late(self, born: ColumnElement[int]) -> Truth:
        facets, rows = self._tables.facets.alias(), self._tables.rows
        outcomes = self._served.records("outcomes")
        fulfilling, happened = outcomes.facets.alias(), outcomes.rows.alias()
        late = exists().where(
            facets.c.facet == "fulfilled_late",
            facets.c.value == "true",
            facets.c.born == born,
            *holding(facets, self._shape),
        )
        in_time = exists().where(
            fulfilling.c.facet == "fulfils",
            fulfilling.c.value == rows.c.stream,
            *holding(fulfilling, self._shape),
            happened.c.born == fulfilling.c.born,
            happened.c.day <= rows.c.due,
            *holding(happened, self._shape),
        )
        return and_(late, not_(in_time))

    def _unverified(self, born: ColumnElement[int]) -> Truth:
        lost = self._served.records("sources").facets.alias()
        quotes = self._tables.facets.alias()
        return born.in_(
            select(quotes.c.born)
            .join(lost, lost.c.value == quotes.c.value)
            .where(
                lost.c.facet == "not_found",
                *holding(lost, self._shape),
                quotes.c.facet == "quotation",
                *holding(quotes, self._shape),
            )
        )
