"""Every table of a dataset: its columns, where its rows come from, and what they refer to."""

from typing import Final

from api.exporting import rows
from api.exporting.columns import Column, Kind, Table

_ID: Final = Column("id", "Identifies the row for ever.")
_CLOCKS: Final = (
    Column("position", "The fact that made the row what it is.", Kind.INTEGER),
    Column("version", "How many facts the record had then.", Kind.INTEGER),
    Column("recorded_at", "When the ledger learned it, in UTC."),
    Column("true_from", "The first day on which it was so.", Kind.DATE),
    Column("true_until", "The first day on which it was no longer so.", Kind.DATE),
)
_STANDING: Final = (
    Column("record_status", "Whether the record stands.", facet=True),
    Column("record_reason", "Why it does not."),
)


def _link(name: str, table: str, sentence: str) -> Column:
    return Column(name, sentence, refers=table)


def _held(name: str, table: str, sentence: str) -> Column:
    return Column(name, sentence, refers=table, required=True)


def _words(name: str, sentence: str) -> Column:
    return Column(name, sentence, searched=True)


def _list(name: str, sentence: str, *, facet: bool = False) -> Column:
    return Column(name, sentence, Kind.LIST, facet=facet)


def _code(name: str, sentence: str) -> Column:
    return Column(name, sentence, facet=True)


def _day(name: str, sentence: str) -> Column:
    return Column(name, sentence, Kind.DATE)


def _number(name: str, sentence: str) -> Column:
    return Column(name, sentence, Kind.INTEGER)


