"""Keeps one line for each fact."""

from typing import Any

from sqlalchemy import Connection, delete

from projections.keeping.bulk import inserting
from projections.keeping.schema import create_indexes, create_tables
from projections.streams import Step
from projections.tables import TimelineTables
from projections.views.timeline import encoded, line, mentions, redaction_mentions


class TimelineKeeper:
    def __init__(self, tables: TimelineTables) -> None:
        self._tables = tables
        self._facts: dict[int, tuple[Any, ...]] = {}
        self._mentions: dict[int, list[tuple[str, str, int]]] = {}
        self._erased: list[int] = []
        self._insert_facts = inserting(tables.facts)
        self._insert_mentions = inserting(tables.mentions)

    def create(self, connection: Connection) -> None:
        create_tables(connection, self._tables.metadata)

    def index(self, connection: Connection) -> None:
        create_indexes(connection, self._tables.metadata)

    def take(self, step: Step) -> None:
        for told in step.again:
            if told.position != step.position:
                self._erased.append(told.position)
                self._take(told)
        self._take(step)

    def _take(self, step: Step) -> None:
        stored = step.stored
        document = line(stored, step.collection or "ledger")
        self._facts[stored.position] = (
            stored.position,
            stored.at,
            stored.stream,
            stored.fact.TOPIC,
            stored.fact.effective_on.earliest.toordinal(),
            encoded(document),
        )
        found = mentions(stored, step.collection, step.lasting) | redaction_mentions(
            stored.fact, step.redacts
        )
        self._mentions[stored.position] = [(role, value, stored.position) for role, value in found]

    def write(self, connection: Connection) -> None:
        facts, named = self._tables.facts, self._tables.mentions
        if self._erased:
            connection.execute(delete(facts).where(facts.c.position.in_(self._erased)))
            connection.execute(delete(named).where(named.c.position.in_(self._erased)))
        self._insert_facts.run(connection, [self._facts[key] for key in sorted(self._facts)])
        rows = sorted(row for found in self._mentions.values() for row in found)
        self._insert_mentions.run(connection, rows)
        self.forget()

    def forget(self) -> None:
        self._facts, self._mentions, self._erased = {}, {}, []
