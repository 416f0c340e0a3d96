"""What became of each promise: the fold of a commitment's stream."""

from collections.abc import Iterator, Sequence
from typing import Final

import orjson

from ledger.facts.assessment import ProgressAssessed, ReviewFoundNothing
from ledger.facts.commitment import (
    CommitmentContent,
    CommitmentCorrected,
    CommitmentRecorded,
    CommitmentSuperseded,
    CommitmentVoided,
    CommitmentWithdrawn,
    DueMoved,
    MilestoneReached,
    MilestoneSet,
    Strength,
)
from ledger.facts.dispute import DisputeFact
from ledger.facts.housekeeping import RedactionApplied
from ledger.store.port import StoredFact
from ledger.vocabulary import AssessorKind, Progress, RecordStatus, RelationKind
from projections.days import earliest_day, latest_day
from projections.spans import Document, Moving, Row, Settled, Story
from projections.views.pieces import (
    Facets,
    MisplacedFactError,
    cited,
    contested,
    corrected,
    dated,
    day_key,
    disputed,
    due_view,
    facets,
    pieces,
    said,
    truth,
    voided,
)

PUBLISHED: Final = RecordStatus.PUBLISHED.value
VOIDED: Final = RecordStatus.VOIDED.value


def evolve(document: Document, stored: StoredFact) -> Document:
    match stored.fact:
        case CommitmentRecorded(content=content):
            return _recorded(stored.stream, content)
        case CommitmentCorrected(content=content, reason=reason, noticed_by=noticed_by):
            return corrected(document, _content(content), stored, reason, noticed_by)
        case DueMoved() as fact:
            return _moved(document, stored, fact)
        case CommitmentSuperseded(successor=successor):
            return {**document, "record_status": "superseded", "successor": successor}
        case CommitmentWithdrawn():
            return {**document, "record_status": "withdrawn"}
        case CommitmentVoided(reason=reason):
            return voided(document, reason)
        case MilestoneSet() as fact:
            return {**document, "milestones": [*document["milestones"], _milestone(fact)]}
        case MilestoneReached() as fact:
            return {**document, "milestones": _reached(document["milestones"], fact)}
        case ProgressAssessed() as fact:
            return _assessed(document, [_assessment(stored, fact), *document["assessments"]])
        case ReviewFoundNothing() as fact:
            return _looked(document, _review(stored, fact))
        case RedactionApplied():
            return document
        case fact if isinstance(fact, DisputeFact):
            return contested(document, stored, fact)
        case fact:
            raise MisplacedFactError(fact.TOPIC)


def _recorded(stream: str, content: CommitmentContent) -> Document:
    return {
        "id": stream,
        **_content(content),
        "due_moves": [],
        "record_status": PUBLISHED,
        "record_reason": None,
        "successor": None,
        "progress": Progress.NOT_ASSESSED.value,
        "contested": False,
        "assessments": [],
        "reviews": [],
        "milestones": [],
        "replies": [],
        "disputes": [],
        "corrections": [],
    }


def _content(content: CommitmentContent) -> Document:
    return {
        "text": said(content.text),
        "purpose": said(content.purpose),
        "promisors": list(content.promisors),
        "promisees": list(content.promisees),
        "third_parties": [
            {"name": said(third.name), "stakeholder": third.stakeholder}
            for third in content.third_parties
        ],
        "statement": content.statement,
        "meeting": content.meeting,
        "made_on": str(content.made_on),
        "due": due_view(content.due),
        "review_on": dated(content.review_on),
        "strength": _strength(content.strength),
        "citations": cited(content.citations),
        "topics": list(content.topics),
        "parent": content.parent,
        "relations": [
            {"kind": relation.kind.value, "commitment": relation.commitment}
            for relation in content.relations
        ],
    }


def _strength(strength: Strength) -> Document:
    checks = strength.verifiability
    return {
        "form": strength.form.value,
        "form_weight": strength.form.weight,
        "content": strength.content.value,
        "content_category": strength.content.category,
        "verifiable": checks.verifiable,
        "elements": {
            "deliverable": checks.deliverable,
            "measure": checks.measure,
            "time": checks.time,
            "owner": checks.owner,
        },
        "formal_status": strength.formal_status.value,
        "reading": said(strength.reading),
    }


def _moved(document: Document, stored: StoredFact, fact: DueMoved) -> Document:
    move = {
        "was": document["due"],
        "moved_on": str(fact.effective_on),
        "position": stored.position,
    }
    return {
        **document,
        "due": due_view(fact.due),
        "due_moves": [move, *document["due_moves"]],
        "citations": document["citations"] + cited(fact.citations),
    }


def _milestone(fact: MilestoneSet) -> Document:
    return {
        "id": fact.milestone,
        "text": said(fact.text),
        "due": due_view(fact.due),
        "reached_on": None,
    }


