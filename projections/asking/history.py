"""Facts as they are told: a page of them, those of one stream, the one at a position or a time."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, bindparam, select

from projections.asking.composing import compose_fact, compose_redaction
from projections.asking.facts import find_facts
from projections.asking.resolver import Resolver
from projections.asking.served import Served
from projections.asking.snapshot import AS_OF, ON, Asked, Shape, Snapshot
from projections.documents import FactView
from projections.port import Page, Query
from projections.tables import TEXT as TEXT_TYPE
from projections.views.timeline import REDACTED


def page_of_facts(snapshot: Snapshot, query: Query) -> Page[FactView]:
    found = find_facts(snapshot, query)
    return Page(tell(snapshot, found.rows), found.next, snapshot.position("timeline"))


def tell(snapshot: Snapshot, rows: Sequence[Any]) -> list[FactView]:
    resolver = Resolver(snapshot)
    facts = [compose_fact(row, resolver) for row in rows]
    resolver.settle()
    _add_redactions(snapshot, facts)
    return facts


def _add_redactions(snapshot: Snapshot, facts: Sequence[FactView]) -> None:
    """Whatever moment is asked about: words are gone from every one."""
    lines = {str(fact["position"]): fact["redactions"] for fact in facts}
    if lines:
        question = _redactions_question(snapshot.served)
        for row in snapshot.ask(question, positions=list(lines)):
            lines[row.value].append(compose_redaction(row))


@lru_cache(16)
def _redactions_question(served: Served) -> Asked:
    tables = served.timeline()
    facts, mentions = tables.facts, tables.mentions
    return (
        select(mentions.c.value, facts.c.position, facts.c.at, facts.c.document)
        .join(facts, facts.c.position == mentions.c.position)
        .where(
            mentions.c.role == REDACTED,
            mentions.c.value.in_(bindparam("positions", type_=TEXT_TYPE, expanding=True)),
        )
        .order_by(facts.c.position)
    )


def stream_rows(snapshot: Snapshot, ident: str) -> Sequence[Any]:
    return snapshot.ask(_stream_question(snapshot.served, snapshot.shape), ident=ident).all()


@lru_cache(64)
def _stream_question(served: Served, shape: Shape) -> Asked:
    tables = served.timeline()
    facts, mentions = tables.facts, tables.mentions
    ident = bindparam("ident", type_=TEXT_TYPE)
    question = (
        select(facts)
        .join(mentions, mentions.c.position == facts.c.position)
        .where(mentions.c.role == "subject", mentions.c.value == ident, facts.c.stream == ident)
    )
    if shape.as_of:
        question = question.where(facts.c.position <= AS_OF)
    if shape.on:
        question = question.where(facts.c.day <= ON)
    return question.order_by(facts.c.position)


def line_rows(snapshot: Snapshot, position: int) -> Sequence[Any]:
    return snapshot.ask(_line_question(snapshot.served), position=position).all()


@lru_cache(16)
def _line_question(served: Served) -> Asked:
    facts = served.timeline().facts
    return select(facts).where(facts.c.position == bindparam("position", type_=BigInteger))


def position_at(snapshot: Snapshot, milliseconds: int) -> int:
    question = _position_question(snapshot.served)
    return snapshot.ask(question, at=milliseconds).scalar() or 0


@lru_cache(16)
def _position_question(served: Served) -> Asked:
    facts = served.timeline().facts
    return (
        select(facts.c.position)
        .where(facts.c.at <= bindparam("at", type_=BigInteger))
        .order_by(facts.c.at.desc(), facts.c.position.desc())
        .limit(1)
    )
