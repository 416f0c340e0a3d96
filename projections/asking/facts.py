"""One page of the timeline of everything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, select

from ledger.facts import FACTS
from projections.asking.cursors import read_cursor, write_cursor
from projections.asking.filters import ORDERS, Question, read_date, read_id
from projections.asking.merged import same_as
from projections.asking.pages import Found
from projections.asking.snapshot import Snapshot
from projections.port import BadFilter, Query
from projections.tables import TimelineTables


@dataclass(frozen=True, slots=True)
class FactFilter:
    sentence: str
    ask: Callable[[Snapshot, Question], ColumnElement[bool]]


def _mentioning(role: str) -> Callable[[Snapshot, Question], ColumnElement[bool]]:
    def ask(snapshot: Snapshot, question: Question) -> ColumnElement[bool]:
        ident = read_id(question)
        values = same_as(snapshot, ident) if role == "stakeholder" else (ident,)
        return _mentions(snapshot.timeline(), role, values)

    return ask


def _mentions(tables: TimelineTables, role: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    mentions = tables.mentions.alias()
    return tables.facts.c.position.in_(
        select(mentions.c.position).where(mentions.c.role == role, mentions.c.value.in_(values))
    )


def _topic(snapshot: Snapshot, question: Question) -> ColumnElement[bool]:
    prefix = question.text.strip()
    topics = [topic for topic in sorted(FACTS) if topic.startswith(prefix)]
    if not topics:
        raise BadFilter(question.name, "no topic begins like this", sorted(FACTS))
    return snapshot.timeline().facts.c.topic.in_(topics)


def _since(snapshot: Snapshot, question: Question) -> ColumnElement[bool]:
    return snapshot.timeline().facts.c.day >= read_date(question).earliest.toordinal()


def _until(snapshot: Snapshot, question: Question) -> ColumnElement[bool]:
    return snapshot.timeline().facts.c.day <= read_date(question).latest.toordinal()


FACT_FILTERS: Final[Mapping[str, FactFilter]] = {
    "subject": FactFilter(
        "Id of a record: its own facts, and outcomes that bear on it.", _mentioning("subject")
    ),
    "stakeholder": FactFilter(
        "Id of a stakeholder who is named, or a party of the record.", _mentioning("stakeholder")
    ),
    "topic": FactFilter("Topic of the fact, or how it begins.", _topic),
    "meeting": FactFilter(
        "Id of a meeting: its facts, and those of what was said there.",
        _mentioning("meeting"),
    ),
    "since": FactFilter("Effective on this date or later.", _since),
    "until": FactFilter("Effective on this date or earlier.", _until),
}


def find_facts(snapshot: Snapshot, query: Query) -> Found:
    """Raise BadFilter, BadCursor."""
    facts = snapshot.timeline().facts
    order = ORDERS["sources"].get(query.order)
    if order is None:
        raise BadFilter("order", "there is no such order here", tuple(ORDERS["sources"]))
    position = facts.c.position
    question = (
        select(facts)
        .where(*_conditions(snapshot, query))
        .order_by(position.desc() if order.descending else position)
        .limit(query.limit + 1)
    )
    if query.after is not None:
        _, place = read_cursor(query.after, "facts", query.order)
        question = question.where(position < place if order.descending else position > place)
    rows = snapshot.connection.execute(question).all()
    kept = rows[: query.limit]
    more = len(rows) > query.limit
    return Found(kept, _cursor(query.order, kept[-1]) if more else None)


def _cursor(order: str, row: Row[Any]) -> str:
    return write_cursor("facts", order, None, row.position)


def _conditions(snapshot: Snapshot, query: Query) -> list[ColumnElement[bool]]:
    facts, moment = snapshot.timeline().facts, query.moment
    found = [
        _known(name).ask(snapshot, Question(name, text, query.filters, snapshot.day()))
        for name, text in query.filters.items()
    ]
    if moment.as_of is not None:
        found.append(facts.c.position <= moment.as_of)
    if moment.on is not None:
        found.append(facts.c.day <= moment.on.toordinal())
    return found


def _known(name: str) -> FactFilter:
    if name not in FACT_FILTERS:
        raise BadFilter(name, "there is no such filter here", sorted(FACT_FILTERS))
    return FACT_FILTERS[name]