def _reached(milestones: Sequence[Document], fact: MilestoneReached) -> list[Document]:
    return [
        {**milestone, "reached_on": str(fact.effective_on)}
        if milestone["id"] == fact.milestone
        else milestone
        for milestone in milestones
    ]


def _assessment(stored: StoredFact, fact: ProgressAssessed) -> Document:
    return {
        "id": fact.assessment,
        "assessor_kind": fact.assessor_kind.value,
        "assessor": fact.assessor,
        "progress": fact.progress.value,
        "assessed_on": str(fact.effective_on),
        "failure_reason": fact.failure_reason and fact.failure_reason.value,
        "reopen_reason": fact.reopen_reason and fact.reopen_reason.value,
        "citations": cited(fact.citations),
        "rubric": fact.rubric,
        "note": said(fact.note),
        "position": stored.position,
    }


def _looked(document: Document, review: Document) -> Document:
    """Where nobody has assessed yet, "nobody has looked" is over: there is no evidence."""
    reviewed = {**document, "reviews": [review, *document["reviews"]]}
    if document["assessments"]:
        return reviewed
    return {**reviewed, "progress": Progress.NO_EVIDENCE.value}


def _review(stored: StoredFact, fact: ReviewFoundNothing) -> Document:
    return {
        "assessor_kind": fact.assessor_kind.value,
        "assessor": fact.assessor,
        "looked_on": str(fact.effective_on),
        "looked_at": said(fact.looked_at),
        "position": stored.position,
    }


def _assessed(document: Document, assessments: Sequence[Document]) -> Document:
    newest: dict[object, str] = {}
    for assessment in assessments:
        assessor = assessment["assessor_kind"], assessment["assessor"]
        newest.setdefault(assessor, assessment["progress"])
    return {
        **document,
        "assessments": assessments,
        "progress": _deciding(assessments)[0]["progress"],
        "contested": len(set(newest.values())) > 1,
    }


def _deciding(assessments: Sequence[Document]) -> Sequence[Document]:
    """Those by others than the promisor, newest first; only where there are none, its own."""
    return [
        assessment
        for assessment in assessments
        if assessment["assessor_kind"] != AssessorKind.SELF.value
    ] or assessments


# --- what it can be found by


def describe(document: Document) -> Moving:
    """What any fact about the commitment may change."""
    stands = document["record_status"] != VOIDED
    return Moving(
        rows={(): _row(document if stands else _stub(document))},
        facets=_moving_facets(document) if stands else _status_facets(document),
        tallies=dict.fromkeys(_moving_tallies(document)),
    )


def settle(document: Document) -> Settled:
    """What only another content changes, or the end of the record."""
    made = day_key(earliest_day(document["made_on"]))
    if document["record_status"] == VOIDED:
        return Settled(facets={("", ""): None, ("id", document["id"]): None, ("made", made): None})
    return Settled(
        facets=_settled_facets(document, made),
        words=pieces(document["text"], document["purpose"], *_third_names(document)),
        tallies=dict.fromkeys(_settled_tallies(document)),
    )


def _row(document: Document) -> Row:
    due = document["due"] and latest_day(document["due"]["latest"])
    is_open = is_unfinished(document)
    return Row(
        title=document["text"],
        kind="commitment",
        refers=None,
        document=orjson.dumps(document),
        day=earliest_day(document["made_on"]),
        due=due,
        open_due=due if is_open else None,
        review=_review_day(document) if is_open else None,
        looked=_last_look(document) if is_open else None,
    )


def is_unfinished(document: Document) -> bool:
    """Whether something is still to come: the record stands, and no end state is reached."""
    return document["record_status"] == PUBLISHED and document["progress"] not in _ENDED


_ENDED: Final = frozenset(progress.value for progress in Progress if progress.ended)


def _review_day(document: Document) -> int | None:
    """The last day by which somebody should have looked, unless somebody did."""
    if document["review_on"] is None or _looked_since(document):
        return None
    return latest_day(document["review_on"])


def _looked_since(document: Document) -> bool:
    wanted = earliest_day(document["review_on"])
    return any(day >= wanted for day in _looks(document))


def _last_look(document: Document) -> int:
    return max([earliest_day(document["made_on"]), *_looks(document)])


def _looks(document: Document) -> list[int]:
    """The newest assessment and the newest review: both lists are newest first."""
    return [
        *(earliest_day(found["assessed_on"]) for found in document["assessments"][:1]),
        *(earliest_day(found["looked_on"]) for found in document["reviews"][:1]),
    ]


def _settled_facets(document: Document, made: str) -> Facets:
    strength = document["strength"]
    promisors, promisees = document["promisors"], document["promisees"]
    return facets(
        **{"": [""]},
        id=[document["id"]],
        made=[made],
        promisor=promisors,
        promisee=promisees,
        party=[*promisors, *promisees],
        form=[strength["form"]],
        content=[strength["content"]],
        verifiable=[truth(strength["verifiable"])],
        topic=document["topics"],
        meeting=[document["meeting"]],
        statement=[document["statement"]],
        parent=_wholes(document),
    )


