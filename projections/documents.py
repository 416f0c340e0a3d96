"""The shapes that readers get: one typed dict an entity, JSON all the way down.

Dates are `YYYY[-MM[-DD]]` strings, instants are RFC 3339 in UTC, codes are terms of
`ledger.vocabulary`. Words that were redacted read as None.
"""

from typing import TypedDict


class Clocks(TypedDict):
    """Where a document stands on both clocks.

    `position` is the fact that made it so, `version` the stream's version then (for If-Match),
    `recorded_at` when the ledger learned it, `true_from` the first day on which it was so,
    `true_until` the first day on which it was no longer so (None: as far as is known, still).
    """

    position: int
    version: int
    recorded_at: str
    true_from: str
    true_until: str | None


class Party(TypedDict):
    """A stakeholder as it was called at the moment asked about."""

    id: str
    kind: str
    name: str | None


class SourceRef(TypedDict):
    id: str
    publisher: str | None
    title: str | None
    url: str | None
    claimed_on: str | None
    basis: str


class Quotation(TypedDict):
    """`check` is found, not_found, ambiguous or not_checkable."""

    id: str
    exact: str | None
    prefix: str | None
    suffix: str | None
    in_heading: bool
    attributed_to: str | None
    speaker: Party | None
    check: str
    start: int | None


class CitationView(TypedDict):
    role: str
    source: SourceRef
    quotation: Quotation


class Ref(TypedDict):
    """A link to another record: `kind` is its collection (`commitments`, `meetings` …)."""

    id: str
    kind: str
    title: str | None


class DueView(TypedDict):
    earliest: str | None
    latest: str
    text: str | None
    basis: str


class StrengthView(TypedDict):
    """`form_weight` is 0 to 5, `content_category` 1 to 5; `elements` make it checkable."""

    form: str
    form_weight: int
    content: str
    content_category: int
    verifiable: bool
    elements: dict[str, bool]
    formal_status: str
    reading: str | None


class AssessmentView(TypedDict):
    id: str
    assessor_kind: str
    assessor: Party | None
    progress: str
    assessed_on: str
    failure_reason: str | None
    reopen_reason: str | None
    citations: list[CitationView]
    rubric: str
    note: str | None
    position: int


class ReviewView(TypedDict):
    assessor_kind: str
    assessor: Party | None
    looked_on: str
    looked_at: str | None
    position: int


class MilestoneView(TypedDict):
    id: str
    text: str | None
    due: DueView | None
    reached_on: str | None


class ReplyView(TypedDict):
    id: str
    party: Party
    text: str | None
    replied_on: str
    position: int


class DisputeView(TypedDict):
    id: str
    ground: str
    party: Party | None
    text: str | None
    opened_on: str
    resolution: str | None
    resolution_text: str | None
    resolved_on: str | None
    position: int


class Change(TypedDict):
    """One member that a correction replaced; `was` and `now` are JSON values."""

    member: str
    was: object
    now: object


class CorrectionView(TypedDict):
    reason: str
    noticed_by: str | None
    recorded_at: str
    position: int
    changes: list[Change]


class DueMove(TypedDict):
    """The due interval that stood before the parties moved it on `moved_on`."""

    was: DueView | None
    moved_on: str
    position: int


class BearingView(TypedDict):
    """An outcome, seen from the commitment or statement that it bears on."""

    outcome: Ref
    effect: str
    happened_on: str


class RelationView(TypedDict):
    kind: str
    commitment: Ref


class ThirdPartyView(TypedDict):
    name: str | None
    stakeholder: Party | None


class Commitment(TypedDict):
    """`progress` is the newest assessment by anybody but the promisor, else the newest of all.

    Before any assessment it is `not_assessed`, and `no_evidence` once a review found nothing.
    `assessments` holds every one, newest first; `contested` says that assessors disagree now.
    `flags` are derived for the day asked about (or today).
    """

    id: str
    text: str | None
    purpose: str | None
    promisors: list[Party]
    promisees: list[Party]
    third_parties: list[ThirdPartyView]
    statement: Ref | None
    meeting: Ref | None
    made_on: str
    due: DueView | None
    due_moves: list[DueMove]
    review_on: str | None
    strength: StrengthView
    record_status: str
    record_reason: str | None
    successor: Ref | None
    predecessors: list[Ref]
    progress: str
    contested: bool
    assessments: list[AssessmentView]
    reviews: list[ReviewView]
    milestones: list[MilestoneView]
    outcomes: list[BearingView]
    replies: list[ReplyView]
    disputes: list[DisputeView]
    corrections: list[CorrectionView]
    citations: list[CitationView]
    topics: list[str]
    parent: Ref | None
    parts: list[Ref]
    relations: list[RelationView]
    flags: list[str]
    clocks: Clocks


class MembershipView(TypedDict):
    """Seen from the person (`party` is the organization) or from the organization (the person)."""

    id: str
    party: Party
    role: str | None
    since: str | None
    until: str | None


