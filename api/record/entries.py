"""What may stand in a meeting record: closed shapes, one an entry, each field with its sentence.

The vocabulary's lists come from `ledger.vocabulary`, so a term that exists there is accepted here.
"""

from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from api.record.words import (
    MEETING,
    Archive,
    AtMost,
    CommitmentRef,
    Day,
    Language,
    Name,
    OrganizationRef,
    PartyRef,
    Prose,
    RecordId,
    SourceRef,
    StatementRef,
    SubjectRef,
    Text,
    Topic,
    Url,
    at_most,
)
from ledger.dates import PartialDate
from ledger.vocabulary import (
    RUBRIC_VERSION,
    AssessorKind,
    Basis,
    Classification,
    Content,
    DueBasis,
    Effect,
    FailureReason,
    Form,
    FormalStatus,
    Progress,
    QuotationRole,
    RelationKind,
    ReopenReason,
    StatementKind,
)

MEMBERSHIPS: Final = 50
"""The most that one entry for a person takes."""

Namesakes = Annotated[
    tuple[PartyRef, ...],
    at_most("namesakes"),
    Field(description="Stakeholders that bear the same name and are known to be somebody else."),
]
Aliases = Annotated[tuple[Name, ...], at_most("aliases")]
Topics = Annotated[tuple[Topic, ...], at_most("topics")]


def _of_the_meeting(day: PartialDate | None, info: ValidationInfo) -> PartialDate | None:
    if day is None and MEETING not in (info.context or {}):
        raise PydanticCustomError("day", "Without a meeting in the document, the day is required.")
    return day


DayOfMeeting = Annotated[Day | None, Field(validate_default=True), AfterValidator(_of_the_meeting)]


class Entry(BaseModel):
    """Nothing but the named fields, and nothing converted in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class RecorderEntry(Entry):
    """For whom it is put on record, and why."""

    on_behalf_of: PartyRef | None = None
    """Left out: the organization that the account acts for."""
    why: Prose = ""
    """The reason for recording it, which readers see."""


class OrganizationEntry(Entry):
    """A body that can act."""

    name: Name
    aliases: Aliases = ()
    classification: Classification = Classification.OTHER
    founded_on: Day | None = None
    founder: PartyRef | None = None
    """Who set it up."""
    purpose: Prose = ""
    """What the body is for."""
    url: Url = ""
    namesakes: Namesakes = ()


class MembershipEntry(Entry):
    """Where a person belongs, in which role, since when."""

    organization: OrganizationRef
    role: Name
    since: Day | None = None


class PersonEntry(Entry):
    """A human being in a public role."""

    name: Name
    aliases: Aliases = ()
    url: Url = ""
    memberships: Annotated[tuple[MembershipEntry, ...], AtMost(MEMBERSHIPS)] = ()
    namesakes: Namesakes = ()


class SourceEntry(Entry):
    """Where something was said. With `text` its quotations are checked; without, they wait."""

    publisher: Name
    title: Name
    url: Url = ""
    claimed_on: Day | None = None
    """The date that the source prints on itself, right or wrong."""
    language: Language = "und"
    basis: Basis
    text: Archive | None = None
    """The archived text; quotations are looked for in it."""
    retrieved_on: Annotated[Day | None, Field(validate_default=True)] = None
    """When the text was fetched; needed with `text`."""

    @field_validator("retrieved_on")
    @classmethod
    def _dated_text(cls, day: str | None, info: ValidationInfo) -> str | None:
        if day is None and info.data.get("text") is not None:
            raise PydanticCustomError("undated", "Say when the text was retrieved.")
        return day


class QuotationEntry(Entry):
    """Words of a source, as they stand there."""

    source: SourceRef
    exact: Text
    prefix: Prose = ""
    """The words right before, where `exact` stands in the text more than once."""
    suffix: Prose = ""
    """The words right after."""
    role: QuotationRole = QuotationRole.ORIGIN
    in_heading: StrictBool = False
    """Whether the words stand in a heading, which never decides how strong a promise is."""
    attributed_to: Prose = ""
    """The source's own words for who spoke."""
    speaker: PartyRef | None = None
    """Who that is, where it is known."""


Citations = Annotated[tuple[QuotationEntry, ...], at_most("citations")]


class ParticipantEntry(Entry):
    """A stakeholder in the room."""

    stakeholder: PartyRef
    delegation: OrganizationRef | None = None
    """The organization they came for."""
    role: Prose = ""


class ClaimedDateEntry(Entry):
    """What one source says about when the meeting was."""

    source: SourceRef
    held_on: Day
    text: Prose = ""
    """The source's own words for it."""