STAKEHOLDERS: Final = Table(
    "stakeholders",
    "Persons and organizations.",
    "stakeholders",
    (
        _ID,
        _words("name", "The name it bears."),
        _code("kind", "organization or person."),
        _code("classification", "What sort of organization."),
        _day("founded_on", "When it was set up."),
        _words("purpose", "What it is for."),
        Column("url", "Its own site."),
        _list("aliases", "Other names."),
        _link("founder", "stakeholders", "Who set it up."),
        Column("founder_name", "The founder's name."),
        _link("merged_into", "stakeholders", "Who it turned out to be."),
        Column("merged_into_name", "The name of that one."),
        *_CLOCKS,
    ),
    rows.stakeholder,
    "name",
)
SOURCES: Final = Table(
    "sources",
    "Where something stands written or was heard.",
    "sources",
    (
        _ID,
        _words("title", "Its title."),
        _words("publisher", "Who published it."),
        Column("url", "Where it was found."),
        _day("claimed_on", "The date it bears."),
        _code("language", "Its language, as a BCP 47 tag."),
        _code("basis", "How it knows what it says."),
        Column("archived", "Whether the ledger keeps its text.", Kind.BOOLEAN),
        _day("retrieved_on", "When that text was taken."),
        Column("sha256", "The SHA-256 of that text."),
        *_STANDING,
        *_CLOCKS,
    ),
    rows.source,
    "title",
)
MEETINGS: Final = Table(
    "meetings",
    "Meetings at which things were said or promised.",
    "meetings",
    (
        _ID,
        _words("title", "Its title."),
        _words("place", "Where it was held."),
        _day("held_on", "When it was held."),
        Column("series", "The series it belongs to."),
        _list("agenda", "What it was about."),
        Column("minutes", "drafted or finalised, where there are minutes."),
        _link("follows", "meetings", "The meeting before it."),
        *_STANDING,
        *_CLOCKS,
    ),
    rows.meeting,
    "title",
)
STATEMENTS: Final = Table(
    "statements",
    "What was said without a promise in it.",
    "statements",
    (
        _ID,
        _words("text", "What was said."),
        _code("kind", "What sort of statement."),
        _day("said_on", "When it was said."),
        _list("speakers", "Names of who said it."),
        _list("speaker_ids", "Ids of who said it."),
        _list("addressees", "Names of whom it was said to."),
        _list("addressee_ids", "Ids of whom it was said to."),
        _link("meeting", "meetings", "Where it was said."),
        Column("meeting_title", "The title of that meeting."),
        _list("topics", "What it is about.", facet=True),
        _list("flags", "What stands out on the day of the dataset.", facet=True),
        *_STANDING,
        *_CLOCKS,
    ),
    rows.statement,
    "text",
)
COMMITMENTS: Final = Table(
    "commitments",
    "Who promised what to whom, and how far it has come.",
    "commitments",
    (
        _ID,
        _words("text", "What was promised."),
        _words("purpose", "What it is for."),
        _day("made_on", "When it was promised."),
        _day("review_on", "When it is to be looked at again."),
        _list("promisors", "Names of who promised."),
        _list("promisor_ids", "Ids of who promised."),
        _list("promisees", "Names of whom it was promised to."),
        _list("promisee_ids", "Ids of whom it was promised to."),
        _day("due_earliest", "The first day on which it may be kept."),
        _day("due_latest", "The last day on which it may be kept."),
        Column("due_text", "The words that the days were read from."),
        _code("due_basis", "How the days were found."),
        _number("due_moved", "How often the parties moved them."),
        _code("form", "How binding the words are."),
        _number("form_weight", "The same from 0 to 5."),
        _code("content", "How much the words promise."),
        _number("content_category", "The same from 1 to 5."),
        Column("verifiable", "Whether it can be checked.", Kind.BOOLEAN, facet=True),
        _code("formal_status", "How formally it was made."),
        _code("progress", "The assessment that stands in front."),
        Column("contested", "Whether assessors disagree.", Kind.BOOLEAN, facet=True),
        _list("flags", "What stands out on the day of the dataset.", facet=True),
        _list("topics", "What it is about.", facet=True),
        _link("meeting", "meetings", "Where it was made."),
        Column("meeting_title", "The title of that meeting."),
        _link("statement", "statements", "The words it was made in."),
        _link("parent", "commitments", "The one that it is a part of."),
        _link("successor", "commitments", "The one that replaced it."),
        _number("replies", "How many replies there are."),
        _number("disputes", "How many disputes there are."),
        *_STANDING,
        *_CLOCKS,
    ),
    rows.commitment,
    "text",
)
OUTCOMES: Final = Table(
    "outcomes",
    "What happened in the world.",
    "outcomes",
    (
        _ID,
        _words("text", "What happened."),
        _day("happened_on", "When it happened."),
        *_STANDING,
        *_CLOCKS,
    ),
    rows.outcome,
    "text",
)
MEMBERSHIPS: Final = Table(
    "memberships",
    "Which person belonged to which organization, as what.",
    "stakeholders",
    (
        _ID,
        _held("person", "stakeholders", "Who."),
        Column("person_name", "The person's name."),
        _held("organization", "stakeholders", "Where."),
        Column("organization_name", "The organization's name."),
        Column("role", "As what."),
        _day("since", "From when."),
        _day("until", "Until when."),
    ),
    rows.memberships,
    "role",
)
PARTICIPANTS: Final = Table(
    "meeting_participants",
    "Who was at which meeting, for whom.",
    "meetings",
    (
        _held("meeting", "meetings", "Which meeting."),
        _held("stakeholder", "stakeholders", "Who."),
        Column("name", "The name."),
        _link("delegation", "stakeholders", "For whom."),
        Column("delegation_name", "The name of that one."),
        Column("role", "As what."),
    ),
    rows.participants,
)
STATEMENT_PARTIES: Final = Table(
    "statement_parties",
    "Who said which statement, and to whom: a row each.",
    "statements",
    (
        _held("statement", "statements", "Which statement."),
        _code("role", "speaker or addressee."),
        _held("stakeholder", "stakeholders", "Who."),
        Column("name", "The name."),
    ),
    rows.statement_parties,
)
COMMITMENT_PARTIES: Final = Table(
    "commitment_parties",
    "Who promised which commitment, and to whom: a row each.",
    "commitments",
    (
        _held("commitment", "commitments", "Which commitment."),
        _code("role", "promisor, promisee or third_party."),
        _link("stakeholder", "stakeholders", "Who, where registered."),
        Column("name", "The name."),
    ),
    rows.commitment_parties,
)
ASSESSMENTS: Final = Table(
    "assessments",
    "Every assessment of every commitment, also those that were overtaken.",
    "commitments",
    (
        _ID,
        _held("commitment", "commitments", "Which commitment."),
        _code("progress", "How far it was."),
        _day("assessed_on", "When that was seen."),
        _code("assessor_kind", "Whether by a party or by somebody else."),
        _link("assessor", "stakeholders", "By whom."),
        Column("assessor_name", "The assessor's name."),
        Column("failure_reason", "Why it was not kept."),
        Column("reopen_reason", "Why an ended one was opened again."),
        Column("rubric", "Which edition of the rules was applied."),
        _words("note", "What was seen."),
        _number("position", "The fact that says so."),
    ),
    rows.assessments,
    "note",
)
MILESTONES: Final = Table(
    "milestones",
    "Steps on the way of a commitment.",
    "commitments",
    (
        _ID,
        _held("commitment", "commitments", "Which commitment."),
        _words("text", "Which step."),
        _day("due_latest", "By when."),
        _day("reached_on", "When it was taken."),
    ),
    rows.milestones,
    "text",
)
BEARINGS: Final = Table(
    "outcome_bearings",
    "Which outcome bears on which commitment or statement, and how.",
    "outcomes",
    (
        _held("outcome", "outcomes", "Which outcome."),
        _code("effect", "How it bears on it."),
        _link("commitment", "commitments", "On which commitment."),
        _link("statement", "statements", "Or on which statement."),
        Column("title", "What that one says."),
    ),
    rows.bearings,
)
_CITATIONS: Final = (
    _link("commitment", "commitments", "The commitment that cites."),
    _link("statement", "statements", "Or the statement."),
    _link("outcome", "outcomes", "Or the outcome."),
    _code("role", "What the source is cited for."),
    _held("source", "sources", "Which source."),
    Column("source_title", "The source's title."),
    Column("publisher", "Who published it."),
    Column("url", "Where it was found."),
    _words("quotation", "The words quoted from it."),
    _code("check", "Whether they were found in the archived text."),
)


def _cited(holder: str) -> Table:
    sentence = "Which record rests on which words of which source."
    return Table("citations", sentence, f"{holder}s", _CITATIONS, rows.citations_of(holder))


MADE_FROM: Final = (
    STAKEHOLDERS,
    MEMBERSHIPS,
    SOURCES,
    MEETINGS,
    PARTICIPANTS,
    STATEMENTS,
    STATEMENT_PARTIES,
    COMMITMENTS,
    COMMITMENT_PARTIES,
    ASSESSMENTS,
    MILESTONES,
    OUTCOMES,
    BEARINGS,
    _cited("commitment"),
    _cited("statement"),
    _cited("outcome"),
)
"""Which tables a record of each collection gives rows to: one table may be fed by several."""

TABLES: Final = tuple({table.name: table for table in MADE_FROM}.values())
"""Each table once, those that others refer to first where they can be."""


def fed_by(collection: str) -> tuple[Table, ...]:
    """The tables that a record of the collection gives rows to."""
    return tuple(table for table in MADE_FROM if table.collection == collection)