class Stakeholder(TypedDict):
    """`kind` is organization or person; `merged_into` names who it turned out to be."""

    id: str
    kind: str
    name: str | None
    aliases: list[str]
    classification: str | None
    founded_on: str | None
    founder: Party | None
    purpose: str | None
    url: str | None
    memberships: list[MembershipView]
    merged_into: Party | None
    merged_from: list[Party]
    corrections: list[CorrectionView]
    clocks: Clocks


class ParticipantView(TypedDict):
    stakeholder: Party
    delegation: Party | None
    role: str | None


class ClaimedDateView(TypedDict):
    source: SourceRef
    held_on: str
    text: str | None


class Minutes(TypedDict):
    """`status` is drafted or finalised."""

    text: str | None
    status: str
    since: str


class Meeting(TypedDict):
    id: str
    title: str | None
    place: str | None
    held_on: str
    claimed_dates: list[ClaimedDateView]
    participants: list[ParticipantView]
    agenda: list[str | None]
    series: str | None
    follows: Ref | None
    followed_by: list[Ref]
    sources: list[SourceRef]
    minutes: Minutes | None
    statements: list[Ref]
    commitments: list[Ref]
    record_status: str
    record_reason: str | None
    corrections: list[CorrectionView]
    clocks: Clocks


class Statement(TypedDict):
    """`outcomes` bear on it, newest first; `addressed_by` are those whose effect is `addresses`."""

    id: str
    kind: str
    speakers: list[Party]
    addressees: list[Party]
    text: str | None
    said_on: str
    citations: list[CitationView]
    meeting: Ref | None
    topics: list[str]
    commitments: list[Ref]
    outcomes: list[BearingView]
    addressed_by: list[BearingView]
    replies: list[ReplyView]
    disputes: list[DisputeView]
    record_status: str
    record_reason: str | None
    corrections: list[CorrectionView]
    flags: list[str]
    clocks: Clocks


class Source(TypedDict):
    """`archived` tells whether a text is kept; `text` is that text (items only, None in lists)."""

    id: str
    publisher: str | None
    title: str | None
    url: str | None
    claimed_on: str | None
    language: str
    basis: str
    archived: bool
    retrieved_on: str | None
    sha256: str | None
    text: str | None
    quotations: list[Quotation]
    cited_by: list[Ref]
    record_status: str
    record_reason: str | None
    corrections: list[CorrectionView]
    clocks: Clocks


class SubjectBearing(TypedDict):
    subject: Ref
    effect: str


class Outcome(TypedDict):
    id: str
    text: str | None
    happened_on: str
    bears_on: list[SubjectBearing]
    citations: list[CitationView]
    record_status: str
    record_reason: str | None
    corrections: list[CorrectionView]
    clocks: Clocks


class RecorderView(TypedDict):
    """Who put a fact on record, for whom, and why."""

    by: str
    name: str | None
    on_behalf_of: Party | None
    why: str | None


class RedactionView(TypedDict):
    """By which later fact, at `position`, a part of a fact lost its words, and why.

    `authority` is the code of the order.
    """

    part: str
    basis: str
    authority: str
    position: int
    recorded_at: str


class FactView(TypedDict):
    """One line of the history: which fact, who recorded it, for whom, why, when, from which source.

    `title` is one plain sentence; `data` is the fact's own content, in which withheld words are
    null. `effective_on` is the world's clock, `recorded_at` the ledger's. `sources` are the ones
    the fact cites. `proof` is where the proof is found that it stands in the log under `leaf_hash`;
    404 there where no log was begun. `redactions` took words of it away, known now.
    """

    position: int
    id: str
    topic: str
    version: int
    subject: Ref
    title: str
    recorded_at: str
    effective_on: str
    recorder: RecorderView
    sources: list[SourceRef]
    leaf_hash: str
    proof: str
    redactions: list[RedactionView]
    data: dict[str, object]


class RedactionLine(TypedDict):
    """One redaction: the fact that says so, and the fact and part that lost words."""

    position: int
    recorded_at: str
    redacted_position: int
    part: str
    basis: str
    authority: str


class Transparency(TypedDict):
    """Code or period → how many parts; `redactions` come newest first. Nothing here is words."""

    total: int
    by_basis: dict[str, int]
    by_part: dict[str, int]
    by_year: dict[str, int]
    by_month: dict[str, int]
    redactions: list[RedactionLine]


class MatrixCell(TypedDict):
    """How many commitments one party made to another, in all and by progress.

    `promisee` is None for a promise made to nobody in particular.
    """

    promisor: Party
    promisee: Party | None
    total: int
    by_progress: dict[str, int]


class Statistics(TypedDict):
    """Counts of what stands on record at the moment asked about: dimension → code → count."""

    commitments: dict[str, dict[str, int]]
    statements: dict[str, int]
    entities: dict[str, int]


class Hit(TypedDict):
    """A search result; `excerpt` marks the matching words with U+2068 before and U+2069 after.

    `effective_on` is None where nobody knows since when the words have stood there.
    """

    subject: Ref
    excerpt: str | None
    effective_on: str | None
    position: int