class MeetingEntry(Entry):
    """The meeting itself."""

    title: Name
    place: Prose = ""
    held_on: Day
    claimed_dates: Annotated[tuple[ClaimedDateEntry, ...], at_most("claimed_dates")] = ()
    participants: Annotated[tuple[ParticipantEntry, ...], at_most("participants")] = ()
    agenda: Annotated[tuple[Text, ...], at_most("agenda")] = ()
    """What was talked about; an item of the agenda promises nothing."""
    series: Prose = ""
    """The row of meetings that it belongs to."""
    follows: RecordId | None = None
    """The meeting before it in the series."""
    sources: Annotated[tuple[SourceRef, ...], at_most("sources")] = ()
    minutes: Archive | None = None
    """The text of the minutes, as a draft."""
    minutes_agreed_on: Day | None = None
    """When the participants agreed on the minutes, if they did."""


class StatementEntry(Entry):
    """What somebody said, and to whom."""

    kind: StatementKind
    speakers: Annotated[tuple[PartyRef, ...], Field(min_length=1), at_most("speakers")]
    addressees: Annotated[tuple[PartyRef, ...], at_most("addressees")] = ()
    text: Text
    """The recorder's plain summary."""
    said_on: DayOfMeeting = None
    """Left out: the day of the meeting."""
    in_meeting: StrictBool = True
    """Whether it was said in the meeting of this document, if there is one."""
    citations: Citations = ()
    topics: Topics = ()


class DueEntry(Entry):
    """By when: an interval."""

    earliest: Day | None = None
    latest: Day
    text: Prose = ""
    """The words it was read from."""
    basis: DueBasis = DueBasis.STATED


class VerifiabilityEntry(Entry):
    """The four elements that make words checkable."""

    deliverable: StrictBool = False
    measure: StrictBool = False
    time: StrictBool = False
    owner: StrictBool = False


class StrengthEntry(Entry):
    """How strong the quoted words are, never a heading."""

    form: Form
    content: Content
    verifiability: VerifiabilityEntry = VerifiabilityEntry()
    formal_status: FormalStatus = FormalStatus.DECLARED
    reading: Prose = ""
    """Which words decided."""


class ThirdPartyEntry(Entry):
    """Named in the promise without promising."""

    name: Name
    stakeholder: PartyRef | None = None


class RelationEntry(Entry):
    """How it hangs together with another commitment."""

    kind: RelationKind
    commitment: CommitmentRef


class CommitmentEntry(Entry):
    """A promise: who, to whom, what, by when, in which words."""

    promisors: Annotated[tuple[PartyRef, ...], Field(min_length=1), at_most("promisors")]
    promisees: Annotated[tuple[PartyRef, ...], at_most("promisees")] = ()
    third_parties: Annotated[tuple[ThirdPartyEntry, ...], at_most("third_parties")] = ()
    text: Text
    """What is promised, in plain words."""
    purpose: Prose = ""
    """What it is for."""
    citations: Citations = ()
    statement: StatementRef | None = None
    """The undertaking that it was read from."""
    made_on: DayOfMeeting = None
    """Left out: the day of the meeting."""
    in_meeting: StrictBool = True
    """Whether it was promised in the meeting of this document, if there is one."""
    due: DueEntry | None = None
    review_on: Day | None = None
    """When somebody should look again."""
    strength: StrengthEntry
    topics: Topics = ()
    parent: CommitmentRef | None = None
    relations: Annotated[tuple[RelationEntry, ...], at_most("relations")] = ()


class BearingEntry(Entry):
    """What an outcome means for one commitment or one concern."""

    subject: SubjectRef
    effect: Effect


class OutcomeEntry(Entry):
    """Something that happened in the world, with evidence."""

    text: Text
    happened_on: Day
    bears_on: Annotated[tuple[BearingEntry, ...], Field(min_length=1), at_most("bears_on")]
    citations: Citations = ()


class AssessmentEntry(Entry):
    """How far a commitment has come, in somebody's judgement."""

    commitment: CommitmentRef
    assessed_on: Day
    assessor_kind: AssessorKind
    assessor: PartyRef | None = None
    progress: Progress
    failure_reason: FailureReason | None = None
    reopen_reason: ReopenReason | None = None
    citations: Citations = ()
    rubric: str = RUBRIC_VERSION
    """The version of the definitions that it was judged by."""
    note: Prose = ""


class ReviewEntry(Entry):
    """Somebody looked on a day and found nothing new."""

    commitment: CommitmentRef
    looked_on: Day
    assessor_kind: AssessorKind
    assessor: PartyRef | None = None
    looked_at: Text
    """Where they looked."""
