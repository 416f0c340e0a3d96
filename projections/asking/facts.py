"""One page of the timeline of everything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, Integer, bindparam, select

from ledger.facts import FACTS
from projections.asking.cursors import read_cursor, write_cursor
from projections.asking.filters import ORDERS, Order, Question, read_date, read_id
from projections.asking.merged import same_as
from projections.asking.pages import Found
from projections.asking.served import Served
from projections.asking.snapshot import AS_OF, ON, Asked, Shape, Snapshot
from projections.port import BadFilter, Query


@dataclass(frozen=True, slots=True)
class FactFilter:
    """`write` needs the tables only; `read` gives what it asks with, under the filter's name."""

    sentence: str
    write: Callable[[Served, str], ColumnElement[bool]]
    read: Callable[[Snapshot, Question], object]


def _mentioning(role: str) -> Callable[[Served, str], ColumnElement[bool]]:
    def write(served: Served, name: str) -> ColumnElement[bool]:
        tables = served.timeline()
        mentions = tables.mentions.alias()
        return tables.facts.c.position.in_(
            select(mentions.c.position).where(
                mentions.c.role == role,
                mentions.c.value.in_(bindparam(name, expanding=True)),
            )
        )

    return write


def _topic(served: Served, name: str) -> ColumnElement[bool]:
    return served.timeline().facts.c.topic.in_(bindparam(name, expanding=True))


def _since(served: Served, name: str) -> ColumnElement[bool]:
    return served.timeline().facts.c.day >= bindparam(name, type_=Integer)


def _until(served: Served, name: str) -> ColumnElement[bool]:
    return served.timeline().facts.c.day <= bindparam(name, type_=Integer)


def _read_topics(_snapshot: Snapshot, question: Question) -> object:
    topics = [topic for topic in sorted(FACTS) if topic.startswith(question.text.strip())]
    if not topics:
        raise BadFilter(question.name, "no topic begins like this", sorted(FACTS))
    return topics


FACT_FILTERS: Final[Mapping[str, FactFilter]] = {
    "subject": FactFilter(
        "Id of a record: its own facts, outcomes that bear on it, and redactions of its words.",
        _mentioning("subject"),
        lambda _snapshot, question: [read_id(question)],
    ),
    "stakeholder": FactFilter(
        "Id of a stakeholder who is named, or a party of the record.",
        _mentioning("stakeholder"),
        lambda snapshot, question: same_as(snapshot, read_id(question)),
    ),
    "topic": FactFilter("Topic of the fact, or how it begins.", _topic, _read_topics),
    "meeting": FactFilter(
        "Id of a meeting: its facts, and those of what was said there.",
        _mentioning("meeting"),
        lambda _snapshot, question: [read_id(question)],
    ),
    "since": FactFilter(
        "Effective on this date or later.",
        _since,
        lambda _snapshot, question: read_date(question).earliest.toordinal(),
    ),
    "until": FactFilter(
        "Effective on this date or earlier.",
        _until,
        lambda _snapshot, question: read_date(question).latest.toordinal(),
    ),
}


def find_facts(snapshot: Snapshot, query: Query) -> Found:
    """Raise BadFilter, BadCursor."""
    order = ORDERS["sources"].get(query.order)
    if order is None:
        raise BadFilter("order", "there is no such order here", tuple(ORDERS["sources"]))
    values = {
        name: _known(name).read(snapshot, Question(name, text, query.filters, snapshot.day))
        for name, text in query.filters.items()
    }
    if query.after is not None:
        _, values["step"] = read_cursor(query.after, "facts", query.order)
    question = _question(snapshot.served, snapshot.shape, order, tuple(sorted(values)))
    rows = snapshot.ask(question, limit=query.limit + 1, **values).all()
    kept = rows[: query.limit]
    if len(rows) <= query.limit:
        return Found(kept, None)
    return Found(kept, write_cursor("facts", query.order, None, kept[-1].position))


@lru_cache(256)
def _question(served: Served, shape: Shape, order: Order, names: tuple[str, ...]) -> Asked:
    facts = served.timeline().facts
    position = facts.c.position
    question = select(facts).where(
        *(FACT_FILTERS[name].write(served, name) for name in names if name in FACT_FILTERS)
    )
    if "step" in names:
        step = bindparam("step", type_=BigInteger)
        question = question.where(position < step if order.descending else position > step)
    if shape.as_of:
        question = question.where(position <= AS_OF)
    if shape.on:
        question = question.where(facts.c.day <= ON)
    ordered = question.order_by(position.desc() if order.descending else position)
    return ordered.limit(bindparam("limit", type_=Integer))


def _known(name: str) -> FactFilter:
    if name not in FACT_FILTERS:
        raise BadFilter(name, "there is no such filter here", sorted(FACT_FILTERS))
    return FACT_FILTERS[name]
