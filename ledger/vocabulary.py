"""Every closed list of the ledger, each term with the sentence that defines it.

Pages, the API, the record schema and the glossary read these; nothing else defines a term.
A term that was ever stored is never renamed or removed.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Self


class Term(StrEnum):
    """A stored code with its one-sentence definition."""

    definition: str

    def __new__(cls, value: str, definition: str) -> Self:
        term = str.__new__(cls, value)
        term._value_ = value
        term.definition = definition
        return term

    @property
    def label(self) -> str:
        """The code as words: `in_progress` reads "in progress"."""
        return self.value.replace("_", " ")


class StakeholderKind(Term):
    ORGANIZATION = (
        "organization",
        "A body that can act: a ministry, a company, a working group.",
    )
    PERSON = (
        "person",
        "A human being, known here only by what they did in a public role.",
    )


class Classification(Term):
    GOVERNMENT = (
        "government",
        "A body of the state at any level, or one that it set up.",
    )
    COMPANY = "company", "A business, whoever owns it."
    CIVIL_SOCIETY = (
        "civil_society",
        "An association, charity, union, university or news outlet.",
    )
    INTERNATIONAL = "international", "A body that states made by treaty."
    OTHER = "other", "None of the other classes fits."


class Basis(Term):
    MINUTES = "minutes", "The agreed record of the meeting itself."
    SIGNED_DOCUMENT = "signed_document", "A document that the parties signed."
    PRESS_RELEASE = "press_release", "A statement that a party published about itself."
    ON_RECORD = "on_record", "A report that names who said it."
    UNNAMED_SOURCES = "unnamed_sources", "A report whose informants are not named."
    REWRITE = "rewrite", "A retelling of another report."
    NOTE = "note", "A note by the recorder, written for this ledger."


class QuotationCheck(Term):
    FOUND = (
        "found",
        "The words stand in the archived text exactly once at the stated place.",
    )
    NOT_FOUND = "not_found", "The archived text does not hold these words."
    AMBIGUOUS = (
        "ambiguous",
        "The words stand in the text more than once; prefix and suffix decide.",
    )
    NOT_CHECKABLE = (
        "not_checkable",
        "No text of the source is archived, so nobody can check yet.",
    )


class QuotationRole(Term):
    ORIGIN = "origin", "These words are where the statement comes from."
    CORROBORATION = "corroboration", "Another source says the same."
    FULFILMENT = "fulfilment", "These words show that something was done."
    CONTRADICTION = "contradiction", "These words say otherwise, or more than was said."


class StatementKind(Term):
    UNDERTAKING = "undertaking", "Somebody says what they will do."
    CONCERN = "concern", "Somebody raises a worry with somebody."
    REQUEST = "request", "Somebody asks somebody to do something."
    REFUSAL = "refusal", "Somebody says what they will not do."
    INFORMATION = "information", "Somebody tells what is; nothing is promised."
    APPRECIATION = (
        "appreciation",
        "Somebody praises; a plan that is praised is not a promise.",
    )


class Form(Term):
    """How binding the words are, strongest first; `weight` runs from 5 down to 0."""

    LEGALLY_BINDING = (
        "legally_binding",
        "The words bind in law: a contract, a treaty, an act.",
    )
    COMMITS = "commits", "The words say that the promisor commits, will, or pledges."
    AGREES_IN_PRINCIPLE = (
        "agrees_in_principle",
        "The aim is agreed; the act is left open.",
    )
    AGREES_TO_EXPLORE = (
        "agrees_to_explore",
        "Agreed to look into it; doing it is left open.",
    )
    EXPRESSES_WILLINGNESS = (
        "expresses_willingness",
        "The words say willing, ready or interested.",
    )
    INFORMS = "informs", "The words tell of a plan and promise nothing."

    @property
    def weight(self) -> int:
        """5 for the strongest form down to 0."""
        return 5 - list(Form).index(self)


class Content(Term):
    """What kind of act is promised (UPR Info's action category, 1 to 5)."""

    SEEK = "seek", "1: call on others, seek support."
    CONTINUE = "continue", "2: continue or maintain what is done already."
    CONSIDER = "consider", "3: consider, explore, study."
    GENERAL_ACTION = (
        "general_action",
        "4: act in general terms: address, promote, strengthen.",
    )
    SPECIFIC_ACTION = "specific_action", "5: a specific act: establish, adopt, publish."

    @property
    def category(self) -> int:
        """UPR Info's number, 1 to 5."""
        return list(Content).index(self) + 1


class FormalStatus(Term):
    DISCUSSED = "discussed", "It was talked about."
    DECLARED = "declared", "It was said in public."
    IN_POLICY = "in_policy", "It stands in an adopted policy or plan."
    SIGNED = "signed", "It stands in a signed document."
    IN_LAW = "in_law", "It stands in law."


class DueBasis(Term):
    STATED = "stated", "The words name the date, or the clock and its start."
    INFERRED = "inferred", "The recorder worked the date out and says how."
    CLOCK_UNKNOWN = "clock_unknown", "The words give a span but not when it starts."


class RelationKind(Term):
    PART_OF = "part_of", "This commitment is a part of that one."
    DUPLICATES = "duplicates", "This commitment records the same promise as that one."
    RESPONDS_TO = "responds_to", "This commitment answers that one."


class RecordStatus(Term):
    PUBLISHED = "published", "The record stands."
    SUPERSEDED = "superseded", "The parties replaced the commitment by another."
    WITHDRAWN = "withdrawn", "The promisor took the commitment back before it was due."
    VOIDED = "voided", "The record was wholly wrong; a stub and the reason remain."


class Progress(Term):
    NOT_ASSESSED = "not_assessed", "Nobody has looked yet."
    NOT_ASSESSABLE = "not_assessable", "The wording gives nothing to check."
    NO_EVIDENCE = (
        "no_evidence",
        "Somebody looked on a date and found nothing either way.",
    )
    NOT_STARTED = "not_started", "There is positive evidence that nothing has begun."
    IN_PROGRESS = (
        "in_progress",
        "A concrete act by or for the promisor is cited; talk is no act.",
    )
    STALLED = "stalled", "It was in progress; since then no act, or a named obstacle."
    PARTLY_FULFILLED = (
        "partly_fulfilled",
        "Delivered in part, consistent with the goal.",
    )
    FULFILLED = (
        "fulfilled",
        "Everything in the quoted words was delivered, and that is cited.",
    )
    NOT_FULFILLED = (
        "not_fulfilled",
        "The due date passed without it, or it was contradicted.",
    )
    ABANDONED = (
        "abandoned",
        "The promisor said that it will not be done, and that is cited.",
    )

    @property
    def ended(self) -> bool:
        """Whether this is an end state, which reopens only with a reason."""
        return self in _END_STATES


_END_STATES: Final = frozenset({Progress.FULFILLED, Progress.NOT_FULFILLED, Progress.ABANDONED})


class FailureReason(Term):
    NO_AUTHORITY = "no_authority", "The promisor had no power to do it."
    NOT_PRIORITISED = "not_prioritised", "Other work came first."
    CHANGED_POSITION = "changed_position", "The promisor no longer wants it."
    BLOCKED_BY_THIRD_PARTY = "blocked_by_third_party", "Somebody else stood in the way."
    LACK_OF_FUNDS = "lack_of_funds", "The money was not there."
    CIRCUMSTANCES = "circumstances", "Events outside anybody's control."
    UNKNOWN = "unknown", "No reason is known."


class ReopenReason(Term):
    NEW_EVIDENCE = "new_evidence", "Evidence came up that the assessor did not have."
    REVERSAL_BY_PROMISOR = (
        "reversal_by_promisor",
        "The promisor changed course afterwards.",
    )
    ASSESSOR_ERROR = "assessor_error", "The assessment was wrong when it was made."
    RUBRIC_CHANGE = (
        "rubric_change",
        "A new rubric version reads the same evidence otherwise.",
    )


class AssessorKind(Term):
    SELF = "self", "The promisor assesses itself."
    OFFICIAL = "official", "A public body charged with it, which is not the promisor."
    INDEPENDENT = "independent", "Somebody who is no party to the commitment."
    PROMISEE = "promisee", "The one to whom it was promised."


class CorrectionReason(Term):
    TRANSCRIPTION = "transcription", "The recorder copied it wrongly."
    TRANSLATION = "translation", "The translation was wrong."
    MISATTRIBUTION = "misattribution", "The wrong party was named."
    MISREADING = "misreading", "The words were read as more or less than they say."
    SOURCE_CORRECTED = "source_corrected", "The source itself published a correction."


class VoidReason(Term):
    NOT_SAID = "not_said", "It was never said."
    DUPLICATE = "duplicate", "The same thing was already on record."
    TEST = "test", "It was entered to try the ledger out."
    OUT_OF_SCOPE = "out_of_scope", "It does not belong in this ledger."


class Effect(Term):
    ADDRESSES = "addresses", "It meets the concern, wholly or in part."
    ADVANCES = "advances", "It is a step towards what was promised."
    FULFILS = "fulfils", "It delivers what was promised."
    CONTRADICTS = "contradicts", "It goes against what was promised."
    BEARS_ON = "bears_on", "It matters here, but neither delivers nor contradicts."


class DisputeGround(Term):
    NOT_SAID = "not_said", "The words were not said."
    WRONG_PARTY = "wrong_party", "Somebody else said or promised it."
    OUT_OF_CONTEXT = "out_of_context", "The words mean something else where they stand."
    WRONG_STATUS = "wrong_status", "The assessment does not fit the evidence."
    SUPERSEDED = "superseded", "The parties have replaced it since."
    PRIVACY_OR_LEGAL = (
        "privacy_or_legal",
        "A law or somebody's safety asks for its removal.",
    )


class DisputeResolution(Term):
    UPHELD = (
        "upheld",
        "The dispute was right; a correction, void or assessment follows.",
    )
    PARTLY_UPHELD = "partly_upheld", "The dispute was right in part."
    REJECTED = "rejected", "The record stands as it is."


class RedactionBasis(Term):
    LEGAL_ORDER = "legal_order", "A court or authority ordered it."
    DATA_PROTECTION = (
        "data_protection",
        "A person's right to erasure outweighs the public interest.",
    )
    SAFETY = "safety", "Publication endangers somebody."


class Flag(Term):
    """Derived when somebody reads, never stored: time passes without facts."""

    OVERDUE = (
        "overdue",
        "The latest due day is before the day asked about, and it has not ended.",
    )
    LATE = "late", "It was fulfilled after the latest due day."
    REVIEW_DUE = "review_due", "The day on which somebody should look again has passed."
    DISPUTED = "disputed", "A dispute about it is open."
    STALE = "stale", "It has not ended, and nobody has looked for a year."
    SELF_REPORTED_ONLY = "self_reported_only", "Only the promisor has assessed it."
    QUOTE_UNVERIFIED = (
        "quote_unverified",
        "A quotation could not be found in an archived text.",
    )


STALE_AFTER_DAYS: Final = 365

RUBRIC_VERSION: Final = "1"
"""The rubric whose definitions `Progress` holds; a changed definition is a new version."""

FOREIGN_SCALES: Final[Mapping[str, Mapping[str, Mapping[Progress, str]]]] = {
    RUBRIC_VERSION: {
        "politifact": {
            Progress.NOT_ASSESSED: "Not Yet Rated",
            Progress.NO_EVIDENCE: "Not Yet Rated",
            Progress.NOT_STARTED: "Stalled",
            Progress.IN_PROGRESS: "In the Works",
            Progress.STALLED: "Stalled",
            Progress.PARTLY_FULFILLED: "Compromise",
            Progress.FULFILLED: "Promise Kept",
            Progress.NOT_FULFILLED: "Promise Broken",
            Progress.ABANDONED: "Promise Broken",
        },
        "polimeter": {
            Progress.NOT_ASSESSED: "not yet rated",
            Progress.NO_EVIDENCE: "not yet rated",
            Progress.NOT_STARTED: "not yet rated",
            Progress.IN_PROGRESS: "in the works",
            Progress.STALLED: "in the works",
            Progress.PARTLY_FULFILLED: "kept in part",
            Progress.FULFILLED: "kept",
            Progress.NOT_FULFILLED: "broken",
            Progress.ABANDONED: "broken",
        },
        "ogp": {
            Progress.NOT_ASSESSABLE: "Not verifiable",
            Progress.NO_EVIDENCE: "No Evidence Available",
            Progress.NOT_STARTED: "Not Started",
            Progress.IN_PROGRESS: "Limited",
            Progress.STALLED: "Limited",
            Progress.PARTLY_FULFILLED: "Substantial",
            Progress.FULFILLED: "Complete",
        },
    },
}
"""Other trackers' words for our progress, per rubric version: computed on export, never stored."""

VOCABULARIES: Final[tuple[type[Term], ...]] = tuple(Term.__subclasses__())