def _moving_facets(document: Document) -> Facets:
    found = _status_facets(document)
    found["status", document["progress"]] = None
    found["disputed", truth(disputed(document))] = None
    for cite in _citations(document):
        found["source", cite["source"]] = None
        found["quotation", cite["quotation"]] = None
    if document["successor"] is not None:
        found["successor", document["successor"]] = None
    if is_self_reported(document):
        found["self_reported", "true"] = None
    if is_fulfilled_late(document):
        found["fulfilled_late", "true"] = None
    return found


def _status_facets(document: Document) -> Facets:
    due = document["due"]
    return {
        ("record_status", document["record_status"]): None,
        ("due", day_key(due and latest_day(due["latest"]))): None,
    }


def _wholes(document: Document) -> list[str | None]:
    return [
        document["parent"],
        *(
            relation["commitment"]
            for relation in document["relations"]
            if relation["kind"] == RelationKind.PART_OF.value
        ),
    ]


def _citations(document: Document) -> list[Document]:
    return [
        *document["citations"],
        *(cite for assessment in document["assessments"] for cite in assessment["citations"]),
    ]


def is_self_reported(document: Document) -> bool:
    assessments = document["assessments"]
    return bool(assessments) and all(
        assessment["assessor_kind"] == AssessorKind.SELF.value for assessment in assessments
    )


def is_fulfilled_late(document: Document) -> bool:
    """The first assessment of the unbroken run that calls it fulfilled is after the due day."""
    if document["progress"] != Progress.FULFILLED.value or document["due"] is None:
        return False
    *_, first = _run_of_fulfilled(_deciding(document["assessments"]))
    return earliest_day(first["assessed_on"]) > latest_day(document["due"]["latest"])


def _run_of_fulfilled(assessments: Sequence[Document]) -> Iterator[Document]:
    for assessment in assessments:
        if assessment["progress"] != Progress.FULFILLED.value:
            return
        yield assessment


def _third_names(document: Document) -> list[str | None]:
    return [third["name"] for third in document["third_parties"]]


def _stub(document: Document) -> Document:
    """What remains of a voided record: that it was there, when, and why it went."""
    return {
        **document,
        "text": None,
        "purpose": None,
        **dict.fromkeys(_EMPTY_IN_STUBS, ()),
        "statement": None,
        "meeting": None,
        "parent": None,
        "successor": None,
        "progress": Progress.NOT_ASSESSED.value,
        "contested": False,
        "strength": {**document["strength"], "reading": None},
        "due": document["due"] and {**document["due"], "text": None},
    }


_EMPTY_IN_STUBS: Final = (
    "promisors",
    "promisees",
    "third_parties",
    "due_moves",
    "assessments",
    "reviews",
    "milestones",
    "replies",
    "disputes",
    "corrections",
    "citations",
    "topics",
    "relations",
)


# --- what it counts towards


def _settled_tallies(document: Document) -> Iterator[tuple[str, str]]:
    yield "entities", "commitments"
    if document["record_status"] == PUBLISHED:
        strength = document["strength"]
        yield "commitments/form", strength["form"]
        yield "commitments/content", strength["content"]
        yield "commitments/formal_status", strength["formal_status"]
        yield "commitments/verifiable", truth(strength["verifiable"])


def _moving_tallies(document: Document) -> Iterator[tuple[str, str]]:
    yield "commitments/record_status", document["record_status"]
    if document["record_status"] == PUBLISHED:
        yield "commitments/progress", document["progress"]
        yield from _cells(document)


def _cells(document: Document) -> Iterator[tuple[str, str]]:
    """`promisor>promisee:progress`; nobody in particular is an empty promisee.

    In a mutual promise each promises the others: nobody counts as promising themselves.
    """
    for promisor in document["promisors"]:
        others = [promisee for promisee in document["promisees"] if promisee != promisor]
        for promisee in others or ("",):
            yield "matrix", f"{promisor}>{promisee}:{document['progress']}"


def _begins(facts: Sequence[StoredFact]) -> int:
    """When it was promised, as the last correction has it."""
    contents = (
        stored.fact.content
        for stored in reversed(facts)
        if isinstance(stored.fact, CommitmentRecorded | CommitmentCorrected)
    )
    return next(contents).made_on.earliest.toordinal()


COMMITMENTS: Final = Story(
    collection="commitments",
    evolve=evolve,
    describe=describe,
    settle=settle,
    settles=(
        CommitmentCorrected,
        CommitmentSuperseded,
        CommitmentWithdrawn,
        CommitmentVoided,
    ),
    from_start=(CommitmentCorrected, CommitmentVoided, RedactionApplied),
    corrections=(CommitmentCorrected,),
    begins=_begins,
)
