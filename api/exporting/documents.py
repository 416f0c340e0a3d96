"""Every record of the ledger as the site tells it as of one fact, page by page."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Engine

from api.exporting.columns import Document
from projections.port import Moment, Page, Query
from projections.reading import SqlViews

PER_PAGE: Final = {"commitments": 200, "statements": 200, "outcomes": 50}
FEW: Final = 5
"""Stakeholders, sources and meetings name everything that hangs on them, which may be much."""
PAGES: Final = 50
"""After so many pages the names that were looked up are forgotten, so that they do not pile up."""


class Reading:
    """The views as of a position, on the day on which its fact was recorded.

    That day stands in for today, so that what depends on the day is the same whenever it is read:
    two datasets as of one fact are equal.
    """

    def __init__(self, engine: Engine, position: int, recorded_at: datetime) -> None:
        self._engine = engine
        self._moment = Moment(as_of=position)
        self._position, self._day = position, recorded_at.astimezone(UTC)

    def pages(self, collection: str) -> Iterator[Sequence[Document]]:
        """Records in the order in which they were first recorded."""
        limit = PER_PAGE.get(collection, FEW)
        query = Query(moment=self._moment, order="oldest", limit=limit)
        while True:
            with closing(self._views()) as views:
                for _ in range(PAGES):
                    page: Page[Any] = views.page(collection, query)
                    yield page.items
                    if page.next is None:
                        return
                    query = replace(query, after=page.next)

    def count(self) -> dict[str, int]:
        """How many records of each collection there are."""
        with closing(self._views()) as views:
            return dict(views.statistics(self._moment)["entities"])

    def _views(self) -> SqlViews:
        return SqlViews(self._engine, lambda: self._position, lambda: self._day)
