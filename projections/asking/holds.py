"""Conditions as SQL: each says of a record, known by its `born`, whether it meets them."""

from typing import assert_never

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select

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
from projections.asking.snapshot import Snapshot, holding

Truth = ColumnElement[bool]


class Holds:
    """Writes the conditions of one collection at one moment."""

    def __init__(self, snapshot: Snapshot, collection: str) -> None:
        self._snapshot, self._collection = snapshot, collection
        self._tables = snapshot.records(collection)
        self._moment = snapshot.moment

    def write(self, condition: Condition, born: ColumnElement[int]) -> Truth:
        match condition:
            case Having():
                truth = self._having(condition, born)
            case Between():
                truth = self._between(condition)
            case Matching():
                truth = self._matching(condition, born)
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

    def _having(self, condition: Having, born: ColumnElement[int]) -> Truth:
        facets = self._tables.facets.alias()
        return exists().where(
            facets.c.facet == condition.facet,
            facets.c.value.in_(condition.values),
            facets.c.born == born,
            *holding(facets, self._moment),
        )

    def _between(self, condition: Between) -> Truth:
        column = self._tables.rows.c[condition.column]
        bounds: list[Truth] = [column.is_not(None)]
        if condition.low is not None:
            bounds.append(column >= condition.low)
        if condition.high is not None:
            bounds.append(column < condition.high)
        inside = and_(*bounds)
        return or_(column.is_(None), not_(inside)) if condition.outside else inside

    def _matching(self, condition: Matching, born: ColumnElement[int]) -> Truth:
        tables, index = self._snapshot.search()
        return born.in_(
            select(tables.words.c.born)
            .select_from(index.source())
            .where(
                index.matches(condition.terms, self._collection),
                *holding(tables.words, self._moment),
            )
        )

    def _addressed(self, condition: Addressed) -> Truth:
        facets = self._snapshot.records("outcomes").facets.alias()
        addressed = exists().where(
            facets.c.facet == "addresses",
            facets.c.value == self._tables.rows.c.stream,
            *holding(facets, self._moment),
        )
        return addressed if condition.wanted else not_(addressed)

    def _fulfilled_late(self, born: ColumnElement[int]) -> Truth:
        rows = self._tables.rows
        outcomes = self._snapshot.records("outcomes")
        facets, others = outcomes.facets.alias(), outcomes.rows.alias()
        in_time = exists().where(
            facets.c.facet == "fulfils",
            facets.c.value == rows.c.stream,
            *holding(facets, self._moment),
            others.c.born == facets.c.born,
            others.c.day <= rows.c.due,
            *holding(others, self._moment),
        )
        return and_(self._having(Having("fulfilled_late", ("true",)), born), not_(in_time))

    def _unverified(self, born: ColumnElement[int]) -> Truth:
        lost = self._snapshot.records("sources").facets.alias()
        quotes = self._tables.facets.alias()
        return born.in_(
            select(quotes.c.born)
            .join(lost, lost.c.value == quotes.c.value)
            .where(
                lost.c.facet == "not_found",
                *holding(lost, self._moment),
                quotes.c.facet == "quotation",
                *holding(quotes, self._moment),
            )
        )
